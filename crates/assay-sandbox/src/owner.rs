//! Whose containers are whose, so that those of a dead process can be removed and those of a
//! living one are left alone.
//!
//! Every process holds a lock on a file of its own in the state folder for as long as it lives; the
//! operating system lets go of it however the process ends. A container's labels name the folder
//! and the owner: when the owner's lock can be had, its process is dead.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::SandboxError;
use crate::image::OURS_LABEL;

pub(crate) const STATE_LABEL: &str = "assay.state";
pub(crate) const OWNER_LABEL: &str = "assay.owner";

/// This process as an owner of containers.
#[derive(Debug)]
pub(crate) struct Owner {
    folder: PathBuf,
    /// The state folder's own name, the same for every process that uses it, on any engine.
    state: String,
    id: String,
    /// Held while this process lives.
    lock: File,
}

impl Owner {
    /// Takes a lock in `state_dir`, which is created when it is missing.
    pub fn register(state_dir: &Path) -> Result<Self, SandboxError> {
        let folder = state_dir.join("sandbox");
        let failed = |source: io::Error| SandboxError::State {
            path: folder.clone(),
            source,
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        let state = state_name(&folder).map_err(failed)?;
        let id = Uuid::now_v7().simple().to_string();
        // Locked before it has its name: whoever sees a lock file that nobody holds removes it.
        let file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        file.as_file().lock().map_err(failed)?;
        let lock = file
            .persist(lock_path(&folder, &id))
            .map_err(|error| failed(error.error))?;
        Ok(Self {
            folder,
            state,
            id,
            lock,
        })
    }

    pub fn state(&self) -> &str {
        &self.state
    }

    /// The labels every container of this process carries.
    pub fn labels(&self, purpose: &str) -> HashMap<String, String> {
        HashMap::from([
            (OURS_LABEL.to_owned(), purpose.to_owned()),
            (STATE_LABEL.to_owned(), self.state.clone()),
            (OWNER_LABEL.to_owned(), self.id.clone()),
        ])
    }

    /// Whether the process that was `owner` is gone. Its lock file is removed with it.
    pub fn is_dead(&self, owner: &str) -> bool {
        if owner == self.id {
            return false;
        }
        // Names come from labels, which anybody may have written.
        if Uuid::try_parse(owner).is_err() {
            return false;
        }
        let path = lock_path(&self.folder, owner);
        match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }

    /// Removes the lock files of dead processes, once their containers are gone.
    pub fn forget_dead(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let owner = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|name| name.strip_suffix(".lock"));
            if owner.is_some_and(|owner| self.is_dead(owner))
                && let Err(error) = fs::remove_file(&path)
            {
                tracing::debug!(%error, path = %path.display(), "a dead owner's lock stays");
            }
        }
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let path = lock_path(&self.folder, &self.id);
        if let Err(error) = self.lock.unlock().and_then(|()| fs::remove_file(&path)) {
            tracing::debug!(%error, "the sandbox's lock file stays");
        }
    }
}

fn lock_path(folder: &Path, owner: &str) -> PathBuf {
    folder.join(format!("{owner}.lock"))
}

/// The folder's name, made when it has none. Never half-written: it is put in place whole.
fn state_name(folder: &Path) -> io::Result<String> {
    let path = folder.join("id");
    if let Ok(name) = fs::read_to_string(&path)
        && Uuid::try_parse(name.trim()).is_ok()
    {
        return Ok(name.trim().to_owned());
    }
    let name = Uuid::now_v7().simple().to_string();
    let file = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(file.path(), &name)?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(name),
        // Another process was first, or a damaged name is there.
        Err(error) => {
            let there = fs::read_to_string(&path)?;
            if Uuid::try_parse(there.trim()).is_ok() {
                return Ok(there.trim().to_owned());
            }
            error.file.persist(&path).map_err(|error| error.error)?;
            Ok(name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_living_are_not_dead_and_the_dead_are() {
        let folder = tempfile::tempdir().unwrap();
        let one = Owner::register(folder.path()).unwrap();
        let other = Owner::register(folder.path()).unwrap();
        assert_eq!(one.state(), other.state());
        assert!(!one.is_dead(&other.id));
        assert!(!one.is_dead(&one.id));
        let id = other.id.clone();
        drop(other);
        assert!(one.is_dead(&id));
        assert!(!one.is_dead("../../etc/passwd"));
    }

    #[test]
    fn a_lock_left_by_a_dead_process_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let one = Owner::register(folder.path()).unwrap();
        let stale = Uuid::now_v7().simple().to_string();
        let path = lock_path(&one.folder, &stale);
        fs::write(&path, "").unwrap();
        assert!(one.is_dead(&stale));
        one.forget_dead();
        assert!(!path.exists());
        assert!(lock_path(&one.folder, &one.id).exists());
    }

    #[test]
    fn a_damaged_name_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("sandbox");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("id"), "half").unwrap();
        let name = state_name(&place).unwrap();
        assert_eq!(state_name(&place).unwrap(), name);
    }
}
