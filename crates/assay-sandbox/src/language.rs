//! Languages as data: a folder with `language.toml`, a Dockerfile and a supervisor.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use assay_core::Language;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::SandboxError;

/// A file an image is built from: its path in the build's context, and its content.
pub(crate) type LanguageFile = (String, &'static [u8]);

/// The folders that ship inside the program, with every file the images are built from.
static FOLDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/languages");
/// Where lies what several images are given, in folders.
const SHARED: &str = "shared";
/// The one that every image is given.
const SUPERVISOR: &str = "supervisor";
const DEFINITION: &str = "language.toml";
/// A file of a folder that is no part of its image: what the doctor tries.
const TRIALS: &str = "trials.toml";

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
    /// What a person would type to build and run `file`, a shell line: the benchmark's comparison.
    pub bare: String,
    /// Tests that test nothing. With them a program is compiled and started, and judged by that alone.
    #[serde(default)]
    pub empty_tests: Option<String>,
    /// The language's edition or standard, where its toolchain knows several: `C++17`.
    #[serde(default)]
    pub edition: Option<String>,
    /// Folders of `shared` that its image is given beside the supervisor.
    #[serde(default)]
    pub shared: Vec<String>,
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
    /// Milliseconds that compiling a program may take; 0 where nothing is compiled.
    #[serde(default)]
    pub compile_ms: u32,
    /// MiB a program's limit is raised to, where its runtime takes a good part of it for itself.
    #[serde(default)]
    pub least_memory_mb: u32,
    /// MiB a container gets beside the program's own.
    pub overhead_mb: u32,
    /// Processes a container gets beside the program's own.
    pub overhead_processes: u32,
    /// Files and folders under each writable folder.
    pub inodes: u32,
    /// MiB of the file system that programs are made on (`/build`), which counts as memory; 0 where
    /// nothing is made.
    #[serde(default)]
    pub build_mb: u32,
}

/// A language with the files its image is built from.
#[derive(Debug, Clone)]
pub(crate) struct LanguageFolder {
    pub definition: LanguageDefinition,
    pub files: Vec<LanguageFile>,
    /// The text of its `trials.toml`.
    pub trials: &'static str,
    /// `assay/python:1f0c…`: the tag is the hash of what the image is built from.
    pub image: String,
}

impl LanguageFolder {
    pub fn language(&self) -> Language {
        Language::new(&self.definition.id)
    }
}

/// The tests that test nothing, of a language that has some.
pub(crate) fn empty_tests(language: &Language) -> Option<&'static str> {
    static TESTS: OnceLock<BTreeMap<Language, String>> = OnceLock::new();
    TESTS
        .get_or_init(|| {
            let languages = load_all().unwrap_or_default();
            languages
                .into_iter()
                .filter_map(|l| Some((l.language(), l.definition.empty_tests?)))
                .collect()
        })
        .get(language)
        .map(String::as_str)
}

/// All languages, in the order of their titles.
///
/// # Errors
/// [`SandboxError::LanguageInvalid`] with the folder and the field when a `language.toml` is wrong.
pub(crate) fn load_all() -> Result<Vec<LanguageFolder>, SandboxError> {
    let mut languages = Vec::new();
    for folder in FOLDERS.dirs() {
        let name = folder.path().display().to_string();
        if name == SHARED {
            continue;
        }
        let mut files = BTreeMap::new();
        gather(folder, folder.path(), &mut files);
        languages.push(load(&name, files)?);
    }
    languages.sort_by(|a, b| a.definition.title.cmp(&b.definition.title));
    Ok(languages)
}

/// The files under `folder` by their paths below `root`; Python's own leavings are none of ours.
fn gather(folder: &'static Dir<'static>, root: &Path, files: &mut BTreeMap<String, &'static [u8]>) {
    for file in folder.files() {
        let path = file.path().strip_prefix(root).unwrap_or(file.path());
        if path.extension().is_none_or(|extension| extension != "pyc") {
            // Contexts have slashes, whatever this system has.
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(parts.join("/"), file.contents());
        }
    }
    for inner in folder.dirs() {
        gather(inner, root, files);
    }
}

fn load(
    folder: &str,
    mut own: BTreeMap<String, &'static [u8]>,
) -> Result<LanguageFolder, SandboxError> {
    let invalid = |reason: String| SandboxError::LanguageInvalid {
        folder: folder.to_owned(),
        reason,
    };
    let text = own
        .get(DEFINITION)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .ok_or_else(|| invalid("the file is missing, or no UTF-8 text".to_owned()))?;
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
    let trials = own
        .remove(TRIALS)
        .and_then(|bytes| std::str::from_utf8(bytes).ok())
        .ok_or_else(|| invalid(format!("{TRIALS} is missing, or no UTF-8 text")))?;
    let mut files = BTreeMap::new();
    let given = definition.shared.iter().map(String::as_str);
    for name in std::iter::once(SUPERVISOR).chain(given) {
        let path = Path::new(SHARED).join(name);
        let shared = FOLDERS
            .get_dir(&path)
            .ok_or_else(|| invalid(format!("shared names {name:?}, which is not there")))?;
        gather(shared, Path::new(SHARED), &mut files);
    }
    // Its own come last: they may take the place of a shared one. What is only read here changes no image.
    own.remove(DEFINITION);
    files.append(&mut own);
    let files: Vec<LanguageFile> = files.into_iter().collect();
    let image = format!("{}:{}", definition.image.name, content_hash(&files));
    Ok(LanguageFolder {
        definition,
        files,
        trials,
        image,
    })
}

/// The first twelve hex digits of the SHA-256 over names and contents.
fn content_hash(files: &[LanguageFile]) -> String {
    let mut hash = Sha256::new();
    for (path, content) in files {
        hash.update((path.len() as u64).to_le_bytes());
        hash.update(path.as_bytes());
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
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
    fn another_content_is_another_image() {
        let hash = |path: &str, content: &'static str| {
            content_hash(&[(path.to_owned(), content.as_bytes())])
        };
        let one = hash("a", "bc");
        assert_ne!(one, hash("ab", "c"));
        assert_ne!(one, hash("a", "bd"));
        assert_eq!(one, hash("a", "bc"));
    }

    #[test]
    fn a_wrong_field_is_named() {
        let text = &b"id = \"python\"\ntitel = 1\n"[..];
        let files = BTreeMap::from([("language.toml".to_owned(), text)]);
        let error = load("python", files).unwrap_err();
        assert!(error.to_string().contains("titel"), "{error}");
    }
}
