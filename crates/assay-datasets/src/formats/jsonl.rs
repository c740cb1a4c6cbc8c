//! A problem is its fields: HumanEval, HumanEval+, people's own.

use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, TestForm};

use crate::lines::{optional, text};
use crate::manifest::Fields;
use crate::problems::{Blamed, Draft, gather};
use crate::{DatasetError, Manifest};

/// What a line says when it does not say it.
pub(crate) struct Defaults<'a> {
    pub dataset: &'a DatasetId,
    pub fields: &'a Fields,
    pub language: Option<&'a Language>,
    /// `None`: told by the tests themselves.
    pub test_form: Option<TestForm>,
}

impl<'a> Defaults<'a> {
    pub(crate) fn of(manifest: &'a Manifest) -> Self {
        Self {
            dataset: &manifest.id,
            fields: &manifest.fields,
            language: match manifest.languages.as_slice() {
                [only] => Some(only),
                _ => None,
            },
            test_form: (!manifest.is_imported()).then_some(manifest.test_form),
        }
    }
}

/// All problems of a file, or everything that is wrong with it.
pub(crate) fn read(
    file: &str,
    reader: Box<dyn BufRead>,
    defaults: &Defaults<'_>,
) -> Result<Vec<Problem>, DatasetError> {
    let names = defaults.fields;
    let blamed = Blamed {
        id: &names.id,
        entry_point: &names.entry_point,
        tests: &names.tests,
    };
    gather(
        file,
        reader,
        defaults.dataset,
        blamed,
        |line, object, faults| {
            let id = text(object, &names.id, line, faults);
            let prompt = text(object, &names.prompt, line, faults);
            let entry_point = text(object, &names.entry_point, line, faults);
            let tests = text(object, &names.tests, line, faults);
            let canonical = optional(object, &names.canonical_solution, line, faults);
            let language = optional(object, &names.language, line, faults).map(Language::new);
            let test_form = match optional(object, &names.test_form, line, faults) {
                None => defaults
                    .test_form
                    .unwrap_or_else(|| guess(tests.unwrap_or_default())),
                Some("check_function") => TestForm::CheckFunction,
                Some("statements") => TestForm::Statements,
                Some(other) => {
                    faults.add(
                        line,
                        Some(&names.test_form),
                        format!("must be check_function or statements and is {other:?}"),
                    );
                    return None;
                }
            };
            let Some(language) = language.or_else(|| defaults.language.cloned()) else {
                faults.add(line, Some(&names.language), "is missing");
                return None;
            };
            Some(Draft {
                id: id?.to_owned(),
                cluster: None,
                language,
                prompt: prompt?.to_owned(),
                entry_point: entry_point?.to_owned(),
                canonical_solution: canonical.map(str::to_owned),
                setup: String::new(),
                tests: tests?.to_owned(),
                test_form,
            })
        },
    )
}

/// Tests that define `check(candidate)` are called; others run by themselves.
fn guess(tests: &str) -> TestForm {
    if tests.contains("def check(") {
        TestForm::CheckFunction
    } else {
        TestForm::Statements
    }
}
