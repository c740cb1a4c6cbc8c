//! Pulling and importing: what is stored is whole, and what is wrong is said exactly.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_core::{Coded as _, Language, TestForm};
use assay_datasets::{BadLine, DatasetError, Library, State};
use assay_fetch::{OnProgress, Progress};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const QUIET: OnProgress<'static> = &|_: Progress| {};

const GOOD: &str = concat!(
    r#"{"task_id": "mine/0", "prompt": "def f(x):\n", "entry_point": "f", "test": "def check(candidate):\n    assert candidate(1) == 1\n", "canonical_solution": "    return x\n"}"#,
    "\n\n",
    r#"{"task_id": "mine/1", "prompt": "def g():\n", "entry_point": "g", "test": "assert g() == 1", "language": "py", "extra": 1}"#,
    "\n"
);

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn library(&self) -> Library {
        Library::new(&self.data())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Everything below the data folder, relative to it.
    fn stored(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            let Ok(entries) = fs::read_dir(folder) else {
                return;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, out);
                } else {
                    out.push(path.strip_prefix(root).unwrap().display().to_string());
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.data(), &self.data(), &mut out);
        out.sort();
        out
    }

    /// The error of importing a bad file, of which nothing may be stored.
    fn refused(&self, name: &str, content: impl AsRef<[u8]>) -> DatasetError {
        let file = self.file(name, content);
        let error = self.library().import(&file, None).unwrap_err();
        assert_eq!(
            self.stored(),
            Vec::<String>::new(),
            "nothing is stored of a bad file"
        );
        error
    }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn bad_lines(error: &DatasetError) -> (&[BadLine], usize) {
    match error {
        DatasetError::BadLines { lines, more, .. } => (lines, *more),
        other => panic!("{other}"),
    }
}

#[test]
fn an_import_is_a_data_set_like_any_other() {
    let place = Place::new();
    let manifest = place
        .library()
        .import(&place.file("My Set.jsonl", GOOD), None)
        .unwrap();
    assert_eq!((manifest.id.as_str(), manifest.n_problems), ("my-set", 2));
    assert_eq!(
        place.stored(),
        [
            "datasets/my-set/manifest.toml",
            "datasets/my-set/problems.jsonl"
        ]
    );
    let listed = place.library().list().unwrap();
    let mine = listed.iter().find(|l| l.manifest == manifest).unwrap();
    assert_eq!(
        (mine.state, mine.manifest.is_imported()),
        (State::Ready, true)
    );
    let problems = place.library().load("my-set", &[]).unwrap();
    assert_eq!(
        problems[0].canonical_solution.as_deref(),
        Some("    return x\n")
    );
    assert_eq!(problems[1].language, Language::python());
}

#[test]
fn the_form_of_tests_is_told_by_the_tests() {
    let place = Place::new();
    place
        .library()
        .import(&place.file("a.jsonl", GOOD), None)
        .unwrap();
    let forms: Vec<TestForm> = place
        .library()
        .load("a", &[])
        .unwrap()
        .iter()
        .map(|p| p.test_form)
        .collect();
    assert_eq!(forms, [TestForm::CheckFunction, TestForm::Statements]);
}

#[test]
fn compressed_files_are_recognised_by_their_content() {
    let place = Place::new();
    let file = place.file("packed.jsonl", gzip(GOOD.as_bytes()));
    place.library().import(&file, Some("packed")).unwrap();
    assert_eq!(place.library().load("packed", &[]).unwrap().len(), 2);
}

#[test]
fn every_bad_line_is_named_with_its_field() {
    let place = Place::new();
    let text = [
        r#"{"prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "b", "prompt": 3, "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "c", "prompt": "p", "entry_point": "f g", "test": "t"}"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"} trailing"#,
        r#"["not", "an", "object"]"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "e", "prompt": "p", "entry_point": "f", "test": "t", "test_form": "magic"}"#,
        r#"{"task_id": "f", "prompt": "p", "entry_poi"#,
    ]
    .join("\n");
    let error = place.refused("bad.jsonl", text);
    let (lines, more) = bad_lines(&error);
    let found: Vec<(usize, Option<&str>)> =
        lines.iter().map(|l| (l.line, l.field.as_deref())).collect();
    assert_eq!(
        found,
        [
            (1, Some("task_id")),
            (2, Some("prompt")),
            (3, Some("entry_point")),
            (4, None),
            (5, None),
            (7, Some("task_id")),
            (8, Some("test_form")),
            (9, None),
        ]
    );
    assert_eq!(more, 0);
    assert!(error.to_string().contains("bad.jsonl"), "{error}");
    assert!(error.hint().unwrap().contains("nothing was stored"));
}

#[test]
fn a_file_that_is_wrong_throughout_is_cut_short() {
    let place = Place::new();
    let error = place.refused("all.jsonl", "{}\n".repeat(100));
    assert_eq!(bad_lines(&error).0.len(), 20);
    assert_eq!(bad_lines(&error).1, 380);
    assert!(error.to_string().ends_with("and 380 more"), "{error}");
}

#[test]
fn files_that_are_no_json_lines_are_refused() {
    let place = Place::new();
    for content in ["", "\n \n"] {
        assert!(matches!(
            place.refused("empty.jsonl", content),
            DatasetError::Empty { .. }
        ));
    }
    let error = place.refused("latin.jsonl", b"{\"task_id\": \"caf\xe9\"}\n");
    assert!(
        error.to_string().contains("line 1: is not UTF-8"),
        "{error}"
    );
    let packed = gzip(GOOD.as_bytes());
    bad_lines(&place.refused("cut.jsonl.gz", &packed[..packed.len() - 9]));
    bad_lines(&place.refused("tail.jsonl.gz", [&packed[..], b"garbage"].concat()));
    let missing = place
        .library()
        .import(&place.folder.path().join("no.jsonl"), None)
        .unwrap_err();
    assert!(missing.info().message.contains("no.jsonl"));
}

#[test]
fn a_data_set_that_is_not_there_says_how_to_get_it() {
    let place = Place::new();
    let error = place.library().load("humaneval", &[]).unwrap_err();
    assert_eq!(
        (error.code(), error.is_missing_requirement()),
        ("dataset-missing", true)
    );
    assert!(
        error
            .hint()
            .unwrap()
            .contains("assay datasets pull humaneval")
    );
    let error = place.library().load("humanevel", &[]).unwrap_err();
    assert!(error.hint().unwrap().contains("did you mean humaneval"));
}

#[tokio::test]
async fn another_file_is_not_taken_for_the_data_set() {
    let place = Place::new();
    let wrong = place.file("HumanEval.jsonl.gz", gzip(GOOD.as_bytes()));
    let cancel = CancellationToken::new();
    let error = place
        .library()
        .pull_from("humaneval", &wrong, QUIET, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "checksum-mismatch");
    assert_eq!(place.stored(), Vec::<String>::new());
}

#[tokio::test]
async fn a_half_file_is_damaged_and_never_read() {
    let place = Place::new();
    let folder = place.data().join("datasets/humaneval");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("HumanEval.jsonl.gz"), gzip(GOOD.as_bytes())).unwrap();
    let listed = place.library().list().unwrap();
    let humaneval = listed
        .iter()
        .find(|l| l.manifest.id.as_str() == "humaneval");
    assert_eq!(humaneval.unwrap().state, State::Damaged);
    let cancel = CancellationToken::new();
    let listing = place
        .library()
        .verify("humaneval", QUIET, &cancel)
        .await
        .unwrap();
    assert_eq!(listing.state, State::Damaged);
    let error = place.library().load("humaneval", &[]).unwrap_err();
    assert_eq!(
        (error.code(), error.is_missing_requirement()),
        ("dataset-damaged", true)
    );
}

#[test]
fn a_broken_manifest_hides_only_its_own_data_set() {
    let place = Place::new();
    place
        .library()
        .import(&place.file("a.jsonl", GOOD), None)
        .unwrap();
    for (name, content) in [("broken", "id = 3"), (".import-x", "")] {
        let folder = place.data().join("datasets").join(name);
        fs::create_dir_all(&folder).unwrap();
        let of_a = place.data().join("datasets/a/manifest.toml");
        let content = if content.is_empty() {
            fs::read_to_string(of_a).unwrap()
        } else {
            content.to_owned()
        };
        fs::write(folder.join("manifest.toml"), content).unwrap();
    }
    let ids: Vec<String> = place
        .library()
        .list()
        .unwrap()
        .iter()
        .map(|l| l.manifest.id.to_string())
        .collect();
    assert!(ids.contains(&"humaneval".to_owned()));
    assert_eq!(ids[ids.len() - 2..], ["starter", "a"]);
}

#[tokio::test]
async fn a_cancelled_pull_leaves_nothing() {
    let place = Place::new();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = place
        .library()
        .pull("humaneval", QUIET, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(place.stored(), Vec::<String>::new());
}

#[tokio::test]
async fn what_ships_inside_needs_no_pull() {
    let place = Place::new();
    place
        .library()
        .pull("starter", QUIET, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(place.stored(), Vec::<String>::new());
}

proptest::proptest! {
    /// Whatever the bytes: an answer or an error, and after an error nothing is stored.
    #[test]
    fn no_file_panics_or_is_half_stored(
        bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        json in "[{}\\[\\]\",:a-z0-9 \n]{0,120}",
    ) {
        for content in [bytes, json.into_bytes()] {
            let place = Place::new();
            let file = place.file("x.jsonl", &content);
            if place.library().import(&file, None).is_err() {
                proptest::prop_assert_eq!(place.stored(), Vec::<String>::new());
            }
        }
    }
}
