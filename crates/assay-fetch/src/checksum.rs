//! Sizes and SHA-256 digests of files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{FetchError, OnProgress, Progress, Stage};

/// What a file must be. A field that is `None` is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Checksum {
    /// Lower-case hexadecimal, 64 characters.
    pub sha256: Option<String>,
    pub bytes: Option<u64>,
}

impl Checksum {
    pub fn new(sha256: impl Into<String>, bytes: u64) -> Self {
        Self {
            sha256: Some(sha256.into()),
            bytes: Some(bytes),
        }
    }

    pub fn sha256(sha256: impl Into<String>) -> Self {
        Self {
            sha256: Some(sha256.into()),
            bytes: None,
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
    pub(crate) bytes: u64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    pub(crate) fn update(&mut self, chunk: &[u8]) {
        self.hasher.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    pub(crate) fn hex(self) -> String {
        hex(&self.hasher.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
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
    let (path, cancel) = (path.to_owned(), cancel.clone());
    blocking(move || {
        let (bytes, sha256) = digest_reader(&path, &cancel, &|_| {})?;
        Ok(Checksum::new(sha256, bytes))
    })
    .await
}

/// Checks the file at `path` against `expected`: the size first, for it costs nothing.
///
/// # Errors
/// [`FetchError::WrongSize`], [`FetchError::WrongDigest`], [`FetchError::Io`], [`FetchError::Cancelled`].
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
    let found = digest_file(path, cancel).await?;
    expected.check(
        &what,
        found.bytes.unwrap_or_default(),
        found.sha256.as_deref().unwrap_or_default(),
    )?;
    Ok(found)
}

fn digest_reader(
    path: &Path,
    cancel: &CancellationToken,
    on_bytes: &dyn Fn(u64),
) -> Result<(u64, String), FetchError> {
    let mut file = File::open(path).map_err(FetchError::io(path))?;
    let mut tally = Tally::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        if cancel.is_cancelled() {
            return Err(FetchError::Cancelled);
        }
        let read = file.read(&mut buffer).map_err(FetchError::io(path))?;
        if read == 0 {
            return Ok((tally.bytes, tally.hex()));
        }
        tally.update(&buffer[..read]);
        on_bytes(tally.bytes);
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
