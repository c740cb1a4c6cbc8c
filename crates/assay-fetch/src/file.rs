//! Files of this machine.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::checksum::{Tally, blocking};
use crate::place;
use crate::{Checksum, FetchError, OnProgress, Progress, Stage};

/// Copies `source` to `dest` and checks the copy against `expected`; answers what was found.
///
/// # Errors
/// [`FetchError::Io`], [`FetchError::WrongSize`], [`FetchError::WrongDigest`], [`FetchError::Cancelled`].
/// After an error `dest` is as it was before.
pub async fn fetch_file(
    source: &Path,
    expected: &Checksum,
    dest: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Checksum, FetchError> {
    let total = std::fs::metadata(source)
        .map_err(FetchError::io(source))?
        .len();
    let work = place::work_dir(dest)?;
    let copied = Arc::new(AtomicU64::new(0));
    let copy = {
        let (from, to) = (source.to_owned(), work.path().join("copy"));
        let (cancel, copied) = (cancel.clone(), Arc::clone(&copied));
        blocking(move || copy(&from, &to, &copied, &cancel))
    };
    tokio::pin!(copy);
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    let (bytes, sha256) = loop {
        tokio::select! {
            result = &mut copy => break result?,
            _ = tick.tick() => progress(Progress {
                stage: Stage::Downloading,
                bytes: copied.load(Ordering::Relaxed),
                total: Some(total),
            }),
        }
    };
    expected.check(&source.display().to_string(), bytes, &sha256)?;
    place::put(&work.path().join("copy"), dest)?;
    progress(Progress {
        stage: Stage::Done,
        bytes,
        total: Some(bytes),
    });
    Ok(Checksum::new(sha256, bytes))
}

fn copy(
    from: &Path,
    to: &Path,
    copied: &AtomicU64,
    cancel: &CancellationToken,
) -> Result<(u64, String), FetchError> {
    let mut source = File::open(from).map_err(FetchError::io(from))?;
    let mut target = File::create(to).map_err(FetchError::io(to))?;
    let mut tally = Tally::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        if cancel.is_cancelled() {
            return Err(FetchError::Cancelled);
        }
        let read = source.read(&mut buffer).map_err(FetchError::io(from))?;
        if read == 0 {
            break;
        }
        target
            .write_all(&buffer[..read])
            .map_err(FetchError::io(to))?;
        tally.update(&buffer[..read]);
        copied.store(tally.bytes, Ordering::Relaxed);
    }
    target.sync_all().map_err(FetchError::io(to))?;
    let bytes = tally.bytes;
    Ok((bytes, tally.hex()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_is_whole_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let (source, dest) = (folder.path().join("a"), folder.path().join("b/c"));
        std::fs::write(&source, b"content").unwrap();
        let cancel = CancellationToken::new();
        let wrong = Checksum::new("00", 7);
        let error = fetch_file(&source, &wrong, &dest, &|_| {}, &cancel).await;
        assert!(matches!(error, Err(FetchError::WrongDigest { .. })));
        assert!(!dest.exists());
        let found = fetch_file(&source, &Checksum::default(), &dest, &|_| {}, &cancel)
            .await
            .unwrap();
        assert_eq!(found.bytes, Some(7));
        assert_eq!(std::fs::read(&dest).unwrap(), b"content");
        cancel.cancel();
        let error = fetch_file(&source, &Checksum::default(), &dest, &|_| {}, &cancel).await;
        assert!(matches!(error, Err(FetchError::Cancelled)));
    }
}
