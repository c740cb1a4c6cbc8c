//! Every language by what lies in its folder and under `tests/hostile/`: programs that try something get their
//! verdict, and the honest program after each, in the same pool, passes. To add one, add a file; its first lines say
//! what is expected, as in `hostile.rs`. They are judged by the tests of their language's `trials.toml`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a panic in a test is its failure"
)]

mod support;

use std::fs;
use std::path::Path;

use assay_core::{Execution, Language, Limits, TestForm, Verdict};
use assay_sandbox::{Program, Tests};
use serde::Deserialize;
use support::{Place, open_for};

#[derive(Deserialize)]
struct Trials {
    #[serde(default)]
    prompt: String,
    #[serde(default)]
    setup: String,
    entry_point: String,
    tests: String,
    trial: Vec<Trial>,
}

#[derive(Deserialize)]
struct Trial {
    name: String,
    source: String,
}

struct Case {
    name: String,
    source: String,
    verdicts: String,
    detail: Option<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn trials(language: &Language) -> Trials {
    let path = root().join("languages").join(language.as_str());
    toml::from_str(&fs::read_to_string(path.join("trials.toml")).unwrap()).unwrap()
}

fn cases(language: &Language) -> Vec<Case> {
    let folder = root().join("tests/hostile").join(language.as_str());
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            let head = |key: &str| {
                let prefix = format!("// {key}: ");
                source
                    .lines()
                    .find_map(|line| line.strip_prefix(&prefix))
                    .map(str::to_owned)
            };
            Case {
                name: path.file_name().unwrap().to_str().unwrap().to_owned(),
                verdicts: head("verdict").expect("a verdict in the first lines"),
                detail: head("detail"),
                source,
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

fn program(language: &Language, trials: &Trials, source: &str) -> Program {
    Program {
        language: language.clone(),
        source: source.to_owned(),
        stdin: None,
        tests: Some(Tests {
            source: trials.tests.clone(),
            prompt: trials.prompt.clone(),
            setup: trials.setup.clone(),
            entry_point: trials.entry_point.clone(),
            form: TestForm::Statements,
        }),
    }
}

fn brief(execution: &Execution) -> String {
    let detail = execution.detail.clone().unwrap_or_default();
    format!(
        "{:15} {}",
        execution.verdict.as_str(),
        detail.replace('\n', " | ")
    )
}

async fn neighbour_passes(place: &Place, language: &Language, trials: &Trials, after: &str) {
    let honest = trials
        .trial
        .iter()
        .find(|trial| trial.name == "honest-program")
        .expect("an honest program among the trials");
    let honest = program(language, trials, &honest.source);
    let execution = place.run(&honest, &Limits::default()).await;
    assert_eq!(
        execution.verdict,
        Verdict::Passed,
        "the honest program after {after}: {execution:#?}"
    );
    assert!(execution.toolchain.is_some() && execution.image.is_some());
}

async fn hostile(language: &str) {
    let language = Language::new(language);
    // One place: the neighbour runs in the very container, unless that was thrown away.
    let place = open_for(&language, |config| config.confirm = false).await;
    let limits = Limits {
        wall_ms: 2_500,
        ..Limits::default()
    };
    let trials = trials(&language);
    let cases = cases(&language);
    assert!(cases.len() >= 7, "{} programs for {language}", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let tried = program(&language, &trials, &case.source);
        let execution = place.run(&tried, &limits).await;
        eprintln!("{:28} {}", case.name, brief(&execution));
        let verdict = execution.verdict.as_str();
        let detail = execution.detail.as_deref().unwrap_or_default();
        if !case.verdicts.split_whitespace().any(|word| word == verdict)
            || case
                .detail
                .as_ref()
                .is_some_and(|part| !detail.contains(part))
        {
            wrong.push(format!(
                "{}: expected {} with {:?}, got {execution:#?}",
                case.name, case.verdicts, case.detail
            ));
        }
        neighbour_passes(&place, &language, &trials, &case.name).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! hostile {
    ($($name:ident: $language:literal),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            hostile($language).await;
        }
    )+};
}

hostile! {
    hostile_programs_in_cpp: "cpp",
    hostile_programs_in_go: "go",
    hostile_programs_in_java: "java",
    hostile_programs_in_javascript: "javascript",
    hostile_programs_in_php: "php",
    hostile_programs_in_rust: "rust",
    hostile_programs_in_typescript: "typescript",
}

/// Texts that patterns take long to be matched with hold nobody up for longer than a moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_made_to_be_slow_to_read_is_given_up() {
    for (language, text) in [
        ("rust", "#[".repeat(400_000)),
        ("rust", "impl PartialEq<".repeat(100_000)),
        ("go", "import (\n".repeat(100_000)),
        ("cpp", "a(()".repeat(200_000)),
        ("java", "}".repeat(400_000)),
        ("php", "/*".repeat(400_000)),
    ] {
        let language = Language::new(language);
        let place = open_for(&language, |config| config.confirm = false).await;
        let trials = trials(&language);
        let start = std::time::Instant::now();
        let execution = place
            .run(&program(&language, &trials, &text), &Limits::default())
            .await;
        assert!(
            execution.verdict.is_judged() && execution.verdict != Verdict::Passed,
            "{language}: {}",
            brief(&execution)
        );
        // Reading, and a compiler's own time with it.
        let seconds = start.elapsed().as_secs();
        eprintln!("{language:12} {seconds} s {}", brief(&execution));
        assert!(seconds < 60, "{language}: {seconds} s");
        neighbour_passes(&place, &language, &trials, "a slow text").await;
    }
}

#[test]
fn every_language_is_tried() {
    let mut folders: Vec<_> = fs::read_dir(root().join("languages"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "shared")
        .collect();
    folders.sort();
    for folder in &folders {
        assert!(
            root().join("tests/hostile").join(folder).is_dir(),
            "no hostile programs in {folder}"
        );
    }
    assert_eq!(
        folders.len(),
        8,
        "name the new language in `hostile!` above"
    );
}
