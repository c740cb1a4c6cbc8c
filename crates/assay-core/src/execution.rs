//! What happened when a program was run.

use serde::{Deserialize, Serialize};

/// The judgement on one program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every test ran to its end and held.
    Passed,
    /// A test did not hold.
    Failed,
    /// The program raised or crashed, or ended before its tests had.
    Exception,
    CompileError,
    Timeout,
    Memory,
    OutputLimit,
    ProcessLimit,
    /// The program tampered with what it is judged by, or used what no program may: told before it
    /// was executed, or by what it did.
    Forbidden,
    /// The sandbox could not judge; never a wrong answer, never counted as one.
    Infrastructure,
}

impl Verdict {
    pub const ALL: [Self; 10] = [
        Self::Passed,
        Self::Failed,
        Self::Exception,
        Self::CompileError,
        Self::Timeout,
        Self::Memory,
        Self::OutputLimit,
        Self::ProcessLimit,
        Self::Forbidden,
        Self::Infrastructure,
    ];

    /// Whether the verdict says something of the program (everything but `Infrastructure`).
    pub fn is_judged(self) -> bool {
        self != Self::Infrastructure
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Exception => "exception",
            Self::CompileError => "compile_error",
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::OutputLimit => "output_limit",
            Self::ProcessLimit => "process_limit",
            Self::Forbidden => "forbidden",
            Self::Infrastructure => "infrastructure",
        }
    }
}

/// What one program may use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Limits {
    /// Wall clock, in milliseconds on an unloaded machine of ordinary speed; scaled by calibration.
    pub wall_ms: u32,
    /// Memory of the program and everything it starts, in MiB.
    pub memory_mb: u32,
    /// Processes and threads.
    pub processes: u32,
    /// Both output streams together, in bytes; beyond it the program is ended.
    pub output_bytes: u32,
    /// How much of each stream is kept, in bytes.
    pub kept_output_bytes: u32,
    /// Files the program may write, together, in MiB.
    pub disk_mb: u32,
    pub open_files: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall_ms: 3_000,
            memory_mb: 512,
            processes: 32,
            output_bytes: 1_048_576,
            kept_output_bytes: 16_384,
            disk_mb: 32,
            open_files: 128,
        }
    }
}

/// One program's execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Execution {
    pub verdict: Verdict,
    /// Why, in a line or two: the assertion and its message, the exception, the limit that was hit.
    pub detail: Option<String>,
    pub exit_code: Option<i32>,
    /// The signal that ended the program, by number.
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Whether either stream is longer than what was kept.
    pub truncated: bool,
    /// Wall clock of the program and its tests, in milliseconds.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub duration_ms: f64,
    /// Processor time of the program, in milliseconds.
    #[serde(default)]
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub cpu_ms: Option<f64>,
    /// Highest resident memory of the program's main process, in KiB.
    pub peak_memory_kb: Option<u32>,
    /// What the compiler or type checker said; none for languages that have neither.
    #[serde(default)]
    pub compilation: Option<Compilation>,
    /// The toolchain that ran it, by version and edition: `g++ 12.2.0, C++17`.
    #[serde(default)]
    pub toolchain: Option<String>,
    /// Digest of the image it ran in.
    #[serde(default)]
    pub image: Option<String>,
}

/// The compilation of one program, or its type check where it is executed all the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Compilation {
    /// Whether it is without errors. A TypeScript program that is not is executed all the same.
    pub ok: bool,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub duration_ms: f64,
    /// Errors and warnings as the compiler wrote them, cut to what is kept.
    pub diagnostics: String,
}

impl Execution {
    /// A program that could not be judged, with the reason.
    pub fn infrastructure(detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Infrastructure,
            detail: Some(detail.into()),
            exit_code: None,
            signal: None,
            stdout: String::new(),
            stderr: String::new(),
            truncated: false,
            duration_ms: 0.0,
            cpu_ms: None,
            peak_memory_kb: None,
            compilation: None,
            toolchain: None,
            image: None,
        }
    }
}
