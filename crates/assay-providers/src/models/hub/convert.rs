//! Repositories that hold safetensors alone: fetched, converted, recorded.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use assay_fetch::{Checksum, FetchError, OnProgress, Progress, Stage, digest_file, verify_file};
use tokio_util::sync::CancellationToken;

use super::api::{Hub, HubFile, Repo};
use super::choice::Choice;
use super::name::{HubName, Wanted};
use super::pull::{Found, RepoAt};
use super::records::{SOURCE, is_converted, is_wanted, records_in};
use crate::models::convert::{
    self, CONFIG, Converted, GENERATION, INDEX, Order, Recipe, SETTINGS, SINGLE, TEMPLATE,
    TOKENIZER,
};
use crate::models::{
    Conversion, ConvertError, InstalledModel, ModelError, ModelOrigin, ModelPart, ModelStore,
};

const TICK: Duration = Duration::from_millis(200);

/// Whether the repository has weights in the layout that is read here.
pub(super) fn has_safetensors(repo: &Repo) -> bool {
    repo.file(SINGLE).or(repo.file(INDEX)).is_some()
}

impl ModelStore {
    /// Whether a name stands for converted weights: the repository's own, or that of what was converted.
    pub(super) fn is_converted_as(&self, name: &HubName) -> bool {
        name.wanted == Wanted::Best
            || records_in(&self.hub_folder(&name.repo))
                .iter()
                .any(|record| is_converted(record) && is_wanted(record, &name.wanted))
    }

    /// Brings a repository's weights here and makes a GGUF file of them. The small files come first: from
    /// them it is known whether it can be done. What was made from the same files before is not made again.
    pub(super) async fn pull_and_convert(
        &self,
        hub: &Hub<'_>,
        name: &HubName,
        repo: Repo,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        let folder = self.hub_folder(&name.repo);
        let source = folder.join(SOURCE);
        let failed = |error: ConvertError| {
            if error.is_final() {
                // Nothing of what came is of use.
                let _ = std::fs::remove_dir_all(&source);
            }
            ModelError::Convert {
                repo: name.repo.clone(),
                source: error,
            }
        };
        let at = RepoAt {
            hub,
            repo: &name.repo,
            commit: &repo.sha,
        };
        let mut from = Vec::new();
        for (file, needed) in small_files(&repo) {
            let Some(listed) = repo.file(file) else {
                let _ = std::fs::remove_file(source.join(file));
                if needed {
                    return Err(failed(ConvertError::Missing {
                        file: file.to_owned(),
                    }));
                }
                continue;
            };
            from.push(self.bring(&at, listed, &source, &|_| {}, cancel).await?);
        }
        let recipe = Recipe::read(&source).map_err(failed)?;
        let weights = weight_files(&repo, &source).map_err(failed)?;
        let made = match self
            .made_before(&at, name, &from, &weights, progress, cancel)
            .await?
        {
            Some((made, before)) => {
                from = before;
                made
            }
            None => {
                from.extend(
                    self.bring_all(&at, &weights, &source, progress, cancel)
                        .await?,
                );
                let order = Order {
                    folder: source.clone(),
                    files: weights.iter().map(|file| file.name.clone()).collect(),
                    to: folder.clone(),
                    name: name.repo.rsplit('/').next().unwrap_or_default().to_owned(),
                    license: repo.license(),
                };
                let made = run(recipe, order, progress, cancel).await.map_err(failed)?;
                let found = digest_file(&made.path, cancel).await?;
                Made {
                    part: ModelPart {
                        file: file_name(&made.path),
                        bytes: found.bytes.unwrap_or_default(),
                        sha256: found.sha256.unwrap_or_default(),
                        promised: from.iter().all(|part| part.promised),
                    },
                    kind: made.kind.to_owned(),
                }
            }
        };
        let bytes = made.part.bytes;
        let found = Found {
            source: name.repo.clone(),
            choice: Choice {
                files: vec![HubFile {
                    name: made.part.file.clone(),
                    ..HubFile::default()
                }],
                quantisation: Some(made.kind),
            },
            repo,
        };
        let conversion = Conversion {
            version: convert::VERSION,
            from,
        };
        let record = self.hub_record(name, found, vec![made.part], Some(conversion), &folder)?;
        // The disk would hold the model twice.
        for file in &weights {
            let _ = std::fs::remove_file(source.join(&file.name));
        }
        progress(Progress {
            stage: Stage::Done,
            bytes,
            total: Some(bytes),
        });
        Ok(record)
    }

    /// Downloads files one after the other, and tells how far all of them are.
    async fn bring_all(
        &self,
        at: &RepoAt<'_>,
        files: &[HubFile],
        folder: &Path,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Vec<ModelPart>, ModelError> {
        let total = files.iter().map(HubFile::bytes).sum::<Option<u64>>();
        let mut parts = Vec::new();
        let mut before = 0;
        for file in files {
            let whole = |part: Progress| progress(part.within(before, total));
            let part = self.bring(at, file, folder, &whole, cancel).await?;
            before += part.bytes;
            parts.push(part);
        }
        Ok(parts)
    }

    /// What was made of these very files before, when it is whole, and the files as they were.
    async fn made_before(
        &self,
        at: &RepoAt<'_>,
        name: &HubName,
        small: &[ModelPart],
        weights: &[HubFile],
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<(Made, Vec<ModelPart>)>, ModelError> {
        let folder = self.hub_folder(&name.repo);
        let record = records_in(&folder)
            .into_iter()
            .find(|record| is_converted(record) && is_wanted(record, &name.wanted));
        let Some(InstalledModel {
            origin:
                ModelOrigin::Hub {
                    converted: Some(Conversion { version, from }),
                    quantisation: Some(kind),
                    commit,
                    parts,
                    ..
                },
            ..
        }) = record
        else {
            return Ok(None);
        };
        let [part] = &parts[..] else {
            return Ok(None);
        };
        if version != convert::VERSION || from.len() != small.len() + weights.len() {
            return Ok(None);
        }
        let was = |file: &str| from.iter().find(|part| part.file == file);
        let same = |part: &ModelPart| was(&part.file).is_some_and(|was| was.sha256 == part.sha256);
        if !small.iter().all(same) {
            return Ok(None);
        }
        for file in weights {
            let expected = at.hub.checksum(at.repo, at.commit, file).await?;
            let fits = match expected.sha256 {
                Some(sha256) => was(&file.name).is_some_and(|was| was.sha256 == sha256),
                None => was(&file.name).is_some() && commit == at.commit,
            };
            if !fits {
                return Ok(None);
            }
        }
        let expected = Checksum::new(&part.sha256, part.bytes);
        match verify_file(&folder.join(&part.file), &expected, progress, cancel).await {
            Ok(_) => {
                let part = part.clone();
                Ok(Some((Made { part, kind }, from)))
            }
            Err(FetchError::Cancelled) => Err(FetchError::Cancelled.into()),
            Err(error) => {
                tracing::info!(%error, "what was converted is not whole and is made anew");
                Ok(None)
            }
        }
    }
}

/// The file that was made.
struct Made {
    part: ModelPart,
    /// As [`Converted::kind`].
    kind: String,
}

/// Files besides the weights, and whether there is no doing without.
fn small_files(repo: &Repo) -> Vec<(&'static str, bool)> {
    let mut files = vec![
        (CONFIG, true),
        (TOKENIZER, true),
        (SETTINGS, false),
        (GENERATION, false),
        (TEMPLATE, false),
    ];
    if repo.file(SINGLE).is_none() {
        files.push((INDEX, true));
    }
    files
}

/// The files the weights are in.
fn weight_files(repo: &Repo, source: &Path) -> Result<Vec<HubFile>, ConvertError> {
    if let Some(single) = repo.file(SINGLE) {
        return Ok(vec![single.clone()]);
    }
    let path = source.join(INDEX);
    let text = std::fs::read(&path).map_err(|source| ConvertError::Io { path, source })?;
    convert::files_of_index(&text)?
        .into_iter()
        .map(|file| match repo.file(&file) {
            Some(listed) => Ok(listed.clone()),
            None => Err(ConvertError::Missing { file }),
        })
        .collect()
}

/// Converts where blocking is allowed, and ends when the caller does.
async fn run(
    recipe: Recipe,
    order: Order,
    progress: OnProgress<'_>,
    cancel: &CancellationToken,
) -> Result<Converted, ConvertError> {
    let cancel = cancel.child_token();
    let _ends_with_the_call = cancel.clone().drop_guard();
    let far = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
    let mut work = {
        let far = Arc::clone(&far);
        tokio::task::spawn_blocking(move || {
            let tell = |bytes, total| {
                far.0.store(bytes, Ordering::Relaxed);
                far.1.store(total, Ordering::Relaxed);
            };
            recipe.convert(&order, &tell, &cancel)
        })
    };
    let tell = || {
        let total = far.1.load(Ordering::Relaxed);
        progress(Progress {
            stage: Stage::Converting,
            bytes: far.0.load(Ordering::Relaxed),
            total: (total > 0).then_some(total),
        });
    };
    let mut tick = tokio::time::interval(TICK);
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            _ = tick.tick() => tell(),
        }
    };
    match done {
        Ok(result) => {
            tell();
            result
        }
        Err(join) => match join.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down.
            Err(_) => Err(ConvertError::Cancelled),
        },
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
