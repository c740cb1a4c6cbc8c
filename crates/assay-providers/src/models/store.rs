//! The folder of installed models.

use std::path::{Path, PathBuf};

use assay_core::ModelRef;
use assay_fetch::{Checksum, OnProgress, Pip, verify_file};
use tokio_util::sync::CancellationToken;

use super::hub::{PREFIX, is_converted};
use super::record::{RECORD, read_record};
use super::{
    CatalogueEntry, HubConfig, InstalledModel, ModelError, ModelListing, ModelOrigin, ModelState,
    catalogue,
};

/// The models below `<data dir>/models`.
#[derive(Debug, Clone)]
pub struct ModelStore {
    root: PathBuf,
    pip: Pip,
    hub: HubConfig,
}

impl ModelStore {
    pub fn new(data_dir: &Path) -> Self {
        Self {
            root: data_dir.join("models"),
            pip: Pip::default(),
            hub: HubConfig::default(),
        }
    }

    /// Pulls from another hub than the public one, or with a token.
    #[must_use]
    pub fn with_hub(mut self, hub: HubConfig) -> Self {
        self.hub = hub;
        self
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn hub(&self) -> &HubConfig {
        &self.hub
    }

    pub(super) fn pip(&self) -> &Pip {
        &self.pip
    }

    /// Pulls through another Python than the `python3` on the PATH.
    #[must_use]
    pub fn with_pip(mut self, pip: Pip) -> Self {
        self.pip = pip;
        self
    }

    /// The catalogue in its order, then the person's own models by id, then those of the hub.
    pub fn list(&self) -> Vec<ModelListing> {
        let mut rows: Vec<ModelListing> = catalogue()
            .iter()
            .map(|entry| ModelListing {
                id: entry.id.clone(),
                reference: format!("local:{}", entry.id),
                name: entry.name.clone(),
                description: Some(entry.description.clone()),
                license: Some(entry.license.clone()),
                license_note: entry.license_note.clone(),
                bytes: entry.bytes,
                parameters: Some(entry.parameters),
                quantisation: Some(entry.quantisation.clone()),
                converted: false,
                context_length: Some(entry.context_length),
                chat: entry.chat,
                state: self.state(&entry.id),
            })
            .collect();
        for model in self.records().into_iter().chain(self.hub_models()) {
            if model.origin == ModelOrigin::Catalogue
                && catalogue().iter().any(|entry| entry.id == model.id)
            {
                continue;
            }
            rows.push(ModelListing {
                state: self.state_of(&model),
                reference: model.reference(),
                quantisation: match &model.origin {
                    ModelOrigin::Hub { quantisation, .. } => quantisation.clone(),
                    _ => None,
                },
                converted: is_converted(&model),
                id: model.id,
                name: model.name,
                description: None,
                license: model.license,
                license_note: None,
                bytes: model.bytes,
                parameters: None,
                context_length: model.context_length,
                chat: model.chat,
            });
        }
        rows
    }

    /// The models that can be run now, by id, those of the hub last.
    pub fn installed(&self) -> Vec<InstalledModel> {
        let mut models = self.records();
        models.extend(self.hub_models());
        models.retain(|model| matches!(self.state_of(model), ModelState::Installed { .. }));
        models
    }

    /// The record of an installed model by the name a run gives it, `local:ID` or `hf:…`.
    pub fn find(&self, model: &ModelRef) -> Option<InstalledModel> {
        match model.provider.as_str() {
            "local" => self.records().into_iter().find(|r| r.id == model.name),
            "hf" => self.hub_model(&model.name).ok().map(|(record, _)| record),
            _ => None,
        }
    }

    fn state_of(&self, model: &InstalledModel) -> ModelState {
        match &model.origin {
            ModelOrigin::Hub { .. } => self.state(&model.reference()),
            _ => self.state(&model.id),
        }
    }

    fn records(&self) -> Vec<InstalledModel> {
        let Ok(entries) = std::fs::read_dir(&self.root) else {
            return Vec::new();
        };
        let mut models: Vec<InstalledModel> = entries
            .flatten()
            .filter_map(|entry| read_record(&entry.path()))
            .collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        models
    }

    fn state(&self, id: &str) -> ModelState {
        match self.path(id) {
            Ok(path) => ModelState::Installed { path },
            Err(ModelError::Damaged { detail, .. }) => ModelState::Damaged { detail },
            Err(_) => ModelState::Available,
        }
    }

    /// The GGUF file of an installed model. Its size is checked, not its digest: see
    /// [`verify`](Self::verify).
    ///
    /// # Errors
    /// [`ModelError::Unknown`], [`ModelError::NotInstalled`], [`ModelError::Damaged`].
    pub fn path(&self, id: &str) -> Result<PathBuf, ModelError> {
        if let Some(name) = id.strip_prefix(PREFIX) {
            let (_, files) = self.hub_model(name)?;
            return Ok(files[0].clone());
        }
        let folder = self.folder(id)?;
        let Some(record) = read_record(&folder) else {
            return Err(match entry_of(id) {
                Some(_) => ModelError::NotInstalled { id: id.to_owned() },
                None => unknown(id),
            });
        };
        let path = folder.join(&record.file);
        let damaged = |detail: String| ModelError::Damaged {
            id: id.to_owned(),
            detail,
        };
        let length = std::fs::metadata(&path)
            .map_err(|_| damaged(format!("{} is gone", path.display())))?
            .len();
        if length != record.bytes {
            return Err(damaged(format!(
                "{} has {length} bytes instead of {}",
                path.display(),
                record.bytes
            )));
        }
        Ok(path)
    }

    /// Whether a file of `bytes` bytes fits its record, when it lies in this store and has one.
    pub(crate) fn check_size(&self, path: &Path, bytes: u64) -> Result<(), String> {
        let record = path
            .parent()
            .filter(|folder| folder.starts_with(&self.root))
            .and_then(read_record);
        match record {
            Some(record) if record.bytes != bytes => Err(format!(
                "{} has {bytes} bytes instead of {}",
                path.display(),
                record.bytes
            )),
            _ => Ok(()),
        }
    }

    /// Reads the whole file again and compares it with its record, and with the catalogue.
    ///
    /// # Errors
    /// [`ModelError::Damaged`] when it differs; [`ModelError::NotInstalled`], [`ModelError::Unknown`];
    /// cancelled.
    pub async fn verify(
        &self,
        id: &str,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        let damaged = |detail: String| ModelError::Damaged {
            id: id.to_owned(),
            detail,
        };
        if let Some(name) = id.strip_prefix(PREFIX) {
            let (record, files) = self.hub_model(name)?;
            for (part, path) in record.parts().zip(&files) {
                let expected = Checksum::new(part.sha256, part.bytes);
                match verify_file(path, &expected, progress, cancel).await {
                    Err(error) if error.is_mismatch() => return Err(damaged(error.to_string())),
                    result => result?,
                };
            }
            return Ok(record);
        }
        let path = self.path(id)?;
        let record = read_record(&self.folder(id)?)
            .ok_or_else(|| damaged("its record is gone".to_owned()))?;
        let expected = match (&record.origin, entry_of(id)) {
            (ModelOrigin::Catalogue, Some(entry)) => entry.checksum(),
            _ => Checksum::new(&record.sha256, record.bytes),
        };
        match verify_file(&path, &expected, progress, cancel).await {
            Ok(_) => Ok(record),
            Err(error) if error.is_mismatch() => Err(damaged(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an installed model, its record first, so that what is left of it never counts.
    ///
    /// # Errors
    /// [`ModelError::NotInstalled`], [`ModelError::Io`].
    pub fn remove(&self, id: &str) -> Result<(), ModelError> {
        if let Some(name) = id.strip_prefix(PREFIX) {
            return self.remove_hub_model(name);
        }
        let folder = self.folder(id)?;
        let record = folder.join(RECORD);
        if !record.is_file() {
            return Err(ModelError::NotInstalled { id: id.to_owned() });
        }
        std::fs::remove_file(&record)
            .and_then(|()| std::fs::remove_dir_all(&folder))
            .map_err(|source| ModelError::Io {
                path: folder,
                source,
            })
    }

    pub(super) fn folder(&self, id: &str) -> Result<PathBuf, ModelError> {
        // The hub's models lie in a folder of that name.
        if is_id(id) && id != "hf" {
            Ok(self.root.join(id))
        } else {
            Err(ModelError::BadId { id: id.to_owned() })
        }
    }
}

pub(super) fn entry_of(id: &str) -> Option<&'static CatalogueEntry> {
    catalogue().iter().find(|entry| entry.id == id)
}

pub(super) fn unknown(id: &str) -> ModelError {
    ModelError::Unknown {
        id: id.to_owned(),
        known: catalogue()
            .iter()
            .map(|entry| entry.id.as_str())
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn is_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, ModelStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = ModelStore::new(folder.path());
        (folder, store)
    }

    #[test]
    fn a_file_without_its_record_does_not_count() {
        let (folder, store) = store();
        let home = folder.path().join("models/smollm2-135m");
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join(&catalogue()[0].file), b"half of it").unwrap();
        assert!(matches!(
            store.path("smollm2-135m"),
            Err(ModelError::NotInstalled { .. })
        ));
        assert_eq!(store.list()[0].state, ModelState::Available);
    }

    #[test]
    fn names_stay_inside_the_store() {
        let (_folder, store) = store();
        for id in ["..", "a/b", "", ".hidden", "a\\b"] {
            assert!(
                matches!(store.path(id), Err(ModelError::BadId { .. })),
                "{id}"
            );
        }
        assert!(matches!(
            store.path("nothing"),
            Err(ModelError::Unknown { .. })
        ));
    }
}
