//! MBPP+ (Liu et al. 2023) in the layout of MBPP.
//!
//! Fields: `task_id` (a number), `prompt` (prose), `code` (the solution), `test_list` (MBPP's own
//! assertions, the first of which models are shown), `test_imports`, `test` (everything that is tested).

use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, TestForm};
use serde_json::{Map, Value};

use crate::DatasetError;
use crate::lines::{Faults, kind, text};
use crate::problems::{Blamed, Draft, gather};
use crate::signature::{called, defines};

const BLAMED: Blamed<'_> = Blamed {
    id: "task_id",
    entry_point: "test_list",
    tests: "test",
};

pub(crate) fn read(
    file: &str,
    reader: Box<dyn BufRead>,
    dataset: &DatasetId,
) -> Result<Vec<Problem>, DatasetError> {
    let python = Language::python();
    gather(file, reader, dataset, BLAMED, |line, object, faults| {
        let id = number(object, "task_id", line, faults);
        let prose = text(object, "prompt", line, faults);
        let code = text(object, "code", line, faults);
        let tests = text(object, "test", line, faults);
        let assertions = texts(object, "test_list", line, faults);
        let imports = texts(object, "test_imports", line, faults);
        let (id, prose, code, tests) = (id?, prose?, code?, tests?);
        let Some(first) = assertions?.first().copied() else {
            faults.add(line, Some("test_list"), "must not be empty");
            return None;
        };
        let defined = defines(&python, code);
        let Some(entry_point) = called(first)
            .into_iter()
            .find(|name| defined.iter().any(|d| d == name))
        else {
            faults.add(line, Some("test_list"), "calls no function of the code");
            return None;
        };
        let mut lines = imports?;
        lines.push(tests);
        Some(Draft {
            id: format!("Mbpp/{id}"),
            cluster: None,
            language: python.clone(),
            prompt: format!("\"\"\"\n{prose}\n{first}\n\"\"\"\n"),
            entry_point,
            canonical_solution: Some(code.to_owned()),
            setup: String::new(),
            tests: lines.join("\n"),
            test_form: TestForm::Statements,
        })
    })
}

fn number(
    object: &Map<String, Value>,
    field: &str,
    line: usize,
    faults: &mut Faults,
) -> Option<u64> {
    match object.get(field) {
        Some(value) => {
            let number = value.as_u64();
            if number.is_none() {
                let why = format!("must be a whole number and is {}", kind(value));
                faults.add(line, Some(field), why);
            }
            number
        }
        None => {
            faults.add(line, Some(field), "is missing");
            None
        }
    }
}

fn texts<'a>(
    object: &'a Map<String, Value>,
    field: &str,
    line: usize,
    faults: &mut Faults,
) -> Option<Vec<&'a str>> {
    match object.get(field) {
        Some(Value::Array(values)) => {
            let texts: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            if texts.is_none() {
                faults.add(line, Some(field), "must be a list of texts");
            }
            texts
        }
        Some(other) => {
            let why = format!("must be a list of texts and is {}", kind(other));
            faults.add(line, Some(field), why);
            None
        }
        None => {
            faults.add(line, Some(field), "is missing");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{lines, told};

    #[test]
    fn a_model_is_shown_prose_and_the_first_assertion() {
        let problems = lines(
            "mbppplus",
            "python",
            &[json!({
                "task_id": 82, "prompt": "Write a function to find the volume.",
                "code": "import math\ndef helps(x):\n  return x\ndef volume(r):\n  return helps(r)\n",
                "source_file": "", "test_imports": ["import math"],
                "test_list": ["assert math.isclose(volume(10), 10)", "assert volume(25) == 25"],
                "test": "for i in [1]:\n    assert volume(i) == i\n",
            })],
        )
        .unwrap();
        let problem = &problems[0];
        assert_eq!(
            (problem.id.as_str(), problem.cluster.as_str()),
            ("Mbpp/82", "Mbpp/82")
        );
        assert_eq!(problem.entry_point, "volume");
        assert_eq!(
            problem.prompt,
            "\"\"\"\nWrite a function to find the volume.\nassert math.isclose(volume(10), 10)\n\"\"\"\n"
        );
        assert!(problem.tests.starts_with("import math\nfor i in"));
    }

    #[test]
    fn bad_lines_are_told() {
        let good = json!({
            "task_id": 2, "prompt": "p", "code": "def f(x): return x", "test_imports": [],
            "test_list": ["assert f(1) == 1"], "test": "assert f(1) == 1",
        });
        let with = |field: &str, value: serde_json::Value| {
            let mut line = good.clone();
            line[field] = value;
            line
        };
        assert_eq!(
            lines("mbppplus", "python", std::slice::from_ref(&good))
                .unwrap()
                .len(),
            1
        );
        told(
            lines(
                "mbppplus",
                "python",
                &[
                    with("task_id", json!("Mbpp/2")),
                    with("test_list", json!([])),
                    with("test_list", json!(["assert g(1)"])),
                    with("test_list", json!([1])),
                    with("test_imports", json!("import math")),
                    good.clone(),
                    good,
                ],
            ),
            &[
                "line 1, field task_id: must be a whole number and is a text",
                "line 2, field test_list: must not be empty",
                "line 3, field test_list: calls no function of the code",
                "line 4, field test_list: must be a list of texts",
                "line 5, field test_imports: must be a list of texts and is a text",
                "line 7, field task_id: Mbpp/2 comes twice in Python",
            ],
        );
    }
}
