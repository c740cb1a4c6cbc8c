//! Pulling, verifying and importing: what is stored is whole, and what is wrong is said exactly.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_core::{Coded, Language, TestForm};
use assay_datasets::{
    CancellationToken, DatasetError, LineIssue, State, import, list, load, pull, pull_from, verify,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const GOOD: &str = concat!(
    r#"{"task_id": "mine/0", "prompt": "def f(x):\n", "entry_point": "f", "test": "def check(candidate):\n    assert candidate(1) == 1\n", "canonical_solution": "    return x\n"}"#,
    "\n\n",
    r#"{"task_id": 7, "prompt": "function g() {\n", "entry_point": "g", "test": "g();", "language": "js", "extra": 1}"#,
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

    fn refused(&self, name: &str, content: impl AsRef<[u8]>) -> DatasetError {
        let file = self.file(name, content);
        let error = import(&file, None, &self.data()).unwrap_err();
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

fn issues(error: &DatasetError) -> Vec<LineIssue> {
    error
        .issues()
        .unwrap_or_else(|| panic!("{error}"))
        .first
        .clone()
}

#[test]
fn an_import_is_a_data_set_like_any_other() {
    let place = Place::new();
    let file = place.file("My Set.jsonl", GOOD);
    let status = import(&file, None, &place.data()).unwrap();
    assert_eq!(status.manifest.id.as_str(), "my-set");
    assert_eq!(
        place.stored(),
        [
            "datasets/my-set/manifest.toml",
            "datasets/my-set/problems.jsonl"
        ]
    );
    let listed = list(&place.data()).unwrap();
    let mine = listed
        .iter()
        .find(|d| d.manifest.id.as_str() == "my-set")
        .unwrap();
    assert_eq!(
        (mine.state, mine.manifest.is_imported()),
        (State::Ready, true)
    );
    assert_eq!(mine.manifest.n_problems, 2);
    assert_eq!(
        mine.manifest.languages,
        [Language::python(), Language::new("javascript")]
    );

    let problems = load(&"my-set".into(), &place.data(), &[]).unwrap();
    assert_eq!(problems[0].id.as_str(), "mine/0");
    assert_eq!(problems[0].test_form, TestForm::CheckFunction);
    assert_eq!(
        problems[0].canonical_solution.as_deref(),
        Some("    return x\n")
    );
    assert_eq!(problems[1].id.as_str(), "7");
    assert_eq!(problems[1].test_form, TestForm::Statements);
    assert_eq!(verify(&"my-set".into(), &place.data()).unwrap().problems, 2);
}

#[test]
fn compressed_files_are_recognised_by_their_content() {
    let place = Place::new();
    let file = place.file("packed.jsonl", gzip(GOOD.as_bytes()));
    import(&file, Some("packed"), &place.data()).unwrap();
    assert_eq!(load(&"packed".into(), &place.data(), &[]).unwrap().len(), 2);
}

#[test]
fn the_same_file_again_changes_nothing_and_another_one_is_refused() {
    let place = Place::new();
    let file = place.file("a.jsonl", GOOD);
    let first = import(&file, None, &place.data()).unwrap();
    assert_eq!(import(&file, None, &place.data()).unwrap(), first);
    let other = place.file("b.jsonl", GOOD.replace("mine/0", "mine/1"));
    let error = import(&other, Some("a"), &place.data()).unwrap_err();
    assert_eq!(error.code(), "dataset-exists");
    assert_eq!(
        load(&"a".into(), &place.data(), &[]).unwrap()[0]
            .id
            .as_str(),
        "mine/0"
    );
}

#[test]
fn every_bad_line_is_named_with_its_field() {
    let place = Place::new();
    let text = [
        r#"{"prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "b", "prompt": 3, "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "c", "prompt": "p", "entry_point": "f g", "test": ""}"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"} trailing"#,
        r#"["not", "an", "object"]"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "d", "prompt": "p", "entry_point": "f", "test": "t"}"#,
        r#"{"task_id": "e", "prompt": "p", "entry_point": "f", "test": "t", "test_form": "magic"}"#,
        r#"{"task_id": "f", "prompt": "p", "entry_poi"#,
    ]
    .join("\n");
    let error = place.refused("bad.jsonl", text);
    assert_eq!(error.code(), "bad-dataset-file");
    let found: Vec<(usize, Option<String>)> = issues(&error)
        .into_iter()
        .map(|i| (i.line, i.field))
        .collect();
    let field = |name: &str| Some(name.to_owned());
    assert_eq!(
        found,
        [
            (1, field("task_id")),
            (2, field("prompt")),
            (3, field("entry_point")),
            (3, field("test")),
            (4, None),
            (5, None),
            (7, field("task_id")),
            (8, field("test_form")),
            (9, None),
        ]
    );
    let message = error.to_string();
    for part in [
        "bad.jsonl",
        "line 2, field prompt: must be text, not a number",
        "line 6 already",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(error.hint().unwrap().contains("task_id"));
}

#[test]
fn a_file_that_is_wrong_throughout_is_cut_short() {
    let place = Place::new();
    let error = place.refused("all.jsonl", "{}\n".repeat(100));
    assert_eq!(issues(&error).len(), 20);
    assert_eq!(error.issues().unwrap().total, 400);
    assert!(error.to_string().contains("and 380 more"), "{error}");
}

#[test]
fn files_that_are_no_json_lines_are_refused() {
    let place = Place::new();
    assert_eq!(place.refused("empty.jsonl", "").code(), "empty-file");
    assert_eq!(place.refused("blank.jsonl", "\n \n").code(), "empty-file");
    let error = place.refused("latin.jsonl", b"{\"task_id\": \"caf\xe9\"}\n");
    assert!(error.to_string().contains("line 1: not UTF-8"), "{error}");
    let packed = gzip(GOOD.as_bytes());
    assert_eq!(
        place
            .refused("cut.jsonl.gz", &packed[..packed.len() - 9])
            .code(),
        "bad-archive"
    );
    let mut trailing = packed.clone();
    trailing.extend_from_slice(b"garbage");
    assert_eq!(
        place.refused("tail.jsonl.gz", &trailing).code(),
        "bad-archive"
    );
    let missing = import(&place.folder.path().join("no.jsonl"), None, &place.data()).unwrap_err();
    assert_eq!(missing.code(), "io-error");
    assert!(missing.info().message.contains("no.jsonl"));
}

#[test]
fn ids_cannot_leave_the_folder_or_hide_a_built_in_set() {
    let place = Place::new();
    let file = place.file("a.jsonl", GOOD);
    for id in [
        "../up",
        "",
        "A",
        ".hidden",
        "a/b",
        "starter",
        "humaneval",
        "-x",
    ] {
        let error = import(&file, Some(id), &place.data()).unwrap_err();
        assert_eq!(error.code(), "bad-dataset-id", "{id}");
    }
    assert_eq!(place.stored(), Vec::<String>::new());
}

#[test]
fn a_data_set_that_is_not_there_says_how_to_get_it() {
    let place = Place::new();
    let error = load(&"humaneval".into(), &place.data(), &[]).unwrap_err();
    assert_eq!(
        (error.code(), error.is_missing_requirement()),
        ("dataset-missing", true)
    );
    assert_eq!(error.hint().unwrap(), "assay datasets pull humaneval");
    let error = load(&"humanevel".into(), &place.data(), &[]).unwrap_err();
    assert!(error.hint().unwrap().contains("did you mean 'humaneval'"));
}

#[test]
fn another_file_is_not_taken_for_the_data_set() {
    let place = Place::new();
    let wrong = place.file("HumanEval.jsonl.gz", gzip(GOOD.as_bytes()));
    let error = pull_from(&"humaneval".into(), &wrong, &place.data()).unwrap_err();
    assert_eq!(error.code(), "checksum-mismatch");
    assert_eq!(place.stored(), Vec::<String>::new());
}

#[test]
fn a_half_file_is_damaged_and_never_read() {
    let place = Place::new();
    let folder = place.data().join("datasets/humaneval");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("HumanEval.jsonl.gz"), gzip(GOOD.as_bytes())).unwrap();
    let status = &list(&place.data()).unwrap()[0];
    assert_eq!(status.state, State::Damaged);
    let error = load(&"humaneval".into(), &place.data(), &[]).unwrap_err();
    assert_eq!(error.code(), "dataset-damaged");
    assert_eq!(
        error.hint().unwrap(),
        "fetch it anew: assay datasets pull humaneval"
    );
}

#[test]
fn an_import_that_was_changed_afterwards_is_damaged() {
    let place = Place::new();
    let file = place.file("a.jsonl", GOOD);
    import(&file, None, &place.data()).unwrap();
    fs::write(place.data().join("datasets/a/problems.jsonl"), "{}").unwrap();
    assert_eq!(
        verify(&"a".into(), &place.data()).unwrap_err().code(),
        "dataset-damaged"
    );
}

#[test]
fn a_broken_manifest_hides_only_its_own_data_set() {
    let place = Place::new();
    let file = place.file("a.jsonl", GOOD);
    import(&file, None, &place.data()).unwrap();
    let broken = place.data().join("datasets/broken");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("manifest.toml"), "id = 3").unwrap();
    assert_eq!(list(&place.data()).unwrap().len(), 3);
}

#[tokio::test]
async fn a_cancelled_pull_leaves_nothing() {
    let place = Place::new();
    let cancel = CancellationToken::new();
    cancel.cancel();
    let error = pull(&"humaneval".into(), &place.data(), &|_| {}, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(place.stored(), Vec::<String>::new());
}

#[tokio::test]
async fn what_ships_inside_needs_no_pull() {
    let place = Place::new();
    pull(
        &"starter".into(),
        &place.data(),
        &|_| {},
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    let error = pull_from(&"starter".into(), Path::new("x"), &place.data()).unwrap_err();
    assert_eq!(error.code(), "nothing-to-pull");
}

proptest::proptest! {
    /// Whatever the bytes: an answer or an error, and after an error nothing is stored.
    #[test]
    fn no_file_panics_or_is_half_stored(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), json in "[{}\\[\\]\",:a-z0-9 \n]{0,120}") {
        for content in [bytes, json.into_bytes()] {
            let place = Place::new();
            let file = place.file("x.jsonl", &content);
            if import(&file, None, &place.data()).is_err() {
                proptest::prop_assert_eq!(place.stored(), Vec::<String>::new());
            }
        }
    }
}
