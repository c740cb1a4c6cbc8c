//! A person's own problems.

use std::io::Write as _;
use std::path::Path;

use assay_core::{DatasetId, Language, TestForm};

use crate::formats::jsonl::{Defaults, read};
use crate::library::{MANIFEST, sha256};
use crate::manifest::{Fields, FileFacts, Format, Generation};
use crate::{DatasetError, Library, Manifest, Source, lines};

impl Library {
    /// Reads JSON lines (plain or gzipped) with `task_id`, `prompt`, `entry_point`, `test` and
    /// optionally `canonical_solution`, `language` (Python when absent) and `test_form`
    /// (when absent, `check_function` if the tests define `check`, else `statements`), and keeps a copy with a manifest of its own. Nothing is kept
    /// when any line is bad.
    ///
    /// # Errors
    /// [`DatasetError::BadLines`] with every fault, [`DatasetError::BadId`], [`DatasetError::Exists`].
    pub fn import(&self, file: &Path, id: Option<&str>) -> Result<Manifest, DatasetError> {
        let id = match id {
            Some(id) => id.to_owned(),
            None => stem(file),
        };
        if !is_id(&id) {
            return Err(DatasetError::BadId { id });
        }
        let id = DatasetId::new(id);
        let bytes = std::fs::read(file).map_err(DatasetError::file(file))?;
        let python = Language::python();
        let defaults = Defaults {
            dataset: &id,
            fields: &Fields::default(),
            language: Some(&python),
            test_form: None,
        };
        let reader = lines::unzipped(std::io::Cursor::new(bytes.clone()))
            .map_err(DatasetError::file(file))?;
        let problems = read(&file.display().to_string(), reader, &defaults)?;
        if self.manifest(id.as_str()).is_ok() || self.folder(&id).exists() {
            return Err(DatasetError::Exists { id: id.to_string() });
        }
        let mut languages: Vec<Language> = problems.iter().map(|p| p.language.clone()).collect();
        languages.sort();
        languages.dedup();
        // Lines without a language are Python's, which a manifest of several languages would not say.
        let bytes = if languages.len() > 1 {
            with_languages(&problems)?
        } else {
            bytes
        };
        let zipped = bytes.starts_with(&[0x1f, 0x8b]);
        let mut ids: Vec<_> = problems.iter().map(|p| &p.id).collect();
        ids.sort();
        ids.dedup();
        let digest = sha256(&bytes);
        let manifest = Manifest {
            title: id.to_string(),
            version: digest.chars().take(12).collect(),
            published: None,
            licence: "not stated".to_owned(),
            homepage: None,
            n_problems: u32::try_from(ids.len()).unwrap_or(u32::MAX),
            languages,
            test_form: problems
                .first()
                .map_or(TestForm::CheckFunction, |problem| problem.test_form),
            file: Some(FileFacts {
                name: if zipped {
                    "problems.jsonl.gz"
                } else {
                    "problems.jsonl"
                }
                .to_owned(),
                bytes: bytes.len() as u64,
                sha256: digest,
            }),
            format: Format::Jsonl,
            generation: Generation::Program,
            known_broken: Vec::new(),
            files: Vec::new(),
            fields: Fields::default(),
            sources: vec![Source::Imported {
                from: file
                    .file_name()
                    .map(|n| n.to_string_lossy().into_owned())
                    .unwrap_or_default(),
            }],
            id,
        };
        self.keep(&manifest, &bytes)?;
        Ok(manifest)
    }

    /// Puts manifest and file in place together, by renaming the folder that holds both.
    fn keep(&self, manifest: &Manifest, bytes: &[u8]) -> Result<(), DatasetError> {
        let root = self.root();
        std::fs::create_dir_all(root).map_err(DatasetError::file(root))?;
        let folder = tempfile::Builder::new()
            .prefix(".import-")
            .tempdir_in(root)
            .map_err(DatasetError::file(root))?;
        let text = toml::to_string(manifest).map_err(|error| DatasetError::BadManifest {
            file: MANIFEST.to_owned(),
            why: error.to_string(),
        })?;
        let name = manifest
            .file
            .as_ref()
            .map_or("problems.jsonl", |f| f.name.as_str());
        for (name, content) in [(name, bytes), (MANIFEST, text.as_bytes())] {
            let path = folder.path().join(name);
            let write = || {
                let mut file = std::fs::File::create(&path)?;
                file.write_all(content)?;
                file.sync_all()
            };
            write().map_err(DatasetError::file(&path))?;
        }
        let place = self.folder(&manifest.id);
        std::fs::rename(folder.path(), &place).map_err(DatasetError::file(&place))?;
        // Renamed: there is nothing left to remove.
        let _ = folder.keep();
        Ok(())
    }
}

fn with_languages(problems: &[assay_core::Problem]) -> Result<Vec<u8>, DatasetError> {
    let mut bytes = Vec::new();
    for problem in problems {
        let line = serde_json::json!({
            "task_id": problem.id,
            "language": problem.language,
            "prompt": problem.prompt,
            "entry_point": problem.entry_point,
            "canonical_solution": problem.canonical_solution,
            "test": problem.tests,
            "test_form": problem.test_form,
        });
        bytes.extend_from_slice(line.to_string().as_bytes());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// `my-problems` for `/x/My Problems.jsonl.gz`.
fn stem(file: &Path) -> String {
    let name = file
        .file_name()
        .map(|n| n.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    name.split('.')
        .next()
        .unwrap_or_default()
        .replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "-")
}

fn is_id(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase();
    text.len() <= 64
        && text.starts_with(letter)
        && text
            .chars()
            .all(|c| letter(c) || c.is_ascii_digit() || c == '-' || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;

    const GOOD: &str = r#"{"task_id": "t/0", "prompt": "def f():\n", "entry_point": "f", "test": "def check(c):\n    assert c() == 1\n"}"#;

    fn import(text: &str) -> (tempfile::TempDir, Library, Result<Manifest, DatasetError>) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Mine.jsonl");
        std::fs::write(&file, text).unwrap();
        let library = Library::new(&folder.path().join("data"));
        let imported = library.import(&file, None);
        (folder, library, imported)
    }

    #[test]
    fn an_imported_set_is_listed_and_loaded() {
        let (_folder, library, imported) = import(GOOD);
        let manifest = imported.unwrap();
        assert_eq!(manifest.id.as_str(), "mine");
        let listed = library.list().unwrap();
        assert!(
            listed
                .iter()
                .any(|l| l.manifest == manifest && l.state == State::Ready)
        );
        let problems = library.load("mine", &[Language::python()]).unwrap();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].entry_point, "f");
        assert_eq!(problems[0].canonical_solution, None);
        assert!(matches!(
            library.load("mine", &[Language::new("rust")]),
            Err(DatasetError::NoLanguage { .. })
        ));
    }

    #[test]
    fn several_languages_keep_theirs() {
        let rust = r#"{"task_id": "t/0", "language": "Rust", "prompt": "fn f() {", "entry_point": "f", "test": "x", "test_form": "statements"}"#;
        let (_folder, library, imported) = import(&format!("{GOOD}\n{rust}\n"));
        assert_eq!(
            imported.unwrap().languages,
            [Language::python(), Language::new("rust")]
        );
        let problems = library
            .load("mine", &[Language::new("rust"), Language::python()])
            .unwrap();
        assert_eq!(problems[0].language.as_str(), "rust");
        assert_eq!(problems[0].test_form, TestForm::Statements);
        assert_eq!(problems[1].test_form, TestForm::CheckFunction);
    }

    #[test]
    fn one_bad_line_and_nothing_is_kept() {
        for (bad, told) in [
            (
                r#"{"task_id": "t/1", "prompt": "x", "entry_point": "f"}"#,
                "line 2, field test: is missing",
            ),
            (
                r#"{"task_id": "t/1", "prompt": 3, "entry_point": "f", "test": "y"}"#,
                "line 2, field prompt: must be a text and is a number",
            ),
            (
                r#"{"task_id": "t/0", "prompt": "x", "entry_point": "f", "test": "y"}"#,
                "line 2, field task_id: t/0 comes twice",
            ),
            (
                r#"{"task_id": "t/1", "prompt": "x", "entry_point": " ", "test": "y"}"#,
                "line 2, field entry_point: must not be empty",
            ),
            (
                r#"{"task_id": "t/1", "test_form": "z", "prompt": "x", "entry_point": "f", "test": "y"}"#,
                "field test_form",
            ),
            (r#"{"task_id""#, "line 2: is not JSON"),
        ] {
            let (folder, library, imported) = import(&format!("{GOOD}\n{bad}\n"));
            let error = imported.unwrap_err().to_string();
            assert!(error.contains(told), "{told:?} is not in {error:?}");
            assert!(error.contains("Mine.jsonl"), "{error}");
            assert!(library.manifest("mine").is_err());
            assert!(!folder.path().join("data/datasets/mine").exists());
        }
    }

    #[test]
    fn an_id_cannot_leave_its_folder_nor_replace_a_known_set() {
        let (folder, library, _) = import(GOOD);
        let file = folder.path().join("Mine.jsonl");
        for id in ["../x", "", "A", "a/b", ".."] {
            assert!(
                matches!(
                    library.import(&file, Some(id)),
                    Err(DatasetError::BadId { .. })
                ),
                "{id}"
            );
        }
        for id in ["humaneval", "starter", "mine"] {
            assert!(
                matches!(
                    library.import(&file, Some(id)),
                    Err(DatasetError::Exists { .. })
                ),
                "{id}"
            );
        }
    }

    #[test]
    fn a_changed_file_is_damaged_and_not_loaded() {
        let (folder, library, imported) = import(GOOD);
        imported.unwrap();
        let file = folder.path().join("data/datasets/mine/problems.jsonl");
        std::fs::write(&file, GOOD.replace("== 1", "== 2")).unwrap();
        assert!(matches!(
            library.load("mine", &[Language::python()]),
            Err(DatasetError::Damaged { .. })
        ));
        std::fs::remove_file(file).unwrap();
        assert!(matches!(
            library.load("mine", &[Language::python()]),
            Err(DatasetError::Missing { .. })
        ));
    }
}
