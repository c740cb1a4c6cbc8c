//! Files brought along: told by what they hold, taken whole or not at all.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use assay_core::{Coded as _, Language};
use assay_datasets::{DatasetError, Library, State};
use assay_fetch::{OnProgress, Progress};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const QUIET: OnProgress<'static> = &|_: Progress| {};

const RUST: &str = r#"{"name": "HumanEval_0_f", "prompt": "fn f() {\n", "tests": "}\nf"}"#;
const GO: &str = r#"{"name": "HumanEval_0_f", "prompt": "func F() {\n", "tests": "F"}"#;

fn gzip(content: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A library that knows a data set of two languages, and a folder to bring files in.
struct Place {
    folder: TempDir,
    library: Library,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let set = folder.path().join("data/datasets/two");
        fs::create_dir_all(&set).unwrap();
        fs::create_dir_all(folder.path().join("brought/deep/er")).unwrap();
        let mut manifest = r#"
            id = "two"
            title = "Two"
            version = "1"
            licence = "none"
            languages = ["rust", "go"]
            n_problems = 1
            test_form = "statements"
            format = "multipl-e"
        "#
        .to_owned();
        for (language, content) in [("rust", RUST), ("go", GO)] {
            let digest: String = Sha256::digest(content)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            manifest.push_str(&format!(
                "[[files]]\nlanguage = \"{language}\"\nname = \"{language}.jsonl\"\nsha256 = \"{digest}\"\nbytes = {}\n",
                content.len()
            ));
        }
        fs::write(set.join("manifest.toml"), manifest).unwrap();
        let library = Library::new(&folder.path().join("data"));
        Self { folder, library }
    }

    fn bring(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join("brought").join(name), content).unwrap();
    }

    async fn pull_from(&self, name: &str) -> Result<(), DatasetError> {
        let from = self.folder.path().join("brought").join(name);
        self.library
            .pull_from("two", &from, QUIET, &CancellationToken::new())
            .await
            .map(|_| ())
    }

    async fn state(&self) -> State {
        let cancel = CancellationToken::new();
        self.library
            .verify("two", QUIET, &cancel)
            .await
            .unwrap()
            .state
    }

    fn stored(&self) -> Vec<String> {
        let set = self.folder.path().join("data/datasets/two");
        let mut names: Vec<String> = fs::read_dir(set)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name != "manifest.toml")
            .collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn names_and_packing_do_not_matter() {
    let place = Place::new();
    place.bring("deep/er/whatever", RUST);
    place.bring("b.bin", gzip(GO));
    place.bring("noise.jsonl.gz", gzip("noise"));
    place.pull_from("").await.unwrap();
    assert_eq!(place.stored(), ["go.jsonl", "rust.jsonl"]);
    assert_eq!(place.state().await, State::Ready);
    let problems = place.library.load("two", &[]).unwrap();
    let languages: Vec<&str> = problems.iter().map(|p| p.language.as_str()).collect();
    assert_eq!(languages, ["rust", "go"]);
    assert_eq!(problems[0].cluster, problems[1].cluster);
    assert_eq!(place.library.sha256("two").unwrap().len(), 64);
}

#[tokio::test]
async fn what_is_there_can_be_used_and_what_is_missing_is_named() {
    let place = Place::new();
    place.bring("go.jsonl.gz", gzip(GO));
    let error = place.pull_from("go.jsonl.gz").await.unwrap_err();
    assert_eq!(error.code(), "dataset-files-missing");
    assert!(error.is_missing_requirement());
    let text = error.to_string();
    assert!(
        text.contains("rust.jsonl of the data set two; taken: go.jsonl"),
        "{text}"
    );
    assert_eq!(place.state().await, State::Missing);
    let go = place.library.load("two", &[Language::new("go")]).unwrap();
    assert_eq!(go.len(), 1);
    assert!(matches!(
        place.library.load("two", &[]),
        Err(DatasetError::Missing { .. })
    ));
    // The other file, later: now it is whole.
    place.bring("x", RUST);
    place.pull_from("x").await.unwrap();
    assert_eq!(place.state().await, State::Ready);
}

#[tokio::test]
async fn what_is_wrong_is_said_of_the_file_and_nothing_is_kept() {
    let place = Place::new();
    place.bring("go.jsonl", GO.replace("F()", "G()"));
    let zipped = gzip(RUST);
    place.bring("cut.gz", &zipped[..zipped.len() - 6]);
    place.bring("other.gz", gzip("something else"));
    for (name, code, told) in [
        ("go.jsonl", "checksum-mismatch", "go.jsonl has the SHA-256"),
        ("cut.gz", "bad-archive", "cut.gz cannot be read"),
        (
            "other.gz",
            "dataset-files-missing",
            "other.gz has nothing that is rust.jsonl, go.jsonl",
        ),
        ("", "checksum-mismatch", "go.jsonl has the SHA-256"),
        ("nowhere", "file", "nowhere"),
    ] {
        let error = place.pull_from(name).await.unwrap_err();
        assert_eq!(error.code(), code, "{name}: {error}");
        let message = error.info().message;
        assert!(message.contains(told), "{told:?} is not in {message:?}");
        assert_eq!(place.stored(), Vec::<String>::new(), "{name}");
    }
}

#[tokio::test]
async fn a_changed_file_is_damaged_and_not_read() {
    let place = Place::new();
    place.bring("a", RUST);
    place.bring("b", GO);
    place.pull_from("").await.unwrap();
    let file = place.folder.path().join("data/datasets/two/go.jsonl");
    fs::write(&file, GO.replace("F()", "G()")).unwrap();
    assert_eq!(place.state().await, State::Damaged);
    assert!(matches!(
        place.library.load("two", &[]),
        Err(DatasetError::Damaged { .. })
    ));
    assert!(place.library.load("two", &[Language::new("rust")]).is_ok());
    place.pull_from("").await.unwrap();
    assert_eq!(place.state().await, State::Ready);
}

#[tokio::test]
async fn a_file_of_a_published_digest_is_found_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::new(&folder.path().join("data"));
    let cancel = CancellationToken::new();
    fs::write(folder.path().join("HumanEval.jsonl.gz"), gzip(RUST)).unwrap();
    let error = library
        .pull_from("humaneval", folder.path(), QUIET, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "dataset-files-missing");
    assert!(!Path::new(&folder.path().join("data/datasets/humaneval")).exists());
}
