//! HumanEval-X (Zheng et al. 2023): HumanEval by hand in several languages, one file a language.
//!
//! Fields: `task_id` (`CPP/0`), `prompt`, `canonical_solution`, `test`; Go's have `import` and
//! `test_setup` besides. The name of the function stands in the prompt only.

use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, TestForm};

use super::humaneval_cluster;
use crate::DatasetError;
use crate::lines::text;
use crate::problems::{Blamed, Draft, gather};
use crate::signature::{defines, entry_point, mentions};

/// What its authors' scorer puts before every Python program, but for numpy: it takes longer to import than most
/// programs take to run.
const PYTHON_IMPORTS: &str = "\
import math
import re
import sys
import copy
import datetime
import itertools
import collections
import heapq
import statistics
import functools
import hashlib
import string
from typing import *
from collections import *
";

/// What its authors' scorer puts before every C++ program.
const CPP_HEADERS: &str = "#include<stdlib.h>
#include<algorithm>
#include<math.h>
#include<stdio.h>
#include<vector>
#include<string>
#include<climits>
#include<cstring>
#include<iostream>
";

const BLAMED: Blamed<'_> = Blamed {
    id: "task_id",
    entry_point: "prompt",
    tests: "test",
};

pub(crate) fn read(
    file: &str,
    reader: Box<dyn BufRead>,
    dataset: &DatasetId,
    language: &Language,
) -> Result<Vec<Problem>, DatasetError> {
    gather(file, reader, dataset, BLAMED, |line, object, faults| {
        let id = text(object, "task_id", line, faults);
        let prompt = text(object, "prompt", line, faults);
        let canonical = text(object, "canonical_solution", line, faults);
        let tests = text(object, "test", line, faults);
        let go = if language.as_str() == "go" {
            let import = text(object, "import", line, faults);
            let setup = text(object, "test_setup", line, faults);
            Some((import?, setup?))
        } else {
            None
        };
        let (id, prompt, canonical, tests) = (id?, prompt?, canonical?, tests?);
        let cluster = id.split_once('/').and_then(|(of, number)| {
            humaneval_cluster(number).filter(|_| Language::new(of) == *language)
        });
        if cluster.is_none() {
            let why = format!("{id:?} is no problem in {}", language.title());
            faults.add(line, Some("task_id"), why);
            return None;
        }
        let Some(name) = called(language, prompt, canonical, tests) else {
            faults.add(line, Some("prompt"), "ends in no function");
            return None;
        };
        let (prompt, setup) = match (go, language.as_str()) {
            (Some((import, setup)), _) => (
                with_import(prompt, import),
                without_unused_imports(setup, tests),
            ),
            (None, "cpp") => (prompt.to_owned(), CPP_HEADERS.to_owned()),
            (None, "python") => (prompt.to_owned(), PYTHON_IMPORTS.to_owned()),
            (None, _) => (prompt.to_owned(), String::new()),
        };
        Some(Draft {
            id: id.to_owned(),
            cluster,
            language: language.clone(),
            prompt,
            entry_point: name,
            canonical_solution: Some(canonical.to_owned()),
            setup,
            tests: tests.to_owned(),
            test_form: TestForm::Statements,
        })
    })
}

/// The function that the prompt ends in. One of Rust's prompts ends in a function that only serves the
/// one its tests call; that one is the solution's.
fn called(language: &Language, prompt: &str, canonical: &str, tests: &str) -> Option<String> {
    let open = entry_point(language, prompt)?;
    if mentions(tests, &open) {
        return Some(open);
    }
    let tested = defines(language, canonical)
        .into_iter()
        .find(|name| mentions(tests, name));
    Some(tested.unwrap_or(open))
}

/// One of Go's prompts lacks the import its solution needs, which the authors' scorer adds.
fn with_import(prompt: &str, import: &str) -> String {
    let import = import.trim();
    if prompt.contains(import) {
        prompt.to_owned()
    } else {
        format!("{import}\n{prompt}")
    }
}

/// Some setups import for the solution, with which the authors put them into one file. Go refuses an
/// import that is not used, and the solution has a file of its own here.
fn without_unused_imports(setup: &str, tests: &str) -> String {
    setup
        .lines()
        .filter(|line| {
            let path = line.trim();
            let Some(path) = path.strip_prefix('"').and_then(|p| p.strip_suffix('"')) else {
                return true;
            };
            let package = path.rsplit('/').next().unwrap_or(path);
            mentions(tests, package) && tests.contains(&format!("{package}."))
        })
        .fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{lines, told};

    #[test]
    fn a_translation_is_of_its_problems_cluster() {
        let problems = lines(
            "humaneval-x",
            "cpp",
            &[json!({
                "task_id": "CPP/7", "declaration": "", "example_test": "",
                "prompt": "/* one(\"{\") { */\n#include<vector>\nusing namespace std;\nint one(vector<int> a, int b){\n",
                "canonical_solution": "    return 1;\n}\n",
                "test": "int main() { assert(one({}, 1) == 1); }",
            })],
        )
        .unwrap();
        assert_eq!(problems[0].id.as_str(), "CPP/7");
        assert_eq!(problems[0].cluster, "HumanEval/7");
        assert_eq!(problems[0].entry_point, "one");
        assert!(problems[0].setup.starts_with("#include<stdlib.h>\n"));
    }

    #[test]
    fn python_gets_what_its_scorer_imports() {
        let problems = lines(
            "humaneval-x",
            "python",
            &[json!({
                "task_id": "Python/7", "declaration": "", "example_test": "", "text": "",
                "prompt": "def one(a):\n    \"\"\" One. \"\"\"\n",
                "canonical_solution": "    return 1\n",
                "test": "def check(one):\n    assert one(3) == 1\n\ncheck(one)",
            })],
        )
        .unwrap();
        assert!(problems[0].setup.contains("\nfrom typing import *\n"));
        assert!(!problems[0].prompt.contains("import"));
    }

    #[test]
    fn go_gets_the_imports_of_its_tests_and_its_prompt_those_of_its_solution() {
        let problems = lines(
            "humaneval-x",
            "go",
            &[json!({
                "task_id": "Go/65", "prompt": "\n// shift\nfunc Shift(x int) string {\n",
                "import": "import (\n    \"strconv\"\n)", "docstring": "", "declaration": "",
                "canonical_solution": "    return strconv.Itoa(x)\n}\n",
                "test": "func TestShift(t *testing.T) { assert.Equal(t, \"1\", Shift(rand.Int())) }",
                "test_setup": "package main\n\nimport (\n    \"testing\"\n    \"math/rand\"\n    \"math\"\n    \"github.com/stretchr/testify/assert\"\n)\n",
            })],
        )
        .unwrap();
        assert!(
            problems[0]
                .prompt
                .starts_with("import (\n    \"strconv\"\n)\n")
        );
        assert!(problems[0].setup.starts_with("package main\n"));
        assert!(problems[0].setup.contains("\"math/rand\""));
        assert!(!problems[0].setup.contains("\"math\""));
        assert_eq!(problems[0].entry_point, "Shift");
    }

    #[test]
    fn the_function_is_the_one_that_is_tested() {
        let problems = lines(
            "humaneval-x",
            "rust",
            &[json!({
                "task_id": "Rust/10", "prompt": "fn helps(s: &str) -> bool {\n",
                "canonical_solution": "true }\nfn asked(s: &str) -> bool { helps(s) }\n",
                "test": "#[cfg(test)] mod tests { #[test] fn t() { assert!(asked(\"\")); } }",
            })],
        )
        .unwrap();
        assert_eq!(problems[0].entry_point, "asked");
    }

    #[test]
    fn bad_lines_are_told() {
        told(
            lines(
                "humaneval-x",
                "java",
                &[
                    json!({"task_id": "Java/0", "prompt": "class S {\n int f() {\n", "canonical_solution": 1, "test": "f"}),
                    json!({"task_id": "Go/1", "prompt": "int f() {\n", "canonical_solution": "", "test": "f"}),
                    json!({"task_id": "Java/2", "prompt": "no function", "canonical_solution": "", "test": "f"}),
                    json!({"task_id": "Java/3", "prompt": "int f() {\n", "canonical_solution": "", "test": " "}),
                ],
            ),
            &[
                "line 1, field canonical_solution: must be a text and is a number",
                "line 2, field task_id: \"Go/1\" is no problem in Java",
                "line 3, field prompt: ends in no function",
                "line 4, field test: must not be empty",
            ],
        );
        told(
            lines(
                "humaneval-x",
                "go",
                &[
                    json!({"task_id": "Go/0", "prompt": "func F() {\n", "canonical_solution": "", "test": "F"}),
                ],
            ),
            &[
                "line 1, field import: is missing",
                "line 1, field test_setup: is missing",
            ],
        );
    }
}
