//! What is executed: a program and, when it is judged by tests, the tests.

use assay_core::{Language, Problem, TestForm};

/// Of how a program is put together with its tests before it goes into a container; what is inside the container is
/// named by its image. To be raised when another verdict may come of it.
pub const HARNESS_VERSION: u32 = 1;

/// The tests of a program. They come from a data set, never from a model, and the program never
/// gets to see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tests {
    pub source: String,
    /// What the program was asked for with, as the data set has it; empty when it is no code.
    /// Functions and imports that it defines are the tests' own.
    pub prompt: String,
    /// What the data set gives to every program and shows to no model: headers, the tests' imports.
    pub setup: String,
    /// What `source` calls: the name of the function the program was asked for.
    pub entry_point: String,
    pub form: TestForm,
}

/// One program to execute.
///
/// With tests it is judged by them. Without, it is run as a script, and its exit code tells:
/// 0 is [`assay_core::Verdict::Passed`], an uncaught exception `Exception`, any other code `Failed`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    pub language: Language,
    /// The whole program: for a completion, prompt and completion together.
    pub source: String,
    /// What the program reads from standard input; empty when `None`.
    pub stdin: Option<String>,
    pub tests: Option<Tests>,
}

impl Program {
    /// A script without tests.
    pub fn script(language: Language, source: impl Into<String>) -> Self {
        Self {
            language,
            source: source.into(),
            stdin: None,
            tests: None,
        }
    }

    /// `source` (the whole program) as an answer to `problem`, judged by the problem's tests.
    pub fn answer(problem: &Problem, source: impl Into<String>) -> Self {
        Self {
            language: problem.language.clone(),
            source: source.into(),
            stdin: None,
            tests: Some(Tests {
                source: problem.tests.clone(),
                prompt: problem.prompt.clone(),
                setup: problem.setup.clone(),
                entry_point: problem.entry_point.clone(),
                form: problem.test_form,
            }),
        }
    }

    /// `source` as an answer to `problem`, judged by `tests` (statements) and none of the problem's own.
    pub fn checked(problem: &Problem, source: impl Into<String>, tests: impl Into<String>) -> Self {
        let mut program = Self::answer(problem, source);
        if let Some(judged) = &mut program.tests {
            judged.source = tests.into();
            judged.form = TestForm::Statements;
        }
        program
    }

    /// `source` as an answer to `problem`, compiled and started, and judged by that alone: the problem's tests
    /// are not in it. `None` for a language that does not say how.
    pub fn started(problem: &Problem, source: impl Into<String>) -> Option<Self> {
        let nothing = crate::language::empty_tests(&problem.language)?;
        Some(Self::checked(problem, source, nothing))
    }

    #[must_use]
    pub fn with_stdin(mut self, stdin: impl Into<String>) -> Self {
        self.stdin = Some(stdin.into());
        self
    }
}
