//! A module for each way in which data sets lay out their lines.

mod humaneval_x;
pub(crate) mod jsonl;
mod mbppplus;
mod multipl_e;
mod mxeval;

use std::io::BufRead;

use assay_core::{Language, Problem};

use crate::manifest::Format;
use crate::{DatasetError, Manifest};

/// The problems of one file, or everything that is wrong with it. `language` is what the manifest says
/// of the file; `None` when it says nothing.
pub(crate) fn read(
    manifest: &Manifest,
    language: Option<&Language>,
    file: &str,
    reader: Box<dyn BufRead>,
) -> Result<Vec<Problem>, DatasetError> {
    let mut defaults = jsonl::Defaults::of(manifest);
    defaults.language = language.or(defaults.language);
    let id = &manifest.id;
    match (manifest.format, defaults.language) {
        (Format::Jsonl, _) => jsonl::read(file, reader, &defaults),
        (Format::MbppPlus, _) => mbppplus::read(file, reader, id),
        (Format::HumanEvalX, Some(language)) => humaneval_x::read(file, reader, id, language),
        (Format::MultiPlE, Some(language)) => multipl_e::read(file, reader, id, language),
        (Format::MxEval, Some(language)) => mxeval::read(file, reader, id, language),
        (Format::HumanEvalX | Format::MultiPlE | Format::MxEval, None) => {
            Err(DatasetError::BadManifest {
                file: id.to_string(),
                why: "its format needs a language for each file".to_owned(),
            })
        }
    }
}

/// The cluster that all translations of a HumanEval problem are in, whatever the data set.
fn humaneval_cluster(number: &str) -> Option<String> {
    let number: u32 = number.parse().ok()?;
    Some(format!("HumanEval/{number}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The problems of these lines in one of the shipped data sets.
    pub(crate) fn lines(
        dataset: &str,
        language: &str,
        lines: &[serde_json::Value],
    ) -> Result<Vec<Problem>, DatasetError> {
        let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
        let manifest = crate::manifest::shipped()
            .unwrap()
            .into_iter()
            .find(|m| m.id.as_str() == dataset)
            .unwrap();
        let reader = Box::new(std::io::Cursor::new(text.join("\n")));
        read(&manifest, Some(&Language::new(language)), "f.jsonl", reader)
    }

    /// Each fault is told with file, line and field.
    pub(crate) fn told(result: Result<Vec<Problem>, DatasetError>, parts: &[&str]) {
        let error = result.unwrap_err().to_string();
        assert!(error.starts_with("f.jsonl: "), "{error}");
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
    }

    #[test]
    fn a_cluster_has_one_spelling() {
        assert_eq!(humaneval_cluster("7").unwrap(), "HumanEval/7");
        assert_eq!(humaneval_cluster("007").unwrap(), "HumanEval/7");
        assert_eq!(humaneval_cluster("x"), None);
    }
}
