//! What is known of a data set before its file is opened.

use assay_core::{DatasetId, Language, TestForm};
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
    pub licence: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    pub languages: Vec<Language>,
    pub n_problems: u32,
    pub test_form: TestForm,
    /// The file of problems; none for a data set that ships inside the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileFacts>,
    /// Which field of a line is which.
    #[serde(default)]
    pub fields: Fields,
    /// Where it can be had, tried in order.
    #[serde(default)]
    pub sources: Vec<Source>,
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
            assert!(!manifest.sources.is_empty(), "{}", manifest.id);
            assert!(!manifest.licence.is_empty(), "{}", manifest.id);
            if let Some(file) = &manifest.file {
                assert_eq!(file.sha256.len(), 64, "{}", manifest.id);
                assert!(file.bytes > 0, "{}", manifest.id);
            } else {
                assert!(manifest.is_embedded(), "{}", manifest.id);
            }
        }
    }
}
