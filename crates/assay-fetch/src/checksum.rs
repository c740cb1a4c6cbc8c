//! Sizes and digests of files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{FetchError, OnProgress, Progress, Stage};

/// What a file must be. A field that is `None` is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Checksum {
    /// Lower-case hexadecimal, 64 characters.
    pub sha256: Option<String>,
    pub bytes: Option<u64>,
    /// The id Git gives the content: SHA-1 of `blob SIZE\0` and the bytes, in lower-case hexadecimal. It is
    /// checked only where [`bytes`](Self::bytes) is known too, and never what a fetch answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub git_blob: Option<String>,
}

impl Checksum {
    pub fn new(sha256: impl Into<String>, bytes: u64) -> Self {
        Self {
            sha256: Some(sha256.into()),
            bytes: Some(bytes),
            git_blob: None,
        }
    }

    /// A file of which only Git's id is known, as hubs tell it of small files.
    pub fn git_blob(id: impl Into<String>, bytes: u64) -> Self {
        Self {
            sha256: None,
            bytes: Some(bytes),
            git_blob: Some(id.into()),
        }
    }

    /// Whether a digest is known, so that a file that is there can be told to be the right one.
    pub(crate) fn has_digest(&self) -> bool {
        self.sha256.is_some() || (self.git_blob.is_some() && self.bytes.is_some())
    }

    pub fn sha256(sha256: impl Into<String>) -> Self {
        Self {
            sha256: Some(sha256.into()),
            bytes: None,
            git_blob: None,
        }
    }

    /// Compares what was found with what was promised; `what` names the file in the error.
    pub(crate) fn check(&self, what: &str, bytes: u64, sha256: &str) -> Result<(), FetchError> {
        if let Some(expected) = self.bytes
            && expected != bytes
        {
            return Err(FetchError::WrongSize {
                what: what.to_owned(),
                expected,
                found: bytes,
            });
        }
        if let Some(expected) = &self.sha256
            && !expected.eq_ignore_ascii_case(sha256)
        {
            return Err(FetchError::WrongDigest {
                what: what.to_owned(),
                expected: expected.clone(),
                found: sha256.to_owned(),
            });
        }
        Ok(())
    }
}

/// A running digest that also counts.
pub(crate) struct Tally {
    hasher: Sha256,
    /// Only where Git's id is to be compared.
    blob: Option<Sha1>,
    pub(crate) bytes: u64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self::of(&Checksum::default())
    }

    /// With what it takes to compare with `expected`.
    pub(crate) fn of(expected: &Checksum) -> Self {
        let blob = expected
            .bytes
            .filter(|_| expected.git_blob.is_some())
            .map(|bytes| {
                let mut sha1 = Sha1::default();
                sha1::Digest::update(&mut sha1, format!("blob {bytes}\0"));
                sha1
            });
        Self {
            hasher: Sha256::new(),
            blob,
            bytes: 0,
        }
    }

    /// Compares with what was promised; `what` names the file in the error. Answers what was found.
    pub(crate) fn check(self, expected: &Checksum, what: &str) -> Result<Checksum, FetchError> {
        let bytes = self.bytes;
        let blob = self
            .blob
            .clone()
            .map(|sha1| hex(&sha1::Digest::finalize(sha1)));
        let sha256 = self.hex();
        expected.check(what, bytes, &sha256)?;
        match (&expected.git_blob, blob) {
            (Some(expected), Some(found)) if !expected.eq_ignore_ascii_case(&found) => {
                Err(FetchError::WrongBlob {
                    what: what.to_owned(),
                    expected: expected.clone(),
                    found,
                })
            }
            _ => Ok(Checksum::new(sha256, bytes)),
        }
    }

    pub(crate) fn update(&mut self, chunk: &[u8]) {
        self.hasher.update(chunk);
        if let Some(sha1) = &mut self.blob {
            sha1::Digest::update(sha1, chunk);
        }
        self.bytes += chunk.len() as u64;
    }

    pub(crate) fn hex(self) -> String {
        hex(&self.hasher.finalize())
    }
}

/// Bytes in lower-case hexadecimal, as digests are written.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The checksum of the file at `path`, read in a blocking task.
///
/// # Errors
/// [`FetchError::Io`] when it cannot be read, [`FetchError::Cancelled`] between two chunks.
pub async fn digest_file(path: &Path, cancel: &CancellationToken) -> Result<Checksum, FetchError> {
    tallied(path, &Checksum::default(), cancel).await
}

/// Reads the file in a blocking task and compares it with `expected`.
async fn tallied(
    path: &Path,
    expected: &Checksum,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    let (path, expected, cancel) = (path.to_owned(), expected.clone(), cancel.clone());
    blocking(move || {
        read_through(&path, Tally::of(&expected), &cancel)?
            .check(&expected, &path.display().to_string())
    })
    .await
}

/// Checks the file at `path` against `expected`: the size first, for it costs nothing.
///
/// # Errors
/// [`FetchError::WrongSize`], [`FetchError::WrongDigest`], [`FetchError::WrongBlob`], [`FetchError::Io`],
/// [`FetchError::Cancelled`].
pub async fn verify_file(
    path: &Path,
    expected: &Checksum,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    let length = tokio::fs::metadata(path)
        .await
        .map_err(FetchError::io(path))?
        .len();
    let what = path.display().to_string();
    if expected.bytes.is_some_and(|bytes| bytes != length) {
        return Err(FetchError::WrongSize {
            what,
            expected: expected.bytes.unwrap_or_default(),
            found: length,
        });
    }
    progress(Progress {
        stage: Stage::Verifying,
        bytes: 0,
        total: Some(length),
    });
    tallied(path, expected, cancel).await
}

fn read_through(
    path: &Path,
    mut tally: Tally,
    cancel: &CancellationToken,
) -> Result<Tally, FetchError> {
    let mut file = File::open(path).map_err(FetchError::io(path))?;
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        if cancel.is_cancelled() {
            return Err(FetchError::Cancelled);
        }
        let read = file.read(&mut buffer).map_err(FetchError::io(path))?;
        if read == 0 {
            return Ok(tally);
        }
        tally.update(&buffer[..read]);
    }
}

/// Runs `work` where blocking is allowed; a panic in it goes on in the caller.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FetchError> + Send + 'static,
) -> Result<T, FetchError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(join) => match join.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(FetchError::Cancelled),
        },
    }
}
