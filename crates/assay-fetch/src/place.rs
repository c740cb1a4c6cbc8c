//! Putting a finished file in its place, and clearing what earlier attempts left behind.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::FetchError;

const WORK_PREFIX: &str = ".fetch-";
/// Folders of fetches that were killed are swept when they are this old.
const STALE: Duration = Duration::from_secs(24 * 3600);

/// The folder `dest` lies in, created when missing.
pub(crate) fn parent_of(dest: &Path) -> Result<PathBuf, FetchError> {
    let parent = match dest.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    std::fs::create_dir_all(&parent).map_err(FetchError::io(&parent))?;
    Ok(parent)
}

/// A folder to work in on the same file system as `dest`, so that the rename at the end is atomic; it
/// vanishes with the value.
pub(crate) fn work_dir(dest: &Path) -> Result<TempDir, FetchError> {
    let parent = parent_of(dest)?;
    sweep(&parent);
    tempfile::Builder::new()
        .prefix(WORK_PREFIX)
        .tempdir_in(&parent)
        .map_err(FetchError::io(&parent))
}

fn sweep(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(WORK_PREFIX);
        let old = entry
            .metadata()
            .and_then(|meta| meta.modified())
            .ok()
            .and_then(|modified| SystemTime::now().duration_since(modified).ok())
            .is_some_and(|age| age > STALE);
        if ours && old {
            tracing::info!(path = %entry.path().display(), "removing what a killed download left");
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Moves the finished, flushed `from` to `dest` in one step and makes the step durable.
pub(crate) fn put(from: &Path, dest: &Path) -> Result<(), FetchError> {
    std::fs::rename(from, dest).map_err(FetchError::io(dest))?;
    let parent = parent_of(dest)?;
    // Not every system lets a folder be opened; the rename itself has happened.
    if let Ok(folder) = File::open(&parent) {
        let _ = folder.sync_all();
    }
    Ok(())
}
