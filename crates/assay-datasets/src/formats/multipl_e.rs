//! MultiPL-E (Cassano et al. 2022): HumanEval translated by rules, one file a language.
//!
//! Fields: `name` (`HumanEval_23_strlen`), `prompt`, which ends inside the function, and `tests`. In C++,
//! Java and Rust these begin by closing the function. There are no solutions.

use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, TestForm};

use super::humaneval_cluster;
use crate::DatasetError;
use crate::lines::text;
use crate::problems::{Blamed, Draft, gather};
use crate::signature::entry_point;

/// What scorers of these files put before every C++ program.
const CPP_HEADERS: &str = "#include<stdlib.h>
#include<algorithm>
#include<math.h>
#include<stdio.h>
#include<vector>
#include<string>
#include<climits>
#include<cstring>
#include<iostream>
#include<cassert>
";

const BLAMED: Blamed<'_> = Blamed {
    id: "name",
    entry_point: "prompt",
    tests: "tests",
};

pub(crate) fn read(
    file: &str,
    reader: Box<dyn BufRead>,
    dataset: &DatasetId,
    language: &Language,
) -> Result<Vec<Problem>, DatasetError> {
    gather(file, reader, dataset, BLAMED, |line, object, faults| {
        let name = text(object, "name", line, faults);
        let prompt = text(object, "prompt", line, faults);
        let tests = text(object, "tests", line, faults);
        let (name, prompt, tests) = (name?, prompt?, tests?);
        let mut parts = name.splitn(3, '_');
        let cluster = match (parts.next(), parts.next(), parts.next()) {
            (Some("HumanEval"), Some(number), Some(_)) => humaneval_cluster(number),
            _ => None,
        };
        if cluster.is_none() {
            let why = format!("{name:?} is not like HumanEval_23_strlen");
            faults.add(line, Some("name"), why);
            return None;
        }
        // Names of functions are not always those of `name`: `string_length` in C++.
        let Some(entry_point) = entry_point(language, prompt) else {
            faults.add(line, Some("prompt"), "ends in no function");
            return None;
        };
        Some(Draft {
            id: name.to_owned(),
            cluster,
            language: language.clone(),
            prompt: prompt.to_owned(),
            entry_point,
            canonical_solution: None,
            setup: match language.as_str() {
                "cpp" => CPP_HEADERS.to_owned(),
                _ => String::new(),
            },
            tests: tests.to_owned(),
            test_form: TestForm::Statements,
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{lines, told};

    #[test]
    fn a_function_is_found_by_its_signature() {
        for (language, prompt, name) in [
            (
                "cpp",
                "#include<assert.h>\n// >>> max(1)\nstd::tuple<long, long> string_length(std::vector<std::string> s) {\n",
                "string_length",
            ),
            (
                "java",
                "class Problem {\n    // f({\n    public static Pair<Long, Long> countThem(ArrayList<Long> a) {\n",
                "countThem",
            ),
            (
                "go",
                "package f_test\n\nimport (\n    \"fmt\"\n)\n\n// it's f(\nfunc count_them(a []int) []interface{} {\n",
                "count_them",
            ),
            (
                "rust",
                "/// f(\nfn count_them(a: Vec<isize>, b: [u8; 2]) -> isize {\n",
                "count_them",
            ),
            (
                "javascript",
                "//f(\nfunction count_them(a){\n",
                "count_them",
            ),
            (
                "typescript",
                "//it's {\nfunction count_them(a: {[key: string]: number}): number {\n",
                "count_them",
            ),
            (
                "php",
                "<?php\n# f(\n// {\nfunction count_them($a) {\n",
                "count_them",
            ),
        ] {
            let line =
                json!({"name": "HumanEval_23_f", "prompt": prompt, "tests": "}\nint main() {}"});
            let problems = lines("multipl-e", language, &[line]).unwrap();
            assert_eq!(problems[0].entry_point, name, "{language}");
            assert_eq!(problems[0].id.as_str(), "HumanEval_23_f");
            assert_eq!(problems[0].cluster, "HumanEval/23");
            assert_eq!(problems[0].setup.is_empty(), language != "cpp");
            assert!(problems[0].tests.starts_with('}'));
        }
    }

    #[test]
    fn bad_lines_are_told() {
        told(
            lines(
                "multipl-e",
                "rust",
                &[
                    json!({"name": "strlen", "prompt": "fn f() {\n", "tests": "x"}),
                    json!({"name": "HumanEval_1_f", "prompt": "fn f() {\n"}),
                    json!({"name": "HumanEval_1_f", "prompt": "// fn f() {\n", "tests": "x"}),
                    json!({"name": "HumanEval_1_f", "prompt": "fn f() {\n", "tests": "x"}),
                    json!({"name": "HumanEval_1_f", "prompt": "fn f() {\n", "tests": "x"}),
                ],
            ),
            &[
                "line 1, field name: \"strlen\" is not like HumanEval_23_strlen",
                "line 2, field tests: is missing",
                "line 3, field prompt: ends in no function",
                "line 5, field name: HumanEval_1_f comes twice in Rust",
            ],
        );
    }
}
