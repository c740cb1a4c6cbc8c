//! What the tests of the real sandbox share. There is no way around an engine: without one they fail.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::fs::File;
use std::path::PathBuf;

use assay_core::{Execution, Language, Limits, TestForm, Verdict};
use assay_sandbox::{DockerSandbox, Program, Sandbox, SandboxConfig, Tests};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A sandbox of its own, and the folder its state is kept in.
pub struct Place {
    pub sandbox: DockerSandbox,
    pub state: TempDir,
}

/// Opens a sandbox; builds Python's image first when it is not there.
pub async fn open(change: impl FnOnce(&mut SandboxConfig)) -> Place {
    open_for(&Language::python(), change).await
}

/// As [`open`], for another language.
pub async fn open_for(language: &Language, change: impl FnOnce(&mut SandboxConfig)) -> Place {
    let state = tempfile::tempdir().unwrap();
    let mut config = SandboxConfig::new(state.path());
    config.concurrency = Some(1);
    change(&mut config);
    let sandbox = DockerSandbox::open(config)
        .await
        .expect("these tests need a container engine");
    // Many test processes start at once; one of them builds.
    let lock = File::create(std::env::temp_dir().join("assay-test-image.lock")).unwrap();
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await
        .unwrap()
        .unwrap();
    sandbox
        .build(
            language,
            false,
            &|event| eprintln!("{event:?}"),
            &CancellationToken::new(),
        )
        .await
        .expect("the image can be built");
    drop(lock);
    Place { sandbox, state }
}

impl Place {
    pub async fn run(&self, program: &Program, limits: &Limits) -> Execution {
        self.sandbox
            .execute(program, limits, &CancellationToken::new())
            .await
    }

    /// An honest program passes, now.
    pub async fn neighbour_passes(&self, after: &str) {
        let program = judged(HONEST, SQUARE_TESTS, "square");
        let execution = self.run(&program, &Limits::default()).await;
        assert_eq!(
            execution.verdict,
            Verdict::Passed,
            "the honest program after {after}: {execution:#?}"
        );
    }
}

/// A program that looks around: it passes only where nothing of another one is left.
pub const HONEST: &str = r#"
import os


def square(x):
    own = {str(os.getpid())}
    for name in os.listdir("/proc"):
        if name.isdigit() and name not in own:
            try:
                if os.stat("/proc/" + name).st_uid == os.getuid():
                    return "another process of my user: " + name
            except FileNotFoundError:
                pass
    for folder in ("/tmp", "/dev/shm", "/dev/mqueue"):
        if os.listdir(folder):
            return "files in %s: %s" % (folder, os.listdir(folder))
    with open("/tmp/mine", "w") as file:
        file.write("x")
    os.unlink("/tmp/mine")
    return x * x
"#;

pub const SQUARE_TESTS: &str = r#"
MARK = 'SECRET_OF_THE_TESTS_42'


def check(candidate):
    assert candidate(2) == 4
    assert abs(candidate(3) - 9) < 1e-6
    assert all(candidate(value) == value ** 2 for value in range(4))
"#;

pub fn judged(source: &str, tests: &str, entry_point: &str) -> Program {
    Program {
        language: Language::python(),
        source: source.to_owned(),
        stdin: None,
        tests: Some(Tests {
            source: tests.to_owned(),
            setup: String::new(),
            prompt: String::new(),
            entry_point: entry_point.to_owned(),
            form: TestForm::CheckFunction,
        }),
    }
}

/// `program` as an answer to this prompt.
pub fn answering(prompt: &str, mut program: Program) -> Program {
    if let Some(tests) = &mut program.tests {
        tests.prompt = prompt.to_owned();
    }
    program
}

pub fn statements(source: &str, tests: &str, entry_point: &str) -> Program {
    let mut program = judged(source, tests, entry_point);
    if let Some(tests) = &mut program.tests {
        tests.form = TestForm::Statements;
    }
    program
}

/// The folder of data sets and recorded generations, where it is there.
pub fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        eprintln!("not run: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}
