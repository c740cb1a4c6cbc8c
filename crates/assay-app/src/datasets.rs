//! Data sets: known ones that can be pulled, and the user's own.

use std::path::Path;

use assay_core::{DatasetId, Language, Problem, ProblemId};
use assay_datasets::{Generation, Library, Listing, State};
use tokio_util::sync::CancellationToken;

use crate::dto::{DatasetState, DatasetStatus, DatasetTag, ProblemSummary, TaskProgress};
use crate::models::fetch_progress;
use crate::{App, AppError};

impl App {
    pub(crate) fn library(&self) -> Library {
        Library::new(&self.config.data_dir)
    }

    /// # Errors
    /// When a manifest is damaged.
    pub async fn list_datasets(&self) -> Result<Vec<DatasetStatus>, AppError> {
        let library = self.library();
        Ok(library
            .list()?
            .into_iter()
            .map(|listing| status(&library, listing))
            .collect())
    }

    /// Downloads a data set, or takes copies of its files from the file or folder `from`; one that is there
    /// is verified.
    ///
    /// # Errors
    /// When it is unknown, cannot be fetched, or does not have the checksum of its manifest.
    pub async fn pull_dataset(
        &self,
        id: &str,
        from: Option<&Path>,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<DatasetStatus, AppError> {
        let task = self.begin_task(task);
        let tell = |p| on_progress(fetch_progress(p));
        let library = self.library();
        match from {
            Some(file) => library.pull_from(id, file, &tell, &task.cancel).await?,
            None => library.pull(id, &tell, &task.cancel).await?,
        };
        self.verify_dataset(id).await
    }

    /// Reads the whole file again and compares its checksum.
    ///
    /// # Errors
    /// When it is unknown or cannot be read; a wrong checksum is a state, not an error.
    pub async fn verify_dataset(&self, id: &str) -> Result<DatasetStatus, AppError> {
        let library = self.library();
        let listing = library
            .verify(id, &|_| {}, &CancellationToken::new())
            .await?;
        Ok(status(&library, listing))
    }

    /// Keeps a copy of the user's own problems; nothing of a file with any bad line.
    ///
    /// # Errors
    /// Every bad line with its field; a bad or taken id.
    pub async fn import_dataset(
        &self,
        file: &Path,
        id: Option<&str>,
    ) -> Result<DatasetStatus, AppError> {
        let library = self.library();
        let (file, id) = (file.to_owned(), id.map(str::to_owned));
        let imported =
            tokio::task::spawn_blocking(move || library.import(&file, id.as_deref())).await;
        let manifest = match imported {
            Ok(imported) => imported?,
            Err(error) => return Err(AppError::failed("import-failed", error.to_string())),
        };
        Ok(status(
            &self.library(),
            Listing {
                manifest,
                state: State::Ready,
            },
        ))
    }

    /// The problems of a data set, each once, with the languages it comes in.
    ///
    /// # Errors
    /// When it is unknown, missing or damaged.
    pub async fn list_problems(&self, id: &str) -> Result<Vec<ProblemSummary>, AppError> {
        let dataset = DatasetId::new(id);
        let languages = self.library().manifest(id)?.languages;
        let mut listed: Vec<ProblemSummary> = Vec::new();
        for problem in self.problems(&dataset, &languages).await? {
            match listed.iter_mut().find(|p| p.id == problem.id.as_str()) {
                Some(known) => known.languages.push(problem.language),
                None => listed.push(ProblemSummary {
                    dataset: dataset.clone(),
                    id: problem.id.to_string(),
                    entry_point: problem.entry_point,
                    languages: vec![problem.language],
                }),
            }
        }
        Ok(listed)
    }

    pub(crate) async fn problems(
        &self,
        dataset: &DatasetId,
        languages: &[Language],
    ) -> Result<Vec<Problem>, AppError> {
        let library = self.library();
        let (id, languages) = (dataset.to_string(), languages.to_vec());
        match tokio::task::spawn_blocking(move || library.load(&id, &languages)).await {
            Ok(problems) => Ok(problems?),
            Err(error) => Err(AppError::failed("dataset-unreadable", error.to_string())),
        }
    }

    /// What `generation` means in samples of this data set.
    pub(crate) fn generations_of(&self, id: &DatasetId) -> Result<Generation, AppError> {
        Ok(self.library().manifest(id.as_str())?.generation)
    }

    /// Its problems whose own solution is known to fail its own tests.
    pub(crate) fn known_broken(&self, id: &DatasetId) -> Result<Vec<ProblemId>, AppError> {
        Ok(self.library().manifest(id.as_str())?.known_broken)
    }

    /// What a run on this data set depends on.
    pub(crate) async fn dataset_tag(&self, id: &DatasetId) -> Result<DatasetTag, AppError> {
        let library = self.library();
        Ok(DatasetTag {
            id: id.clone(),
            sha256: library.sha256(id.as_str())?,
            version: library.manifest(id.as_str())?.version,
        })
    }

    pub(crate) async fn dataset_title(&self, id: &DatasetId) -> Result<String, AppError> {
        Ok(self.library().manifest(id.as_str())?.title)
    }
}

fn status(library: &Library, listing: Listing) -> DatasetStatus {
    let manifest = listing.manifest;
    DatasetStatus {
        sha256: library.sha256(manifest.id.as_str()).ok(),
        imported: manifest.is_imported(),
        id: manifest.id,
        title: manifest.title,
        version: manifest.version,
        licence: manifest.licence,
        languages: manifest.languages,
        n_problems: manifest.n_problems,
        state: match listing.state {
            State::Ready => DatasetState::Ready,
            State::Missing => DatasetState::Missing,
            State::Damaged => DatasetState::Damaged,
        },
    }
}
