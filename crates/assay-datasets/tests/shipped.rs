//! What ships inside the program is whole.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assay_core::{Coded as _, Language, TestForm};
use assay_datasets::{Library, State};
use assay_fetch::{OnProgress, Progress};
use tokio_util::sync::CancellationToken;

const QUIET: OnProgress<'static> = &|_: Progress| {};

fn empty() -> (tempfile::TempDir, Library) {
    let data = tempfile::tempdir().unwrap();
    let library = Library::new(data.path());
    (data, library)
}

#[test]
fn the_starter_set_is_whole() {
    let (_data, library) = empty();
    let manifest = library.manifest("starter").unwrap();
    assert!(manifest.n_problems >= 12);
    assert_eq!(manifest.languages.len(), 8);
    assert_eq!(manifest.licence, "Apache-2.0");
    let problems = library.load("starter", &[]).unwrap();
    assert_eq!(problems.len(), manifest.n_problems as usize * 8);
    let mut by_id: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for problem in &problems {
        let at = format!("{} in {}", problem.id, problem.language);
        let languages = by_id.entry(problem.id.as_str()).or_default();
        assert!(languages.insert(problem.language.as_str()), "{at} twice");
        assert!(problem.id.as_str().starts_with("starter/"), "{at}");
        assert_eq!(problem.cluster, problem.id.as_str());
        assert_eq!(problem.test_form, TestForm::Statements);
        for (part, text) in [("prompt", &problem.prompt), ("tests", &problem.tests)] {
            assert!(text.contains(&problem.entry_point), "{at}: {part}");
        }
        let solution = problem.canonical_solution.as_deref().unwrap();
        assert!(!solution.trim().is_empty(), "{at}");
        assert!(
            problem.prompt.ends_with('\n') && solution.ends_with('\n'),
            "{at}"
        );
        assert!(
            !problem.prompt.contains(solution.trim()),
            "{at}: the prompt tells the solution"
        );
    }
    assert!(
        by_id.values().all(|languages| languages.len() == 8),
        "{by_id:?}"
    );
}

#[test]
fn one_language_is_a_part_of_the_set_in_its_order() {
    let (_data, library) = empty();
    let all = library.load("starter", &[]).unwrap();
    let python = library.load("starter", &[Language::python()]).unwrap();
    let expected: Vec<_> = all
        .into_iter()
        .filter(|p| p.language == Language::python())
        .collect();
    assert_eq!(python, expected);
    let error = library
        .load("starter", &[Language::new("cobol")])
        .unwrap_err();
    assert!(error.to_string().contains("cobol") && error.hint().unwrap().contains("Rust"));
}

#[test]
fn the_starter_set_is_always_ready_and_others_missing_until_pulled() {
    let (data, library) = empty();
    let states: Vec<_> = library
        .list()
        .unwrap()
        .into_iter()
        .map(|listing| (listing.manifest.id.to_string(), listing.state))
        .collect();
    let (starter, pulled): (Vec<_>, Vec<_>) =
        states.into_iter().partition(|(id, _)| id == "starter");
    assert_eq!(starter, [("starter".to_owned(), State::Ready)]);
    assert_eq!(pulled.len(), 6);
    assert!(pulled.iter().all(|(_, state)| *state == State::Missing));
    assert!(
        !data.path().join("datasets").exists(),
        "looking must not write"
    );
}

#[test]
fn every_set_has_a_digest() {
    let (_data, library) = empty();
    let humaneval = library.sha256("humaneval").unwrap();
    assert_eq!(
        humaneval,
        library.manifest("humaneval").unwrap().file.unwrap().sha256
    );
    let starter = library.sha256("starter").unwrap();
    assert!(starter.len() == 64 && starter != humaneval);
    assert_eq!(starter, library.sha256("starter").unwrap());
}

/// The folder of real data, which only some machines have.
fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no real data at {}: nothing to read", folder.display());
    None
}

#[tokio::test]
async fn humaneval_is_read_whole() {
    let Some(shared) = shared_data() else { return };
    let (_data, library) = empty();
    let copy = shared.join("benchmarks/humaneval/HumanEval.jsonl.gz");
    let cancel = CancellationToken::new();
    library
        .pull_from("humaneval", &copy, QUIET, &cancel)
        .await
        .unwrap();
    let listing = library.verify("humaneval", QUIET, &cancel).await.unwrap();
    assert_eq!(
        (listing.state, listing.manifest.n_problems),
        (State::Ready, 164)
    );
    let problems = library.load("humaneval", &[]).unwrap();
    let ids: Vec<String> = problems.iter().map(|p| p.id.to_string()).collect();
    let expected: Vec<String> = (0..164).map(|n| format!("HumanEval/{n}")).collect();
    assert_eq!(ids, expected);
    for problem in &problems {
        assert_eq!(problem.test_form, TestForm::CheckFunction);
        let signature = format!("def {}(", problem.entry_point);
        assert!(problem.prompt.contains(&signature), "{}", problem.id);
        assert!(
            problem.tests.contains("def check(candidate)"),
            "{}",
            problem.id
        );
        assert!(problem.canonical_solution.is_some());
    }
}
