//! Packages come from a stand-in for Python that answers `-m pip download` out of a folder.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.
#![cfg(unix)]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use assay_core::Coded;
use assay_fetch::{
    CancellationToken, Checksum, FetchError, Pip, Progress, PypiMember, Stage, fetch_pypi,
};
use sha2::{Digest, Sha256};

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn checksum(bytes: &[u8]) -> Checksum {
    Checksum::new(hex(bytes), bytes.len() as u64)
}

struct Index {
    folder: tempfile::TempDir,
}

impl Index {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn package(&self, name: &str, members: &[(&str, &[u8])]) {
        let file = std::fs::File::create(self.path().join(format!("{name}.whl"))).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        for (member, content) in members {
            archive
                .start_file(*member, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap();
    }

    /// A `python3` whose pip runs `body` with `$dest`, `$requirement` and `$index` set.
    fn python(&self, body: &str) -> Pip {
        let path = self.path().join("python3");
        let script = format!(
            "#!/bin/sh\nindex='{}'\nwhile [ $# -gt 0 ]; do case \"$1\" in\n --dest) dest=$2; shift;;\n \
             --requirement) requirement=$(cat \"$2\"); shift;;\n esac; shift; done\n{body}\n",
            self.path().display()
        );
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Pip::of_python(path)
    }

    fn working_python(&self) -> Pip {
        self.python("cp \"$index/${requirement%%==*}.whl\" \"$dest/\"")
    }
}

fn member(package: &str, member: &str) -> PypiMember {
    PypiMember {
        package: package.to_owned(),
        version: "1.0".to_owned(),
        wheel_sha256: None,
        member: member.to_owned(),
    }
}

/// What lies in the folder of `dest`, so that a test sees that nothing is left behind.
fn left_in(dest: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dest.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[tokio::test]
async fn parts_are_joined_in_their_order_and_the_work_folder_vanishes() {
    let index = Index::new();
    index.package("one", &[("d/a", b"first "), ("d/other", b"no")]);
    index.package("two", &[("d/b", b"second")]);
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("models/x/file.bin");
    let stages = Mutex::new(Vec::new());
    let seen = |progress: Progress| stages.lock().unwrap().push(progress.stage);
    let found = fetch_pypi(
        &index.working_python(),
        &[member("one", "d/a"), member("two", "d/b")],
        &checksum(b"first second"),
        &dest,
        &seen,
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    assert_eq!(found, checksum(b"first second"));
    assert_eq!(std::fs::read(&dest).unwrap(), b"first second");
    assert_eq!(left_in(&dest), [dest]);
    let mut stages = stages.into_inner().unwrap();
    assert!(stages.is_sorted());
    stages.dedup();
    assert_eq!(stages.last(), Some(&Stage::Done));
}

#[tokio::test]
async fn a_file_that_is_there_is_not_fetched_again_and_a_damaged_one_is() {
    let index = Index::new();
    index.package("one", &[("a", b"content")]);
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let broken = index.python("exit 1");
    std::fs::write(&dest, b"content").unwrap();
    let parts = [member("one", "a")];
    let cancel = CancellationToken::new();
    fetch_pypi(
        &broken,
        &parts,
        &checksum(b"content"),
        &dest,
        &|_| {},
        &cancel,
    )
    .await
    .unwrap();
    std::fs::write(&dest, b"c0ntent").unwrap();
    let pip = index.working_python();
    fetch_pypi(&pip, &parts, &checksum(b"content"), &dest, &|_| {}, &cancel)
        .await
        .unwrap();
    assert_eq!(std::fs::read(&dest).unwrap(), b"content");
}

#[tokio::test]
async fn other_content_is_refused_and_nothing_is_kept() {
    let index = Index::new();
    index.package("one", &[("a", b"tampered")]);
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let cancel = CancellationToken::new();
    for (expected, code) in [
        (checksum(b"original"), "checksum-mismatch"),
        (checksum(b"short"), "checksum-mismatch"),
    ] {
        let error = fetch_pypi(
            &index.working_python(),
            &[member("one", "a")],
            &expected,
            &dest,
            &|_| {},
            &cancel,
        )
        .await
        .unwrap_err();
        assert_eq!(error.code(), code);
        assert!(left_in(&dest).is_empty());
    }
    let error = fetch_pypi(
        &index.working_python(),
        &[member("one", "b")],
        &Checksum::default(),
        &dest,
        &|_| {},
        &cancel,
    )
    .await
    .unwrap_err();
    assert!(matches!(error, FetchError::MemberMissing { .. }), "{error}");
}

#[tokio::test]
async fn pips_complaint_is_passed_on_without_credentials() {
    let index = Index::new();
    let out = tempfile::tempdir().unwrap();
    let pip = index.python(
        "echo 'WARNING: retrying' >&2\n\
         echo 'ERROR: No matching distribution at https://me:secret@mirror.example/simple' >&2; exit 1",
    );
    let error = fetch_pypi(
        &pip,
        &[member("one", "a")],
        &Checksum::default(),
        &out.path().join("file"),
        &|_| {},
        &CancellationToken::new(),
    )
    .await
    .unwrap_err();
    let info = error.info();
    assert_eq!(info.code, "pip-failed");
    assert_eq!(
        info.message,
        "pip could not download one==1.0: No matching distribution at https://***@mirror.example/simple"
    );
}

#[tokio::test]
async fn missing_python_and_missing_pip_are_told_apart_from_failure() {
    let index = Index::new();
    let out = tempfile::tempdir().unwrap();
    for pip in [
        Pip::of_python(index.path().join("no-python")),
        index.python("echo '/usr/bin/python3: No module named pip' >&2; exit 1"),
    ] {
        let error = fetch_pypi(
            &pip,
            &[member("one", "a")],
            &Checksum::default(),
            &out.path().join("file"),
            &|_| {},
            &CancellationToken::new(),
        )
        .await
        .unwrap_err();
        assert_eq!(error.code(), "pip-missing");
        assert!(error.is_missing_requirement());
    }
}

#[tokio::test]
async fn the_wheels_hash_is_handed_to_pip() {
    let index = Index::new();
    index.package("one", &[("a", b"content")]);
    let out = tempfile::tempdir().unwrap();
    let pip = index.python("echo \"ERROR: $requirement\" >&2; exit 1");
    let mut part = member("one", "a");
    part.wheel_sha256 = Some("00ff".to_owned());
    let error = fetch_pypi(
        &pip,
        &[part],
        &Checksum::default(),
        &out.path().join("file"),
        &|_| {},
        &CancellationToken::new(),
    )
    .await
    .unwrap_err();
    assert!(
        error.to_string().ends_with("one==1.0 --hash=sha256:00ff"),
        "{error}"
    );
}

#[tokio::test]
async fn cancelling_ends_pip_and_leaves_nothing() {
    let index = Index::new();
    let out = tempfile::tempdir().unwrap();
    let dest = out.path().join("file");
    let pip = index.python("echo started > \"$dest/x\"; exec sleep 600");
    let cancel = CancellationToken::new();
    let token = cancel.clone();
    let stop_when_bytes_come = move |progress: Progress| {
        if progress.bytes > 0 {
            token.cancel();
        }
    };
    let error = fetch_pypi(
        &pip,
        &[member("one", "a")],
        &Checksum::default(),
        &dest,
        &stop_when_bytes_come,
        &cancel,
    )
    .await
    .unwrap_err();
    assert!(matches!(error, FetchError::Cancelled));
    assert!(left_in(&dest).is_empty());
}
