//! Languages as data: a folder with `language.toml`, a Dockerfile and a supervisor.

use assay_core::Language;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::SandboxError;

/// A file of a language's folder: its path inside the folder and its content.
pub(crate) type LanguageFile = (&'static str, &'static str);

macro_rules! folder {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        ($folder, &[$(($file, include_str!(concat!("../languages/", $folder, "/", $file)))),+])
    };
}

/// The folders that ship inside the program, with every file the image is built from.
const FOLDERS: &[(&str, &[LanguageFile])] = &[folder!("python":
    "language.toml",
    "Dockerfile",
    "supervisor/__init__.py",
    "supervisor/__main__.py",
    "supervisor/calibration.py",
    "supervisor/cgroup.py",
    "supervisor/cleanup.py",
    "supervisor/codec.py",
    "supervisor/confine.py",
    "supervisor/frames.py",
    "supervisor/job.py",
    "supervisor/remote.py",
    "supervisor/solution.py",
    "supervisor/tests.py",
    "supervisor/zygote.py",
)];

/// What `language.toml` says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageDefinition {
    pub id: String,
    pub title: String,
    /// The name the program has in its own messages.
    pub file: String,
    /// Fences of model answers that mean this language.
    pub fences: Vec<String>,
    /// The command that tells the toolchain's version.
    pub version: Vec<String>,
    pub image: ImageDefinition,
    pub supervisor: SupervisorDefinition,
    pub limits: LimitDefinition,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageDefinition {
    pub name: String,
    /// The public image to build on.
    pub base: String,
    /// Built on where `base` cannot be pulled.
    pub own: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupervisorDefinition {
    pub mode: SupervisorMode,
    /// The container's main process.
    pub command: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisorMode {
    /// Stays and takes one program after another over standard input.
    Resident,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitDefinition {
    /// MiB a container gets beside the program's own.
    pub overhead_mb: u32,
    /// Processes a container gets beside the program's own.
    pub overhead_processes: u32,
    /// Files and folders under each writable folder.
    pub inodes: u32,
}

/// A language with the files its image is built from.
#[derive(Debug, Clone)]
pub(crate) struct LanguageFolder {
    pub definition: LanguageDefinition,
    pub files: &'static [LanguageFile],
    /// `assay/python:1f0c…`: the tag is the hash of the folder's content.
    pub image: String,
}

impl LanguageFolder {
    pub fn language(&self) -> Language {
        Language::new(&self.definition.id)
    }
}

/// All languages, in the order of their folders.
///
/// # Errors
/// [`SandboxError::LanguageInvalid`] with the folder and the field when a `language.toml` is wrong.
pub(crate) fn load_all() -> Result<Vec<LanguageFolder>, SandboxError> {
    FOLDERS
        .iter()
        .map(|(folder, files)| load(folder, files))
        .collect()
}

fn load(folder: &str, files: &'static [LanguageFile]) -> Result<LanguageFolder, SandboxError> {
    let invalid = |reason: String| SandboxError::LanguageInvalid {
        folder: folder.to_owned(),
        reason,
    };
    let text = files
        .iter()
        .find(|(path, _)| *path == "language.toml")
        .map(|(_, text)| *text)
        .ok_or_else(|| invalid("the file is missing".to_owned()))?;
    let definition: LanguageDefinition =
        toml::from_str(text).map_err(|error| invalid(error.to_string()))?;
    if definition.id != folder {
        return Err(invalid(format!(
            "id is {:?}, the folder's name is {folder:?}",
            definition.id
        )));
    }
    if definition.supervisor.command.is_empty() {
        return Err(invalid("supervisor.command is empty".to_owned()));
    }
    if definition.version.is_empty() {
        return Err(invalid("version is empty".to_owned()));
    }
    let image = format!("{}:{}", definition.image.name, content_hash(files));
    Ok(LanguageFolder {
        definition,
        files,
        image,
    })
}

/// The first twelve hex digits of the SHA-256 over names and contents.
fn content_hash(files: &[LanguageFile]) -> String {
    let mut hash = Sha256::new();
    for (path, text) in files {
        hash.update((path.len() as u64).to_le_bytes());
        hash.update(path.as_bytes());
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_loads_and_names_its_image_by_content() {
        let languages = load_all().unwrap();
        assert!(languages.iter().any(|l| l.language() == Language::python()));
        for language in &languages {
            let (name, tag) = language.image.rsplit_once(':').unwrap();
            assert_eq!(name, language.definition.image.name);
            assert_eq!(tag.len(), 12);
        }
    }

    #[test]
    fn every_file_of_the_folders_is_built_in() {
        for (folder, files) in FOLDERS {
            let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("languages")
                .join(folder);
            let mut pending = vec![root.clone()];
            while let Some(at) = pending.pop() {
                for entry in std::fs::read_dir(at).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        if path.file_name().unwrap() != "__pycache__" {
                            pending.push(path);
                        }
                        continue;
                    }
                    let name = path.strip_prefix(&root).unwrap().to_str().unwrap();
                    let listed = files.iter().any(|(listed, _)| *listed == name);
                    assert!(listed, "{folder}/{name} is not listed in FOLDERS");
                }
            }
        }
    }

    #[test]
    fn another_content_is_another_image() {
        let one = content_hash(&[("a", "bc")]);
        assert_ne!(one, content_hash(&[("ab", "c")]));
        assert_ne!(one, content_hash(&[("a", "bd")]));
        assert_eq!(one, content_hash(&[("a", "bc")]));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let error = load(
            "python",
            &[("language.toml", "id = \"python\"\ntitel = 1\n")],
        )
        .unwrap_err();
        assert!(error.to_string().contains("titel"), "{error}");
    }
}
