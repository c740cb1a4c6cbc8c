//! The data sets on this machine, below `<data dir>/datasets`.

use std::path::{Path, PathBuf};

use assay_core::{DatasetId, Language, Problem};
use assay_fetch::{Checksum, FetchError, OnProgress, verify_file};
use tokio_util::sync::CancellationToken;

use crate::manifest::shipped;
use crate::pull::fetch_error;
use crate::{DatasetError, Manifest, formats, lines, starter};

pub(crate) const MANIFEST: &str = "manifest.toml";

/// How a data set stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Ready,
    Missing,
    /// A file of it is not the one of the manifest.
    Damaged,
}

/// A data set in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    pub manifest: Manifest,
    /// By the files' sizes; [`Library::verify`] reads the whole files.
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

    /// The files of a data set as they lie on this machine; none for one that ships inside the program.
    fn parts<'a>(&self, manifest: &'a Manifest) -> Vec<Part<'a>> {
        let folder = self.folder(&manifest.id);
        let published = manifest.file.iter().map(|file| Part {
            path: folder.join(&file.name),
            sha256: &file.sha256,
            bytes: file.bytes,
            language: None,
        });
        let by_language = manifest.files.iter().map(|file| Part {
            path: folder.join(&file.name),
            sha256: &file.sha256,
            bytes: file.bytes,
            language: Some(&file.language),
        });
        published.chain(by_language).collect()
    }

    fn state(&self, manifest: &Manifest) -> State {
        let states =
            self.parts(manifest)
                .into_iter()
                .map(|part| match std::fs::metadata(part.path) {
                    Ok(found) if found.len() == part.bytes => State::Ready,
                    Ok(_) => State::Damaged,
                    Err(_) => State::Missing,
                });
        states.fold(State::Ready, State::worse)
    }

    /// Reads the whole files and compares their checksums.
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
        if state == State::Ready {
            for part in self.parts(&manifest) {
                let checksum = Checksum::new(part.sha256, part.bytes);
                match verify_file(&part.path, &checksum, progress, cancel).await {
                    Ok(_) => {}
                    Err(FetchError::WrongDigest { .. } | FetchError::WrongSize { .. }) => {
                        state = State::Damaged;
                    }
                    Err(error) => return Err(fetch_error(id, error)),
                }
            }
        }
        Ok(Listing { manifest, state })
    }

    /// SHA-256 of what a data set is: its file's, over the digests of its files when it has several, or
    /// for one that ships inside the program that of its embedded files. It identifies the problems in a
    /// run's record.
    ///
    /// # Errors
    /// [`DatasetError::Unknown`].
    pub fn sha256(&self, id: &str) -> Result<String, DatasetError> {
        let manifest = self.manifest(id)?;
        let parts = self.parts(&manifest);
        Ok(match parts.as_slice() {
            [] => starter::sha256(),
            [only] => only.sha256.to_owned(),
            several => {
                let lines: Vec<String> = several
                    .iter()
                    .map(|part| format!("{}\n", part.sha256))
                    .collect();
                sha256_of(lines.iter().map(String::as_bytes))
            }
        })
    }

    /// The problems in these languages (in all of the data set's when none is named), language by
    /// language, in the data set's order. The checksums are verified: what is executed is what the manifest
    /// says. Of a data set with a file for each language only those of the languages are read.
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
        let parts = self.parts(&manifest);
        let mut problems = Vec::new();
        if parts.is_empty() {
            for language in languages {
                problems.extend(starter::problems(&manifest, language)?);
            }
            return Ok(problems);
        }
        let mut all = Vec::new();
        for part in &parts {
            if part.language.is_none_or(|l| languages.contains(l)) {
                all.extend(part.read(&manifest)?);
            }
        }
        problems.reserve(all.len());
        for language in languages {
            problems.extend(all.iter().filter(|p| p.language == *language).cloned());
        }
        Ok(problems)
    }
}

impl State {
    /// A data set with a file that is missing is missing, however the others are.
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => Self::Missing,
            (Self::Damaged, _) | (_, Self::Damaged) => Self::Damaged,
            (Self::Ready, Self::Ready) => Self::Ready,
        }
    }
}

/// A file of a data set on this machine, and what it must be.
struct Part<'a> {
    path: PathBuf,
    sha256: &'a str,
    bytes: u64,
    language: Option<&'a Language>,
}

impl Part<'_> {
    fn read(&self, manifest: &Manifest) -> Result<Vec<Problem>, DatasetError> {
        let id = manifest.id.to_string();
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(DatasetError::Missing { id });
            }
            Err(error) => return Err(DatasetError::file(&self.path)(error)),
        };
        let file = self.path.display().to_string();
        let found = sha256(&bytes);
        if found != self.sha256 {
            return Err(DatasetError::Damaged {
                id,
                detail: format!("{file} has the checksum {found} instead of {}", self.sha256),
            });
        }
        let reader =
            lines::unzipped(std::io::Cursor::new(bytes)).map_err(DatasetError::file(&self.path))?;
        formats::read(manifest, self.language, &file, reader)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    sha256_of([bytes])
}

/// SHA-256 of the parts one after the other, in lower-case hexadecimal.
pub(crate) fn sha256_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    assay_fetch::hex(&hasher.finalize())
}
