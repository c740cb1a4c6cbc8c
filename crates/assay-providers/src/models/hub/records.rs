//! What is there of the hub, and where.

use std::path::{Path, PathBuf};

use super::choice::is_called;
use super::name::{HubName, Wanted, is_inside};
use crate::models::{InstalledModel, ModelError, ModelOrigin, ModelStore};

/// What stands before the colon of a model of the hub.
pub(crate) const PREFIX: &str = "hf:";

/// Below a repository's folder: the files that are converted.
pub(super) const SOURCE: &str = "source";

impl ModelStore {
    pub(super) fn hub_folder(&self, repo: &str) -> PathBuf {
        self.root().join("hf").join(repo)
    }

    /// A model of the hub and its files, the first of which is to be opened. Sizes are checked, not digests.
    ///
    /// # Errors
    /// [`ModelError::BadHubName`], [`ModelError::NotInstalled`], [`ModelError::Damaged`].
    pub(crate) fn hub_model(
        &self,
        name: &str,
    ) -> Result<(InstalledModel, Vec<PathBuf>), ModelError> {
        let name = HubName::read(name)?;
        let id = format!("{PREFIX}{name}");
        let folder = self.hub_folder(&name.repo);
        let record = records_in(&folder)
            .into_iter()
            .find(|record| is_wanted(record, &name.wanted))
            .ok_or_else(|| ModelError::NotInstalled { id: id.clone() })?;
        let damaged = |detail: String| ModelError::Damaged {
            id: id.clone(),
            detail,
        };
        let mut files = Vec::new();
        for part in record.parts() {
            let path = folder.join(&part.file);
            let length = std::fs::metadata(&path)
                .map_err(|_| damaged(format!("{} is gone", path.display())))?
                .len();
            if length != part.bytes {
                return Err(damaged(format!(
                    "{} has {length} bytes instead of {}",
                    path.display(),
                    part.bytes
                )));
            }
            files.push(path);
        }
        if files.is_empty() {
            return Err(damaged("its record names no file".to_owned()));
        }
        Ok((record, files))
    }

    /// All models of the hub that have a record, by id.
    pub(crate) fn hub_models(&self) -> Vec<InstalledModel> {
        let below = |folder: &Path| -> Vec<PathBuf> {
            std::fs::read_dir(folder)
                .map(|entries| {
                    entries
                        .flatten()
                        .map(|entry| entry.path())
                        .filter(|path| path.is_dir())
                        .collect()
                })
                .unwrap_or_default()
        };
        let mut models: Vec<InstalledModel> = below(&self.root().join("hf"))
            .iter()
            .flat_map(|org| below(org))
            .flat_map(|repo| records_in(&repo))
            .collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        models
    }

    /// Forgets a model of the hub, then deletes those of its files that no other record names.
    pub(crate) fn remove_hub_model(&self, name: &str) -> Result<(), ModelError> {
        let name = HubName::read(name)?;
        let folder = self.hub_folder(&name.repo);
        let record = records_in(&folder)
            .into_iter()
            .find(|record| is_wanted(record, &name.wanted))
            .ok_or_else(|| ModelError::NotInstalled {
                id: format!("{PREFIX}{name}"),
            })?;
        let path = record_path(&folder, &record.file);
        std::fs::remove_file(&path).map_err(|source| ModelError::Io { path, source })?;
        for part in record.parts() {
            let path = folder.join(&part.file);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(ModelError::Io { path, source });
                }
                _ => {}
            }
        }
        if is_converted(&record) {
            let _ = std::fs::remove_dir_all(folder.join(SOURCE));
        }
        Ok(())
    }
}

/// Whether the model's file was made here.
pub(in crate::models) fn is_converted(record: &InstalledModel) -> bool {
    matches!(
        record.origin,
        ModelOrigin::Hub {
            converted: Some(_),
            ..
        }
    )
}

pub(super) fn is_wanted(record: &InstalledModel, wanted: &Wanted) -> bool {
    let ModelOrigin::Hub {
        quantisation,
        by_default,
        ..
    } = &record.origin
    else {
        return false;
    };
    match wanted {
        Wanted::Best => *by_default,
        Wanted::Quantisation(wanted) => quantisation.as_ref() == Some(wanted),
        Wanted::File(wanted) => is_called(&record.file, wanted),
    }
}

/// The record of the model whose first file is `file`.
pub(super) fn record_path(folder: &Path, file: &str) -> PathBuf {
    folder.join(format!("{}.json", file.replace('/', "__")))
}

/// The records of a repository, by file.
pub(super) fn records_in(folder: &Path) -> Vec<InstalledModel> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut records: Vec<InstalledModel> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .filter_map(|path| {
            let text = std::fs::read_to_string(&path).ok()?;
            match serde_json::from_str::<InstalledModel>(&text) {
                // A record names files of its own folder, whatever somebody wrote into it.
                Ok(record) if record.parts().all(|part| is_inside(&part.file)) => Some(record),
                Ok(_) => None,
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "a model's record cannot be read");
                    None
                }
            }
        })
        .collect();
    records.sort_by(|a, b| a.file.cmp(&b.file));
    records
}
