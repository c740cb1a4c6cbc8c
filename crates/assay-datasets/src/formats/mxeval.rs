//! The multilingual HumanEval of mxeval (Athiwaratkun et al. 2022).
//!
//! Fields are HumanEval's, the id apart: `HumanEval_typescript/0`. There are no solutions but Python's.

use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, TestForm};

use super::humaneval_cluster;
use crate::DatasetError;
use crate::lines::{optional, text};
use crate::problems::{Blamed, Draft, gather};

const BLAMED: Blamed<'_> = Blamed {
    id: "task_id",
    entry_point: "entry_point",
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
        let entry_point = text(object, "entry_point", line, faults);
        let tests = text(object, "test", line, faults);
        let canonical = optional(object, "canonical_solution", line, faults);
        let (id, prompt, entry_point, tests) = (id?, prompt?, entry_point?, tests?);
        let cluster = id.split_once('/').and_then(|(of, number)| {
            let of = of.strip_prefix("HumanEval_")?;
            humaneval_cluster(number).filter(|_| Language::new(of) == *language)
        });
        if cluster.is_none() {
            let why = format!("{id:?} is no problem in {}", language.title());
            faults.add(line, Some("task_id"), why);
            return None;
        }
        Some(Draft {
            id: id.to_owned(),
            cluster,
            language: language.clone(),
            prompt: prompt.to_owned(),
            entry_point: entry_point.to_owned(),
            canonical_solution: canonical.map(str::to_owned),
            setup: String::new(),
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
    fn it_is_humaneval_with_another_id() {
        let problems = lines(
            "mxeval-typescript",
            "typescript",
            &[json!({
                "task_id": "HumanEval_typescript/12", "prompt": "const f = function (a: string) : string {\n",
                "entry_point": "f", "test": "\nimport * as assert from 'assert'\nassert.ok(f)\n",
                "language": "typescript", "description": "", "canonical_solution": null,
            })],
        )
        .unwrap();
        assert_eq!(problems[0].id.as_str(), "HumanEval_typescript/12");
        assert_eq!(problems[0].cluster, "HumanEval/12");
        assert_eq!(problems[0].canonical_solution, None);
    }

    #[test]
    fn bad_lines_are_told() {
        told(
            lines(
                "mxeval-typescript",
                "typescript",
                &[
                    json!({"task_id": "HumanEval/1", "prompt": "", "entry_point": "f", "test": "x"}),
                    json!({"task_id": "HumanEval_typescript/1", "prompt": "", "entry_point": "f g", "test": "x"}),
                    json!({"task_id": "HumanEval_typescript/1", "prompt": "", "entry_point": "f", "test": 1}),
                ],
            ),
            &[
                "line 1, field task_id: \"HumanEval/1\" is no problem in TypeScript",
                "line 2, field entry_point: \"f g\" is not the name of a function",
                "line 3, field test: must be a text and is a number",
            ],
        );
    }
}
