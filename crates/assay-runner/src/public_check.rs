//! What can be found out about an answer without anything hidden: whether it compiles and starts, and in Python whether it does
//! what the description's own examples say.
//!
//! The programs made here hold none of the problem's tests, so that nothing of them can get into what is told.

use assay_core::{Execution, Problem, Verdict};
use assay_prompting::{Feedback, FeedbackKind, PublicExample, PublicProblem};
use assay_sandbox::Program;

/// Characters a model is told at most: compilers can be long-winded.
const MOST_TOLD: usize = 1_500;

/// What came of a check.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// Nothing was found.
    Fine,
    Wrong(Feedback),
    /// It could not be found out, and that is not the program's doing.
    Unknown(String),
}

/// The program that `source` is checked by; `None` for a language without a way.
pub(crate) fn public_program(
    problem: &Problem,
    public: &PublicProblem,
    source: &str,
) -> Option<Program> {
    if problem.language.as_str() == "python" && !public.examples.is_empty() {
        let tests: String = public.examples.iter().map(assertion).collect();
        return Some(Program::checked(problem, source, tests));
    }
    Program::started(problem, source)
}

/// One example as a statement of Python. Examples round: a lone float counts as equal when it is near.
fn assertion(example: &PublicExample) -> String {
    let PublicExample { call, expected } = example;
    let float = expected.contains('.') && expected.parse::<f64>().is_ok();
    if float {
        format!("assert abs({call} - {expected}) < 1e-6\n")
    } else {
        // In brackets: an example may be of several lines.
        format!("assert ({call}) == ({expected})\n")
    }
}

/// What an execution of such a program says.
pub(crate) fn checked(execution: &Execution) -> Checked {
    let kind = match execution.verdict {
        Verdict::Passed => return Checked::Fine,
        Verdict::Infrastructure => {
            let why = execution.detail.clone().unwrap_or_default();
            return Checked::Unknown(why);
        }
        Verdict::Failed => FeedbackKind::Example,
        Verdict::CompileError => FeedbackKind::Compile,
        Verdict::Exception | Verdict::Forbidden => FeedbackKind::Exception,
        Verdict::Timeout | Verdict::Memory | Verdict::OutputLimit | Verdict::ProcessLimit => {
            FeedbackKind::Limit
        }
    };
    let compiler = execution
        .compilation
        .as_ref()
        .filter(|compilation| kind == FeedbackKind::Compile && !compilation.ok)
        .map(|compilation| compilation.diagnostics.trim())
        .filter(|said| !said.is_empty());
    let said = compiler.or(execution.detail.as_deref()).map_or_else(
        || execution.verdict.as_str().replace('_', " "),
        str::to_owned,
    );
    Checked::Wrong(Feedback {
        kind,
        message: cut(said.trim()),
    })
}

/// What a model is told whose reply holds no code.
pub(crate) fn no_code() -> Feedback {
    Feedback {
        kind: FeedbackKind::Compile,
        message: "there is no code in the reply".to_owned(),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_TOLD) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{Compilation, Language, TestForm};

    use super::*;

    fn problem(language: &str) -> Problem {
        Problem {
            dataset: "d".into(),
            id: "d/0".into(),
            cluster: "d/0".into(),
            language: Language::new(language),
            prompt: "def half(n):\n    \"\"\"Half of n.\n    >>> half(3)\n    1.5\n    >>> half('no')\n    [1,\n     2]\n    \"\"\"\n".into(),
            entry_point: "half".into(),
            canonical_solution: Some("    return n / 2 # secret\n".into()),
            setup: "# given".into(),
            tests: "assert half(10) == 5  # hidden\n".into(),
            test_form: TestForm::CheckFunction,
        }
    }

    /// Hidden tests are in no program that a model is told about.
    #[test]
    fn programs_hold_public_examples_only() {
        for language in [
            "python",
            "javascript",
            "typescript",
            "java",
            "cpp",
            "go",
            "rust",
            "php",
        ] {
            let problem = problem(language);
            let program = public_program(&problem, &PublicProblem::of(&problem), "source").unwrap();
            let shown = format!("{program:?}");
            assert!(
                !shown.contains("hidden") && !shown.contains("secret"),
                "{shown}"
            );
            let tests = program.tests.unwrap();
            assert_eq!(tests.form, TestForm::Statements);
            if language == "python" {
                assert_eq!(
                    tests.source,
                    "assert abs(half(3) - 1.5) < 1e-6\nassert (half('no')) == ([1,\n2])\n"
                );
            }
        }
        let unknown = problem("cobol");
        assert!(public_program(&unknown, &PublicProblem::of(&unknown), "x").is_none());
    }

    #[test]
    fn what_is_told() {
        let execution = |verdict, detail: &str| Execution {
            verdict,
            detail: Some(detail.to_owned()),
            ..Execution::infrastructure("")
        };
        assert_eq!(checked(&execution(Verdict::Passed, "")), Checked::Fine);
        assert_eq!(
            checked(&execution(Verdict::Infrastructure, "engine gone")),
            Checked::Unknown("engine gone".to_owned())
        );
        let mut compile = execution(Verdict::CompileError, "error");
        compile.compilation = Some(Compilation {
            ok: false,
            duration_ms: 1.0,
            diagnostics: format!("main.cpp:1: {}", "é".repeat(5_000)),
        });
        let Checked::Wrong(feedback) = checked(&compile) else {
            panic!("it is wrong");
        };
        assert_eq!(feedback.kind, FeedbackKind::Compile);
        assert!(feedback.message.starts_with("main.cpp:1: é") && feedback.message.ends_with('…'));
        assert_eq!(feedback.message.chars().count(), MOST_TOLD + 1);
    }
}
