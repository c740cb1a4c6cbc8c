//! Who works on a run: a lock file per open store.
//!
//! A run that says `running` after its program died is interrupted; a run that another live
//! program works on is not. Process ids come back after a reboot and mean nothing across
//! containers, and heartbeats fail when a laptop sleeps. A lock on a file has none of these: the
//! operating system drops it with the process, however it ends.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use assay_core::RunId;

use crate::StoreError;

#[derive(Debug)]
pub(crate) struct Owner {
    id: String,
    folder: PathBuf,
    /// Locked for as long as it is open; made at the first claim, so that readers leave no trace.
    lock: Mutex<Option<File>>,
    /// The runs that are worked on through this store: its lock says that the program lives, not
    /// which of the runs it once took it still has in hand.
    at_work: Mutex<HashSet<RunId>>,
}

impl Owner {
    pub(crate) fn new(store: &Path) -> Self {
        let mut folder = store.as_os_str().to_owned();
        folder.push("-owners");
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            folder: folder.into(),
            lock: Mutex::new(None),
            at_work: Mutex::new(HashSet::new()),
        }
    }

    fn at_work(&self) -> MutexGuard<'_, HashSet<RunId>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn begin(&self, run: &RunId) {
        self.at_work().insert(run.clone());
    }

    pub(crate) fn end(&self, run: &RunId) {
        self.at_work().remove(run);
    }

    /// Whether `run`, which says that `owner` works on it, is really worked on.
    pub(crate) fn has_in_hand(&self, owner: &str, run: &RunId) -> bool {
        if owner == self.id {
            self.at_work().contains(run)
        } else {
            self.is_alive(owner)
        }
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.lock"))
    }

    /// The id to write beside a run, its lock being held from now on.
    pub(crate) fn claim(&self) -> Result<&str, StoreError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_none() {
            let path = self.file(&self.id);
            std::fs::create_dir_all(&self.folder)
                .map_err(|e| StoreError::file("make", &self.folder, &e))?;
            let file = OpenOptions::new()
                .create(true)
                .truncate(true)
                .write(true)
                .read(true)
                .open(&path)
                .map_err(|e| StoreError::file("make", &path, &e))?;
            file.lock()
                .map_err(|e| StoreError::file("lock", &path, &e))?;
            *lock = Some(file);
        }
        Ok(&self.id)
    }

    /// Whether the program that wrote `id` beside a run is alive. In doubt it is.
    fn is_alive(&self, id: &str) -> bool {
        let path = self.file(id);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) => return e.kind() != std::io::ErrorKind::NotFound,
        };
        // Shared: two programs that look at the same time must not take each other for the owner.
        match file.try_lock_shared() {
            Ok(()) => {
                drop(file);
                // Ids are never used again, so the dead stay dead and their files are litter.
                let _ = std::fs::remove_file(&path);
                false
            }
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, path = %path.display(), "cannot tell whether a run's program is alive");
                true
            }
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let lock = self.lock.get_mut().unwrap_or_else(PoisonError::into_inner);
        if lock.take().is_some() {
            let _ = std::fs::remove_file(self.file(&self.id));
        }
    }
}
