//! From lines to problems.

use std::collections::BTreeSet;
use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, ProblemId, TestForm};

use crate::lines::{Faults, objects, optional, text};
use crate::manifest::Fields;
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

/// What can be called: a name, perhaps of a method (`Solution().f`, `module::f`).
fn is_name(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':' | '(' | ')'))
}

/// Tests that define `check(candidate)` are called; others run by themselves.
fn guess(tests: &str) -> TestForm {
    if tests.contains("def check(") {
        TestForm::CheckFunction
    } else {
        TestForm::Statements
    }
}

/// All problems of a file, or everything that is wrong with it.
pub(crate) fn read(
    file: &str,
    reader: Box<dyn BufRead>,
    defaults: &Defaults<'_>,
) -> Result<Vec<Problem>, DatasetError> {
    let mut faults = Faults::of(file);
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    let names = defaults.fields;
    objects(reader, &mut faults, |line, object, faults| {
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
                return;
            }
        };
        let Some(language) = language.or_else(|| defaults.language.cloned()) else {
            faults.add(line, Some(&names.language), "is missing");
            return;
        };
        let (Some(id), Some(prompt), Some(entry_point), Some(tests)) =
            (id, prompt, entry_point, tests)
        else {
            return;
        };
        let Ok(id) = id.parse::<ProblemId>() else {
            faults.add(
                line,
                Some(&names.id),
                "must be neither empty nor hold control characters",
            );
            return;
        };
        for (field, value) in [(&names.entry_point, entry_point), (&names.tests, tests)] {
            if value.trim().is_empty() {
                faults.add(line, Some(field), "must not be empty");
                return;
            }
        }
        if !is_name(entry_point) {
            faults.add(
                line,
                Some(&names.entry_point),
                format!("{entry_point:?} is not the name of a function"),
            );
            return;
        }
        if !seen.insert((id.clone(), language.clone())) {
            faults.add(
                line,
                Some(&names.id),
                format!("{id} comes twice in {}", language.title()),
            );
            return;
        }
        problems.push(Problem {
            dataset: defaults.dataset.clone(),
            cluster: id.as_str().to_owned(),
            id,
            language,
            prompt: prompt.to_owned(),
            entry_point: entry_point.to_owned(),
            canonical_solution: canonical.map(str::to_owned),
            setup: String::new(),
            tests: tests.to_owned(),
            test_form,
        });
    });
    faults.none()?;
    if problems.is_empty() {
        return Err(DatasetError::Empty {
            file: file.to_owned(),
        });
    }
    Ok(problems)
}
