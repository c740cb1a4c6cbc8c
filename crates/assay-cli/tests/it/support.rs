//! Starting `assay` and reading what it says.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A data folder of its own, with the data sets and models that tests only read.
pub struct Home {
    folder: TempDir,
}

/// What a finished `assay` left.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Home {
    /// With HumanEval and the small model.
    pub fn furnished() -> Self {
        let home = Self::empty();
        let shared = test_data();
        for part in ["datasets", "models"] {
            let from = shared.join(part);
            assert!(
                from.is_dir(),
                "{} is missing: run ./scripts/test",
                from.display()
            );
            std::os::unix::fs::symlink(from, home.path().join(part)).unwrap();
        }
        home
    }

    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
        command
            .args(args)
            .env("ASSAY_DATA_DIR", self.path())
            .env_remove("OPENAI_API_KEY")
            .env_remove("OPENAI_BASE_URL")
            // The keyring of whoever runs the tests is none of theirs.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdin(Stdio::null());
        command
    }

    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, args: &[S]) -> Said {
        said(&mut self.command(args))
    }

    /// Runs with `--json`, expects this exit code and reads the one document.
    pub fn json<S: AsRef<std::ffi::OsStr>>(&self, code: i32, args: &[S]) -> Value {
        let mut all: Vec<&std::ffi::OsStr> = vec!["--json".as_ref()];
        all.extend(args.iter().map(AsRef::as_ref));
        let said = self.run(&all);
        assert_eq!(said.code, Some(code), "{said:?}");
        serde_json::from_str(&said.out)
            .unwrap_or_else(|error| panic!("not one JSON document ({error}): {said:?}"))
    }
}

pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Where `./scripts/test` keeps what tests only read.
pub fn test_data() -> PathBuf {
    match std::env::var_os("ASSAY_TEST_DATA") {
        Some(folder) => folder.into(),
        None => {
            let cache = match std::env::var_os("XDG_CACHE_HOME") {
                Some(folder) => PathBuf::from(folder),
                None => PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"),
            };
            cache.join("assay/test-data")
        }
    }
}

/// Recorded material of the developers, which a user does not have: `None` where it is not there.
pub fn shared_data(part: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("ASSAY_SHARED_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
    };
    let path = folder.join(part);
    if !path.exists() {
        eprintln!("{} is not there: nothing to compare with", path.display());
        return None;
    }
    Some(path)
}
