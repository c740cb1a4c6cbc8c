//! The published files, where the machine has them: every problem of each is read, and read right.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_core::{Language, Problem, TestForm};
use assay_datasets::{Library, SampleText, State, read_samples_file};
use assay_fetch::{OnProgress, Progress};
use tokio_util::sync::CancellationToken;

const QUIET: OnProgress<'static> = &|_: Progress| {};

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

/// A data set out of the folder of all benchmarks, and its problems by language.
async fn installed(id: &str) -> Option<BTreeMap<String, Vec<Problem>>> {
    let benchmarks = shared_data()?.join("benchmarks");
    let data = tempfile::tempdir().unwrap();
    let library = Library::new(data.path());
    let cancel = CancellationToken::new();
    library
        .pull_from(id, &benchmarks, QUIET, &cancel)
        .await
        .unwrap();
    let listing = library.verify(id, QUIET, &cancel).await.unwrap();
    assert_eq!(listing.state, State::Ready);
    let mut by_language: BTreeMap<String, Vec<Problem>> = BTreeMap::new();
    for problem in library.load(id, &[]).unwrap() {
        let language = problem.language.to_string();
        by_language.entry(language).or_default().push(problem);
    }
    assert_eq!(by_language.len(), listing.manifest.languages.len());
    let most = by_language.values().map(Vec::len).max().unwrap();
    assert_eq!(most, listing.manifest.n_problems as usize);
    Some(by_language)
}

fn calls(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(word) && !text[at + name.len()..].starts_with(word))
}

#[tokio::test]
async fn humaneval_by_its_digest_from_a_folder() {
    let Some(problems) = installed("humaneval").await else {
        return;
    };
    assert_eq!(problems["python"].len(), 164);
}

#[tokio::test]
async fn humanevalplus_is_humaneval_with_more_tests() {
    let Some(plus) = installed("humanevalplus").await else {
        return;
    };
    let base = installed("humaneval").await.unwrap();
    assert_eq!(plus["python"].len(), 164);
    for (plus, base) in plus["python"].iter().zip(&base["python"]) {
        assert_eq!(
            (&plus.id, &plus.cluster, &plus.entry_point),
            (&base.id, &base.cluster, &base.entry_point)
        );
        assert_eq!(plus.test_form, TestForm::CheckFunction);
        assert!(plus.tests.len() > base.tests.len(), "{}", plus.id);
        assert!(plus.canonical_solution.is_some());
    }
}

#[tokio::test]
async fn mbppplus_is_read_whole() {
    let Some(problems) = installed("mbppplus").await else {
        return;
    };
    let problems = &problems["python"];
    assert_eq!(problems.len(), 378);
    for problem in problems {
        let id = &problem.id;
        let name = &problem.entry_point;
        assert!(id.as_str().starts_with("Mbpp/"), "{id}");
        assert!(problem.tests.contains(&format!("{name}(")), "{id}");
        let code = problem.canonical_solution.as_deref().unwrap();
        assert!(code.contains(&format!("def {name}")), "{id}");
        assert_eq!(problem.prompt.matches("\"\"\"").count(), 2, "{id}");
        assert_eq!(problem.test_form, TestForm::Statements);
    }
    let generated = "generations/gen-qwen2.5-coder-7b-base/mbpp_generated.jsonl.gz";
    let samples = read_samples_file(&shared_data().unwrap().join(generated)).unwrap();
    let dropped = samples
        .iter()
        .filter(|s| !problems.iter().any(|p| p.id == s.task_id));
    assert_eq!((samples.len(), dropped.count()), (399, 21));
    // What was shown to the models that were recorded.
    for sample in &samples {
        let Some(problem) = problems.iter().find(|p| p.id == sample.task_id) else {
            continue;
        };
        let SampleText::Completion(text) = &sample.text else {
            panic!("{} is no completion", sample.task_id);
        };
        assert!(
            text.starts_with(problem.prompt.trim_end()),
            "{}",
            problem.id
        );
    }
}

#[tokio::test]
async fn humaneval_x_is_whole_in_all_its_languages() {
    let Some(problems) = installed("humaneval-x").await else {
        return;
    };
    let python = installed("humaneval").await.unwrap();
    for (language, problems) in &problems {
        assert_eq!(problems.len(), 164, "{language}");
        for (problem, original) in problems.iter().zip(&python["python"]) {
            let id = &problem.id;
            let name = &problem.entry_point;
            assert_eq!(problem.cluster, original.cluster, "{id}");
            assert!(calls(&problem.tests, name), "{id}: {name} is not tested");
            let program = problem.prompt.clone() + problem.canonical_solution.as_deref().unwrap();
            assert!(calls(&program, name), "{id}: {name} is not defined");
            match language.as_str() {
                "python" => assert_eq!(*name, original.entry_point, "{id}"),
                "cpp" => assert!(problem.setup.contains("#include<vector>"), "{id}"),
                "go" => {
                    assert!(problem.setup.starts_with("package main"), "{id}");
                    assert!(problem.setup.contains("testify/assert\""), "{id}");
                    assert!(!problem.prompt.contains("package main"), "{id}");
                }
                _ => assert_eq!(problem.setup, "", "{id}"),
            }
        }
    }
    // Written by hand, and not always alike.
    for (language, at, name) in [
        ("cpp", 27, "filp_case"),
        ("cpp", 38, "decode_cyclic"),
        ("java", 32, "findZero"),
        ("javascript", 10, "makePalindrome"),
        ("go", 50, "DecodeShift"),
        ("rust", 10, "make_palindrome"),
    ] {
        assert_eq!(problems[language][at].entry_point, name);
    }
    assert!(
        problems["go"][65]
            .prompt
            .starts_with("import (\n    \"strconv\"\n)\n")
    );
    assert!(!problems["go"][38].setup.contains("\"strings\""));
}

#[tokio::test]
async fn multipl_e_is_read_in_all_its_languages() {
    let Some(problems) = installed("multipl-e").await else {
        return;
    };
    let counts: Vec<(&str, usize)> = problems
        .iter()
        .map(|(l, p)| (l.as_str(), p.len()))
        .collect();
    assert_eq!(
        counts,
        [
            ("cpp", 161),
            ("go", 154),
            ("java", 158),
            ("javascript", 161),
            ("php", 161),
            ("rust", 156),
            ("typescript", 159)
        ]
    );
    for (language, problems) in &problems {
        for problem in problems {
            let at = format!("{} in {language}: {}", problem.id, problem.entry_point);
            let number = problem.id.as_str().split('_').nth(1).unwrap();
            assert_eq!(problem.cluster, format!("HumanEval/{number}"));
            assert_eq!(problem.canonical_solution, None);
            let name = &problem.entry_point;
            // How the tests name what they test.
            let call = match language.as_str() {
                "cpp" => format!("auto candidate = {name};"),
                "rust" | "javascript" | "typescript" => format!("let candidate = {name};"),
                "go" => format!("candidate := {name}\n"),
                "php" => format!("return {name}(...$args);"),
                _ => format!("{name}("),
            };
            assert!(problem.tests.contains(&call), "{at}");
            assert_eq!(problem.setup.is_empty(), language != "cpp", "{at}");
        }
    }
    let shared = shared_data().unwrap();
    for language in ["cpp", "java", "js", "ts"] {
        let file = format!("generations/gen-qwen2.5-coder-7b-base/pred_{language}_output.jsonl.gz");
        let problems = &problems[Language::new(language).as_str()];
        let samples = read_samples_file(&shared.join(file)).unwrap();
        assert_eq!(samples.len(), problems.len());
        for (sample, problem) in samples.iter().zip(problems) {
            assert_eq!(sample.task_id, problem.id);
            let SampleText::Generation(text) = &sample.text else {
                panic!("{} is no generation", sample.task_id);
            };
            assert!(text.starts_with(&problem.prompt), "{}", problem.id);
        }
    }
}

#[tokio::test]
async fn mxeval_is_read_whole() {
    let Some(problems) = installed("mxeval-typescript").await else {
        return;
    };
    for problem in &problems["typescript"] {
        let id = &problem.id;
        assert!(calls(&problem.tests, &problem.entry_point), "{id}");
        assert!(calls(&problem.prompt, &problem.entry_point), "{id}");
        assert_eq!(
            problem.cluster,
            id.as_str().replace("HumanEval_typescript", "HumanEval")
        );
    }
}
