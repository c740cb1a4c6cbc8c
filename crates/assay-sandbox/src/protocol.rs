//! What is said to a supervisor and what it answers. Every language's supervisor speaks this.

use assay_core::{Compilation, Execution, Limits, TestForm, Verdict};
use serde::{Deserialize, Serialize};

use crate::{LanguageDefinition, Program};

pub(crate) const PROTOCOL: u32 = 2;

/// The supervisor's first message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Hello {
    pub protocol: u32,
    pub toolchain: String,
    /// Milliseconds that a fixed piece of work took, the best of several.
    pub calibration_ms: f64,
}

/// One program to execute.
#[derive(Debug, Serialize)]
pub(crate) struct Request<'a> {
    pub id: u64,
    pub source: &'a str,
    /// The name the program has in its own messages.
    pub file: &'a str,
    pub stdin: Option<&'a str>,
    pub tests: Option<RequestTests<'a>>,
    pub limits: Limits,
    /// What compiling may take, in milliseconds; nothing where nothing is compiled.
    pub compile_ms: u32,
}

#[derive(Debug, Serialize)]
pub(crate) struct RequestTests<'a> {
    pub source: &'a str,
    pub prompt: &'a str,
    pub setup: &'a str,
    pub entry_point: &'a str,
    pub form: TestForm,
}

impl<'a> Request<'a> {
    /// `limits` with the wall clock stretched by `timeout_scale`.
    pub fn new(
        id: u64,
        program: &'a Program,
        definition: &'a LanguageDefinition,
        limits: &Limits,
        timeout_scale: f64,
    ) -> Self {
        let mut limits = limits.clone();
        limits.wall_ms = stretched(limits.wall_ms, timeout_scale);
        Self {
            id,
            source: &program.source,
            file: &definition.file,
            stdin: program.stdin.as_deref(),
            tests: program.tests.as_ref().map(|tests| RequestTests {
                source: &tests.source,
                prompt: &tests.prompt,
                setup: &tests.setup,
                entry_point: &tests.entry_point,
                form: tests.form,
            }),
            limits,
            compile_ms: stretched(definition.limits.compile_ms, timeout_scale),
        }
    }
}

pub(crate) fn stretched(wall_ms: u32, timeout_scale: f64) -> u32 {
    // A float's conversion saturates: a limit of weeks stays one.
    (f64::from(wall_ms) * timeout_scale.max(1.0)).round() as u32
}

/// The supervisor's judgement on one program.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Answer {
    pub id: u64,
    pub verdict: Verdict,
    pub detail: Option<String>,
    pub exit_code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub truncated: bool,
    pub duration_ms: f64,
    #[serde(default)]
    pub cpu_ms: Option<f64>,
    pub peak_memory_kb: Option<u32>,
    #[serde(default)]
    pub compilation: Option<Compilation>,
    /// Whether the container is as it was before the program.
    pub reusable: bool,
    /// What the program had left behind.
    pub leftovers: Option<String>,
    /// Whether the compiler was too slow, or ended: it may have been the machine.
    #[serde(default)]
    pub doubtful: bool,
}

impl Answer {
    /// Whether something beside the program may have ended it so: a busy machine, or whoever may kill there. The
    /// supervisor's own kills are told as the limits they stand for.
    pub fn is_doubtful(&self) -> bool {
        const SIGKILL: i32 = 9;
        match self.verdict {
            Verdict::Timeout | Verdict::ProcessLimit => true,
            Verdict::Exception | Verdict::Failed | Verdict::CompileError => {
                self.doubtful || self.signal == Some(SIGKILL)
            }
            _ => false,
        }
    }
}

impl From<Answer> for Execution {
    fn from(answer: Answer) -> Self {
        Self {
            verdict: answer.verdict,
            detail: answer.detail,
            exit_code: answer.exit_code,
            signal: answer.signal,
            stdout: answer.stdout,
            stderr: answer.stderr,
            truncated: answer.truncated,
            duration_ms: answer.duration_ms,
            cpu_ms: answer.cpu_ms,
            peak_memory_kb: answer.peak_memory_kb,
            compilation: answer.compilation,
            toolchain: None,
            image: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_stretched_and_never_shortened() {
        assert_eq!(stretched(3_000, 1.0), 3_000);
        assert_eq!(stretched(3_000, 1.5), 4_500);
        assert_eq!(stretched(3_000, 0.2), 3_000);
        assert_eq!(stretched(u32::MAX, 10.0), u32::MAX);
    }

    proptest::proptest! {
        /// Whatever a supervisor sends is an answer or an error.
        #[test]
        fn no_answer_panics(text in ".{0,200}") {
            let _ = serde_json::from_str::<Answer>(&text);
            let _ = serde_json::from_str::<Hello>(&text);
        }
    }
}
