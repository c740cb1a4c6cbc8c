//! From lines to problems: what every format has in common.

use std::collections::BTreeSet;
use std::io::BufRead;

use assay_core::{DatasetId, Language, Problem, ProblemId, TestForm};
use serde_json::{Map, Value};

use crate::DatasetError;
use crate::lines::{Faults, objects};

/// What a format made of one line, before it is looked at.
pub(crate) struct Draft {
    pub id: String,
    /// The problem it was translated from; its own id when `None`.
    pub cluster: Option<String>,
    pub language: Language,
    pub prompt: String,
    pub entry_point: String,
    pub canonical_solution: Option<String>,
    pub setup: String,
    pub tests: String,
    pub test_form: TestForm,
}

/// The fields that are named when a draft is no problem.
#[derive(Clone, Copy)]
pub(crate) struct Blamed<'a> {
    pub id: &'a str,
    pub entry_point: &'a str,
    pub tests: &'a str,
}

/// All problems of a file, or everything that is wrong with it. `draft` makes a line's, or tells its
/// faults.
pub(crate) fn gather(
    file: &str,
    reader: Box<dyn BufRead>,
    dataset: &DatasetId,
    blamed: Blamed<'_>,
    mut draft: impl FnMut(usize, &Map<String, Value>, &mut Faults) -> Option<Draft>,
) -> Result<Vec<Problem>, DatasetError> {
    let mut faults = Faults::of(file);
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    objects(reader, &mut faults, |line, object, faults| {
        let Some(draft) = draft(line, object, faults) else {
            return;
        };
        let Ok(id) = draft.id.parse::<ProblemId>() else {
            faults.add(
                line,
                Some(blamed.id),
                "must be neither empty nor hold control characters",
            );
            return;
        };
        for (field, value) in [
            (blamed.entry_point, &draft.entry_point),
            (blamed.tests, &draft.tests),
        ] {
            if value.trim().is_empty() {
                faults.add(line, Some(field), "must not be empty");
                return;
            }
        }
        if !is_name(&draft.entry_point) {
            faults.add(
                line,
                Some(blamed.entry_point),
                format!("{:?} is not the name of a function", draft.entry_point),
            );
            return;
        }
        if !seen.insert((id.clone(), draft.language.clone())) {
            faults.add(
                line,
                Some(blamed.id),
                format!("{id} comes twice in {}", draft.language.title()),
            );
            return;
        }
        problems.push(Problem {
            dataset: dataset.clone(),
            cluster: draft.cluster.unwrap_or_else(|| id.as_str().to_owned()),
            id,
            language: draft.language,
            prompt: draft.prompt,
            entry_point: draft.entry_point,
            canonical_solution: draft.canonical_solution,
            setup: draft.setup,
            tests: draft.tests,
            test_form: draft.test_form,
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

/// What can be called: a name, perhaps of a method (`Solution().f`, `module::f`).
fn is_name(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ':' | '(' | ')'))
}
