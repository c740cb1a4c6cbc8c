//! What people make of their runs: names, notes, tags, what is put away and what is deleted.

use std::collections::BTreeSet;

use assay_core::RunId;
use assay_store::{RunRecord, Store};
use jiff::{SignedDuration, Timestamp};

use crate::dto::{DeletedRun, RunSourceView};
use crate::{App, AppError};

/// A deleted run comes back for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

const LONGEST_NAME: usize = 200;
const LONGEST_NOTE: usize = 20_000;
const LONGEST_TAG: usize = 40;

impl App {
    /// # Errors
    /// When there is no such run, or the name is empty or longer than 200 characters.
    pub async fn rename_run(&self, run: &RunId, name: &str) -> Result<(), AppError> {
        let name = a_name("a run", name)?;
        Ok(self.store().await?.rename_run(run, name).await?)
    }

    /// Writes a run's note, or removes it with an empty text.
    ///
    /// # Errors
    /// When there is no such run, or the note is longer than 20,000 characters.
    pub async fn note_run(&self, run: &RunId, note: &str) -> Result<(), AppError> {
        let note = note.trim();
        if note.chars().count() > LONGEST_NOTE {
            return Err(AppError::usage(
                "bad-note",
                format!("a note has at most {LONGEST_NOTE} characters"),
                "keep longer texts in a file",
            ));
        }
        let note = (!note.is_empty()).then(|| note.to_owned());
        Ok(self.store().await?.note_run(run, note).await?)
    }

    /// Gives tags to runs and takes others away; of all these runs or of none.
    ///
    /// # Errors
    /// When there is no such run, or a tag is empty, longer than 40 characters, or has a comma in it.
    pub async fn tag_runs(
        &self,
        runs: &[RunId],
        add: &[String],
        remove: &[String],
    ) -> Result<(), AppError> {
        let add = add.iter().map(|tag| a_tag(tag)).collect::<Result<_, _>>()?;
        let remove = remove.iter().map(|tag| tag.trim().to_owned()).collect();
        Ok(self.store().await?.tag_runs(runs, add, remove).await?)
    }

    /// Puts runs away, or takes them out again.
    ///
    /// # Errors
    /// When there is no such run, or one that is to be put away is on.
    pub async fn archive_runs(&self, runs: &[RunId], archived: bool) -> Result<(), AppError> {
        Ok(self.store().await?.archive_runs(runs, archived).await?)
    }

    /// Deletes runs: they are in no list any more, and can be restored for 30 days.
    ///
    /// # Errors
    /// When there is no such run, or a live program works on one; nothing is deleted then.
    pub async fn delete_runs(&self, runs: &[RunId]) -> Result<(), AppError> {
        Ok(self.store().await?.delete_runs(runs).await?)
    }

    /// Brings deleted runs back.
    ///
    /// # Errors
    /// When one is not deleted, or gone for good.
    pub async fn restore_runs(&self, runs: &[RunId]) -> Result<(), AppError> {
        Ok(self.store().await?.restore_runs(runs).await?)
    }

    /// Deleted runs that can be restored, the last deleted first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deleted_runs(&self) -> Result<Vec<DeletedRun>, AppError> {
        let deleted = self.store().await?.deleted_runs().await?;
        Ok(deleted
            .into_iter()
            .map(|deleted| DeletedRun {
                id: deleted.run.id,
                name: deleted.run.name,
                dataset: deleted.run.dataset,
                models: deleted
                    .run
                    .spec
                    .models
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                samples: deleted.samples,
                deleted_at: deleted.deleted_at.to_string(),
                // Beyond the end of time there is no moment.
                gone_at: (deleted.deleted_at.checked_add(KEPT))
                    .unwrap_or(deleted.deleted_at)
                    .to_string(),
            })
            .collect())
    }

    /// The deleted run whose id begins so.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub async fn resolve_deleted(&self, prefix: &str) -> Result<RunId, AppError> {
        Ok(self.store().await?.resolve_deleted(prefix).await?)
    }

    /// Removes deleted runs for good; those that were deleted 30 days ago or earlier where none is named. Names them.
    ///
    /// # Errors
    /// When one is not deleted, or the store cannot be written.
    pub async fn purge_runs(&self, runs: &[RunId]) -> Result<Vec<RunId>, AppError> {
        let store = self.store().await?;
        let snapshots = self.snapshots().await?;
        if runs.is_empty() {
            let gone = purge_old(store).await?;
            for run in &gone {
                snapshots.forget(run).await;
            }
            return Ok(gone);
        }
        let deleted: BTreeSet<RunId> = store
            .deleted_runs()
            .await?
            .into_iter()
            .map(|d| d.run.id)
            .collect();
        if let Some(other) = runs.iter().find(|run| !deleted.contains(run)) {
            return Err(AppError::usage(
                "run-not-deleted",
                format!("run {other} is not deleted"),
                "delete it first; nothing was removed",
            ));
        }
        for run in runs {
            store.purge_run(run).await?;
            snapshots.forget(run).await;
        }
        Ok(runs.to_vec())
    }

    /// Removes in the background what was deleted long ago.
    pub(crate) fn purge_at_start(store: &Store) {
        let store = store.clone();
        tokio::spawn(async move {
            match purge_old(&store).await {
                Ok(gone) if gone.is_empty() => {}
                Ok(gone) => tracing::info!(runs = gone.len(), "removed deleted runs for good"),
                // The next start tries again.
                Err(error) => tracing::debug!(%error, "failed to remove deleted runs"),
            }
        });
    }

    /// What a run was made of.
    pub(crate) async fn run_sources(
        &self,
        run: &RunRecord,
    ) -> Result<Vec<RunSourceView>, AppError> {
        let store = self.store().await?;
        let mut sources = Vec::with_capacity(run.sources.len());
        for source in &run.sources {
            sources.push(RunSourceView {
                run: source.run.clone(),
                name: source.name.clone(),
                samples: source.samples,
                there: store.get_run(&source.run).await.is_ok(),
            });
        }
        Ok(sources)
    }
}

async fn purge_old(store: &Store) -> Result<Vec<RunId>, assay_store::StoreError> {
    let before = Timestamp::now()
        .checked_sub(KEPT)
        .unwrap_or(Timestamp::UNIX_EPOCH);
    store.purge_deleted(before).await
}

/// A name of one line for people.
pub(crate) fn a_name(of: &str, name: &str) -> Result<String, AppError> {
    let name = name.trim();
    let why = if name.is_empty() {
        format!("{of} needs a name")
    } else if name.chars().count() > LONGEST_NAME {
        format!("the name of {of} has at most {LONGEST_NAME} characters")
    } else if name.chars().any(char::is_control) {
        format!("the name of {of} is one line")
    } else {
        return Ok(name.to_owned());
    };
    Err(AppError::usage("bad-name", why, "write a few words"))
}

/// Tags stand in lists with commas between them.
fn a_tag(tag: &str) -> Result<String, AppError> {
    let tag = tag.trim();
    if tag.is_empty()
        || tag.chars().count() > LONGEST_TAG
        || tag.chars().any(|c| c == ',' || c.is_control())
    {
        return Err(AppError::usage(
            "bad-tag",
            format!("'{tag}' cannot be a tag"),
            format!("a tag has 1 to {LONGEST_TAG} characters, and no comma"),
        ));
    }
    Ok(tag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names_are_cut_to_their_words() {
        assert_eq!(a_tag("  paper one ").unwrap(), "paper one");
        let long = "x".repeat(41);
        for wrong in ["", "  ", "a,b", "a\nb", &long] {
            assert_eq!(a_tag(wrong).unwrap_err().info.code, "bad-tag", "{wrong:?}");
        }
        assert_eq!(a_name("a run", " Möhre ").unwrap(), "Möhre");
        let long = "ö".repeat(201);
        for wrong in ["", " \t", "a\nb", &long] {
            assert_eq!(a_name("a run", wrong).unwrap_err().info.code, "bad-name");
        }
    }
}
