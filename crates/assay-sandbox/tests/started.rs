//! Programs that are only compiled and started: what can be found out of an answer without any test.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

mod support;

use assay_core::{Language, Limits, Problem, TestForm, Verdict};
use assay_sandbox::Program;
use support::open_for;

const STARTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../datasets/starter");

fn problem(language: &str, extension: &str, slug: &str) -> Problem {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{STARTER}/{slug}/{language}/{name}.{extension}")).unwrap()
    };
    Problem {
        dataset: "starter".into(),
        id: slug.into(),
        cluster: slug.to_owned(),
        language: Language::new(language),
        prompt: read("prompt"),
        entry_point: String::new(),
        canonical_solution: Some(read("solution")),
        setup: String::new(),
        tests: read("tests"),
        test_form: TestForm::Statements,
    }
}

async fn honest_programs_start(language: &str, extension: &str, broken: &str, verdict: Verdict) {
    let place = open_for(&Language::new(language), |_| {}).await;
    for slug in ["mask-middle", "stock-orders", "total-with-tip"] {
        let problem = problem(language, extension, slug);
        let solution = problem.canonical_solution.clone().unwrap();
        let program = Program::started(&problem, format!("{}{solution}", problem.prompt)).unwrap();
        assert!(!program.tests.as_ref().unwrap().source.contains("assert"));
        let execution = place.run(&program, &Limits::default()).await;
        assert_eq!(
            execution.verdict,
            Verdict::Passed,
            "{language} {slug}: {execution:#?}"
        );
    }
    let problem = problem(language, extension, "mask-middle");
    let program = Program::started(&problem, format!("{}{broken}", problem.prompt)).unwrap();
    let execution = place.run(&program, &Limits::default()).await;
    assert_eq!(execution.verdict, verdict, "{language}: {execution:#?}");
}

macro_rules! started {
    ($($name:ident $language:literal $extension:literal $broken:literal $verdict:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            honest_programs_start($language, $extension, $broken, Verdict::$verdict).await;
        }
    )*};
}

started! {
    python "python" "py" "    return (\n" CompileError;
    javascript "javascript" "js" "  return (;\n}\n" CompileError;
    java "java" "java" "        return unknown;\n    }\n}\n" CompileError;
    cpp "cpp" "cpp" "    return unknown;\n}\n" CompileError;
    go "go" "go" "\treturn unknown\n}\n" CompileError;
    rust "rust" "rs" "    unknown\n}\n" CompileError;
    php "php" "php" "    return (;\n}\n" CompileError;
    typescript "typescript" "ts" "  return (;\n}\n" CompileError;
}
