//! What can go wrong with data sets and samples files.

use std::path::PathBuf;

use assay_core::Coded;
use assay_fetch::FetchError;

/// One thing wrong in a file of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub line: usize,
    /// The field that is wrong; `None` when the whole line is.
    pub field: Option<String>,
    pub why: String,
}

impl std::fmt::Display for BadLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(field) = &self.field {
            write!(f, ", field {field}")?;
        }
        write!(f, ": {}", self.why)
    }
}

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatasetError {
    #[error("there is no data set {id}")]
    Unknown { id: String, known: Vec<String> },
    #[error("the data set {id} is not on this machine")]
    Missing { id: String },
    #[error("the data set {id} is damaged: {detail}")]
    Damaged { id: String, detail: String },
    #[error("the data set {id} has no problems in {language}")]
    NoLanguage {
        id: String,
        language: String,
        has: Vec<String>,
    },
    #[error("{file}: {}", join(.lines, *.more))]
    BadLines {
        file: String,
        lines: Vec<BadLine>,
        more: usize,
    },
    #[error("{file} holds nothing")]
    Empty { file: String },
    #[error("'{id}' cannot be the id of a data set")]
    BadId { id: String },
    #[error("there is a data set {id} already")]
    Exists { id: String },
    #[error("the manifest {file}: {why}")]
    BadManifest { file: String, why: String },
    #[error("failed to read or write {}", .path.display())]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "{} has nothing that is {} of the data set {id}{}",
        .from.display(),
        .missing.join(", "),
        besides(.taken, .why.as_deref())
    )]
    FilesMissing {
        id: String,
        from: PathBuf,
        taken: Vec<String>,
        missing: Vec<String>,
        /// What is wrong with a file that was meant to be one of them.
        why: Option<String>,
    },
    #[error("failed to fetch the data set {id}")]
    Fetch {
        id: String,
        #[source]
        source: FetchError,
    },
}

impl DatasetError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

fn besides(taken: &[String], why: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(why) = why {
        text.push_str(&format!("; {why}"));
    }
    if !taken.is_empty() {
        text.push_str(&format!("; taken: {}", taken.join(", ")));
    }
    text
}

fn join(lines: &[BadLine], more: usize) -> String {
    let mut text = lines
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

impl Coded for DatasetError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-dataset",
            Self::Missing { .. } => "dataset-missing",
            Self::Damaged { .. } => "dataset-damaged",
            Self::NoLanguage { .. } => "unknown-language",
            Self::BadLines { .. } => "bad-lines",
            Self::Empty { .. } => "bad-file-empty",
            Self::BadId { .. } => "bad-dataset-id",
            Self::Exists { .. } => "bad-dataset-exists",
            Self::BadManifest { .. } => "manifest-damaged",
            Self::File { .. } => "file",
            Self::FilesMissing { .. } => "dataset-files-missing",
            Self::Fetch { source, .. } => source.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { id, known } => {
                let list = known.join(", ");
                Some(match crate::closest(id, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean {near}? Known data sets: {list}"),
                    None => format!("known data sets: {list}"),
                })
            }
            Self::Missing { id } => Some(format!("run `assay datasets pull {id}`")),
            Self::Damaged { id, .. } => {
                Some(format!("run `assay datasets pull {id}`, which replaces it"))
            }
            Self::NoLanguage { has, .. } => Some(format!("it has {}", has.join(", "))),
            Self::BadLines { .. } => {
                Some("mend these lines and try again; nothing was stored".to_owned())
            }
            Self::Empty { .. } => Some("give a file with one JSON object a line".to_owned()),
            Self::BadId { .. } => Some(
                "use lower-case letters, digits, hyphens and underscores, beginning with a letter"
                    .to_owned(),
            ),
            Self::Exists { .. } => {
                Some("choose another id: `assay datasets import FILE --id ID`".to_owned())
            }
            Self::BadManifest { .. } => None,
            Self::File { source, .. } => match source.kind() {
                std::io::ErrorKind::NotFound => Some("check the path".to_owned()),
                std::io::ErrorKind::PermissionDenied => Some("check the permissions".to_owned()),
                std::io::ErrorKind::StorageFull => Some("the disk is full".to_owned()),
                _ => None,
            },
            Self::FilesMissing { taken, .. } => Some(
                if taken.is_empty() {
                    "files are told by what they hold, plain or gzipped, whatever they are called"
                } else {
                    "what was taken can be used, language by language; bring the rest as well"
                }
                .to_owned(),
            ),
            Self::Fetch { source, .. } => source.hint(),
        }
    }

    fn is_missing_requirement(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Damaged { .. } | Self::FilesMissing { .. } => true,
            Self::Fetch { source, .. } => source.is_missing_requirement(),
            _ => false,
        }
    }
}
