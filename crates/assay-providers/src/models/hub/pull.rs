//! From a name to files on the disk.

use std::path::Path;
use std::time::Duration;

use assay_fetch::{Access, FetchError, OnProgress, Progress, Stage, fetch_url_as};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio_util::sync::CancellationToken;

use super::api::{Hub, HubFile, Repo};
use super::choice::{Choice, choose, models_in};
use super::convert::has_safetensors;
use super::name::{HubName, Wanted};
use super::records::{PREFIX, record_path, records_in};
use crate::models::record::{describe, write_record};
use crate::models::{Conversion, InstalledModel, ModelError, ModelOrigin, ModelPart, ModelStore};

/// A download that breaks off is taken up so many times before it is given up.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);

/// What a model's record is written of.
pub(super) struct Found {
    /// The repository the files are in.
    pub(super) source: String,
    pub(super) repo: Repo,
    pub(super) choice: Choice,
}

/// A repository as it is at a commit.
pub(super) struct RepoAt<'a> {
    pub(super) hub: &'a Hub<'a>,
    pub(super) repo: &'a str,
    pub(super) commit: &'a str,
}

/// What a name stands for.
enum Plan {
    /// GGUF files are downloaded.
    Fetch(Box<Found>),
    /// The repository's weights are downloaded and converted.
    Convert(Box<Repo>),
}

impl ModelStore {
    /// Asks the hub for a model, downloads what is not there yet, checks it and records it.
    pub(crate) async fn pull_from_hub(
        &self,
        name: &str,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<InstalledModel, ModelError> {
        let name = HubName::read(name)?;
        let hub = Hub::new(self.hub(), cancel)?;
        let folder = self.hub_folder(&name.repo);
        let found = match self.find_on_hub(&hub, &name).await? {
            Plan::Fetch(found) => *found,
            Plan::Convert(repo) => {
                return self
                    .pull_and_convert(&hub, &name, *repo, progress, cancel)
                    .await;
            }
        };
        let total = found
            .choice
            .files
            .iter()
            .map(HubFile::bytes)
            .sum::<Option<u64>>();
        let mut parts = Vec::new();
        let mut before = 0;
        for file in &found.choice.files {
            let whole = |part: Progress| progress(part.within(before, total));
            let at = RepoAt {
                hub: &hub,
                repo: &found.source,
                commit: &found.repo.sha,
            };
            let part = self.bring(&at, file, &folder, &whole, cancel).await?;
            before += part.bytes;
            parts.push(part);
        }
        let record = self.hub_record(&name, found, parts, None, &folder)?;
        progress(Progress {
            stage: Stage::Done,
            bytes: before,
            total: Some(before),
        });
        Ok(record)
    }

    /// Downloads a file of a repository into `folder`, where it is not there already.
    pub(super) async fn bring(
        &self,
        at: &RepoAt<'_>,
        file: &HubFile,
        folder: &Path,
        progress: OnProgress<'_>,
        cancel: &CancellationToken,
    ) -> Result<ModelPart, ModelError> {
        let RepoAt { hub, repo, commit } = at;
        let expected = hub.checksum(repo, commit, file).await?;
        let url = hub.file_url(repo, commit, &file.name);
        let path = folder.join(&file.name);
        let mut attempt = 1;
        let got = loop {
            let access = Access {
                token: self.hub().token.as_ref().map(crate::ApiKey::reveal),
                ca_file: self.hub().ca_file.as_deref(),
            };
            match fetch_url_as(url.as_str(), access, &expected, &path, progress, cancel).await {
                Err(error @ FetchError::Connection { .. }) if attempt < ATTEMPTS => {
                    tracing::info!(%error, attempt, "the download broke off and is taken up");
                    tokio::select! {
                        () = cancel.cancelled() => return Err(FetchError::Cancelled.into()),
                        () = tokio::time::sleep(PAUSE * attempt) => {}
                    }
                    attempt += 1;
                }
                Err(FetchError::Status { status, .. }) => {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                    return Err(match status {
                        // The repository was shown, so it is the file that is not given out.
                        StatusCode::UNAUTHORIZED => {
                            hub.refusal(repo, StatusCode::FORBIDDEN, &HeaderMap::new())
                        }
                        status => hub.refusal(repo, status, &HeaderMap::new()),
                    });
                }
                result => break result?,
            }
        };
        Ok(ModelPart {
            file: file.name.clone(),
            bytes: got.bytes.unwrap_or_default(),
            sha256: got.sha256.unwrap_or_default(),
            promised: expected.sha256.is_some() || expected.git_blob.is_some(),
        })
    }

    /// Writes the record, which makes the model count.
    pub(super) fn hub_record(
        &self,
        name: &HubName,
        found: Found,
        parts: Vec<ModelPart>,
        converted: Option<Conversion>,
        folder: &Path,
    ) -> Result<InstalledModel, ModelError> {
        let first = folder.join(&found.choice.files[0].name);
        let by_default = name.wanted == Wanted::Best;
        let file = found.choice.files[0].name.clone();
        let others = records_in(folder);
        let was_default = others.iter().any(|other| {
            other.file == file
                && matches!(
                    other.origin,
                    ModelOrigin::Hub {
                        by_default: true,
                        ..
                    }
                )
        });
        let bytes = parts.iter().map(|part| part.bytes).sum();
        let digest = parts
            .iter()
            .map(|part| part.sha256.as_str())
            .collect::<Vec<_>>()
            .join("+");
        let license = found.repo.license();
        let wanted = found.choice.quantisation.clone().unwrap_or(file.clone());
        let id = match by_default || was_default {
            true => name.repo.clone(),
            false => format!("{}:{wanted}", name.repo),
        };
        let origin = ModelOrigin::Hub {
            source: found.source,
            commit: found.repo.sha,
            quantisation: found.choice.quantisation,
            by_default: by_default || was_default,
            parts: parts.clone(),
            converted,
        };
        let found = assay_fetch::Checksum::new(digest, bytes);
        let mut record = match describe(&id, &first, &found, origin) {
            Ok(record) => record,
            Err(error) => {
                for part in &parts {
                    let _ = std::fs::remove_file(folder.join(&part.file));
                }
                return Err(error);
            }
        };
        record.file = file;
        record.license = license;
        if by_default {
            for mut other in others {
                if other.file == record.file {
                    continue;
                }
                if let ModelOrigin::Hub {
                    by_default: default @ true,
                    quantisation,
                    ..
                } = &mut other.origin
                {
                    *default = false;
                    let wanted = quantisation.clone().unwrap_or(other.file.clone());
                    other.id = format!("{}:{wanted}", name.repo);
                    write_record(&record_path(folder, &other.file), &other)?;
                }
            }
        }
        write_record(&record_path(folder, &record.file), &record)?;
        Ok(record)
    }

    /// The GGUF files of the repository itself; else its weights to be converted, when nothing but its name was
    /// given or they were before; else the files of the most downloaded repository that quantised it.
    async fn find_on_hub(&self, hub: &Hub<'_>, name: &HubName) -> Result<Plan, ModelError> {
        let repo = hub.repo(&name.repo).await?;
        let models = models_in(&repo.siblings);
        if let Some(choice) = choose(&repo.siblings, &name.wanted) {
            return Ok(Plan::Fetch(Box::new(Found {
                source: name.repo.clone(),
                repo,
                choice,
            })));
        }
        if models.is_empty() && has_safetensors(&repo) && self.is_converted_as(name) {
            return Ok(Plan::Convert(Box::new(repo)));
        }
        if models.is_empty() && !matches!(name.wanted, Wanted::File(_)) && repo.has_weights() {
            for source in hub.quantisations(&name.repo).await? {
                // What the hub answers becomes part of an address.
                let Ok(named) = HubName::read(&source) else {
                    continue;
                };
                let other = match hub.repo(&named.repo).await {
                    Ok(other) => other,
                    Err(ModelError::Gated { .. } | ModelError::NotOnHub { .. }) => continue,
                    Err(error) => return Err(error),
                };
                if let Some(choice) = choose(&other.siblings, &name.wanted) {
                    tracing::info!(asked = %name, %source, "the repository has no GGUF file; another one's is used");
                    return Ok(Plan::Fetch(Box::new(Found {
                        source: named.repo,
                        repo: other,
                        choice,
                    })));
                }
            }
        }
        let there: Vec<String> = models
            .into_iter()
            .map(|model| {
                model
                    .quantisation
                    .unwrap_or_else(|| model.files[0].name.clone())
            })
            .collect();
        Err(ModelError::NoGguf {
            name: format!("{PREFIX}{name}"),
            repo: name.repo.clone(),
            there,
        })
    }
}
