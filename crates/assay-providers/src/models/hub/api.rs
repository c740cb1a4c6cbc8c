//! What is asked of the hub besides files.
//!
//! The interface is described at <https://huggingface.co/docs/hub/api>; what is read of it is in the types
//! below.

use std::time::Duration;

use assay_fetch::Checksum;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::HubConfig;
use crate::models::ModelError;
use assay_fetch::FetchError;

const TIMEOUT: Duration = Duration::from_secs(30);
/// Quantisations of a model that are looked at.
const CANDIDATES: usize = 5;

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub(crate) struct HubFile {
    /// Its path in the repository.
    #[serde(rename = "rfilename")]
    pub(crate) name: String,
    pub(crate) size: Option<u64>,
    /// Git's id of what is committed: of the file itself when it is small, of a pointer otherwise.
    #[serde(rename = "blobId")]
    pub(crate) blob: Option<String>,
    /// Of files kept by Git LFS, as all large ones are.
    pub(crate) lfs: Option<Lfs>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Lfs {
    #[serde(alias = "oid")]
    pub(crate) sha256: String,
    pub(crate) size: u64,
}

impl HubFile {
    /// Bytes, as far as the hub tells.
    pub(crate) fn bytes(&self) -> Option<u64> {
        self.lfs.as_ref().map(|lfs| lfs.size).or(self.size)
    }
}

/// `GET /api/models/ORG/NAME?blobs=true`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Repo {
    /// The commit its main branch is at.
    pub(crate) sha: String,
    #[serde(default)]
    pub(crate) siblings: Vec<HubFile>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default, rename = "cardData")]
    card: Option<Card>,
}

#[derive(Debug, Clone, Deserialize)]
struct Card {
    license: Option<serde_json::Value>,
}

impl Repo {
    /// As its card says (SPDX or a word of the hub's), or its tag.
    pub(crate) fn license(&self) -> Option<String> {
        let card = self
            .card
            .as_ref()
            .and_then(|card| card.license.as_ref()?.as_str());
        let tag = self
            .tags
            .iter()
            .find_map(|tag| tag.strip_prefix("license:"));
        card.or(tag).map(str::to_owned)
    }

    /// The file of that name.
    pub(crate) fn file(&self, name: &str) -> Option<&HubFile> {
        self.siblings.iter().find(|file| file.name == name)
    }

    /// Whether it holds weights in the form they are trained in.
    pub(crate) fn has_weights(&self) -> bool {
        self.siblings.iter().any(|file| {
            file.name.ends_with(".safetensors") || file.name.ends_with("pytorch_model.bin")
        })
    }
}

/// A hub, and the token for it.
#[derive(Debug)]
pub(crate) struct Hub<'a> {
    config: &'a HubConfig,
    base: Url,
    client: reqwest::Client,
    cancel: &'a CancellationToken,
}

impl<'a> Hub<'a> {
    pub(crate) fn new(
        config: &'a HubConfig,
        cancel: &'a CancellationToken,
    ) -> Result<Self, ModelError> {
        let failed = |detail: String| ModelError::Hub {
            endpoint: config.endpoint.clone(),
            detail,
        };
        let base = Url::parse(config.endpoint.trim_end_matches('/'))
            .map_err(|error| failed(format!("HF_ENDPOINT is no address: {error}")))?;
        if base.cannot_be_a_base() {
            return Err(failed("HF_ENDPOINT is no address".to_owned()));
        }
        let mut client = reqwest::Client::builder();
        if let Some(file) = &config.ca_file {
            client = client.tls_certs_merge(assay_fetch::certificates(file)?);
        }
        let client = client
            .timeout(TIMEOUT)
            // Of a file's address the hub's own answer is wanted, not that of where it redirects to.
            .redirect(reqwest::redirect::Policy::custom(|attempt| {
                let (next, first) = (attempt.url(), &attempt.previous()[0]);
                if next.origin() == first.origin() && attempt.previous().len() < 5 {
                    attempt.follow()
                } else {
                    attempt.stop()
                }
            }))
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self {
            config,
            base,
            client,
            cancel,
        })
    }

    fn url(&self, parts: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
            for part in parts {
                path.extend(part.split('/'));
            }
        }
        url
    }

    /// Where a file of a commit is.
    pub(crate) fn file_url(&self, repo: &str, commit: &str, file: &str) -> Url {
        self.url(&[repo, "resolve", commit, file])
    }

    async fn send(
        &self,
        repo: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::Response, ModelError> {
        let request = match &self.config.token {
            Some(token) => request.bearer_auth(token.reveal()),
            None => request,
        };
        let answer = tokio::select! {
            () = self.cancel.cancelled() => return Err(FetchError::Cancelled.into()),
            answer = request.send() => answer.map_err(|error| self.broken(error))?,
        };
        let status = answer.status();
        if status.is_success() || status.is_redirection() {
            return Ok(answer);
        }
        Err(self.refusal(repo, status, answer.headers()))
    }

    fn broken(&self, error: reqwest::Error) -> ModelError {
        let error = error.without_url();
        let mut detail = error.to_string();
        if let Some(source) = std::error::Error::source(&error) {
            detail = format!("{detail}: {source}");
        }
        ModelError::Hub {
            endpoint: self.config.endpoint.clone(),
            detail,
        }
    }

    /// What an answer that is none means. The hub says "401" of a repository that does not exist, for
    /// it tells nobody which private ones there are.
    pub(crate) fn refusal(
        &self,
        repo: &str,
        status: StatusCode,
        headers: &HeaderMap,
    ) -> ModelError {
        let said = headers
            .get("x-error-code")
            .and_then(|code| code.to_str().ok())
            .unwrap_or_default();
        let repo = repo.to_owned();
        let sent_token = self.config.token.is_some();
        match (status.as_u16(), said) {
            (_, "GatedRepo") | (403, _) => ModelError::Gated {
                page: self.url(&[&repo]).to_string(),
                repo,
                sent_token,
            },
            (401 | 404, _) => ModelError::NotOnHub { repo, sent_token },
            (status, _) => ModelError::Hub {
                endpoint: self.config.endpoint.clone(),
                detail: format!("it answered with HTTP {status}"),
            },
        }
    }

    async fn json<T: serde::de::DeserializeOwned>(
        &self,
        repo: &str,
        url: Url,
    ) -> Result<T, ModelError> {
        let answer = self.send(repo, self.client.get(url)).await?;
        let text = tokio::select! {
            () = self.cancel.cancelled() => return Err(FetchError::Cancelled.into()),
            text = answer.bytes() => text.map_err(|error| self.broken(error))?,
        };
        serde_json::from_slice(&text).map_err(|error| ModelError::Hub {
            endpoint: self.config.endpoint.clone(),
            detail: format!("its answer cannot be read: {error}"),
        })
    }

    pub(crate) async fn repo(&self, repo: &str) -> Result<Repo, ModelError> {
        let mut url = self.url(&["api/models", repo]);
        url.set_query(Some("blobs=true"));
        let found: Repo = self.json(repo, url).await?;
        // It becomes part of an address.
        if found.sha.is_empty() || !found.sha.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(ModelError::Hub {
                endpoint: self.config.endpoint.clone(),
                detail: format!("it names no commit of {repo}"),
            });
        }
        Ok(found)
    }

    /// Repositories with GGUF quantisations of a model, the most downloaded first.
    pub(crate) async fn quantisations(&self, repo: &str) -> Result<Vec<String>, ModelError> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
        }
        let mut url = self.url(&["api/models"]);
        url.query_pairs_mut()
            .append_pair("filter", "gguf")
            .append_pair("filter", &format!("base_model:quantized:{repo}"))
            .append_pair("sort", "downloads")
            .append_pair("limit", &CANDIDATES.to_string());
        let rows: Vec<Row> = self.json(repo, url).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// What a file must be: the SHA-256 of Git LFS where the repository's listing has it, else what the
    /// file's own address says of it, else Git's id or at least the size.
    pub(crate) async fn checksum(
        &self,
        repo: &str,
        commit: &str,
        file: &HubFile,
    ) -> Result<Checksum, ModelError> {
        if let Some(lfs) = &file.lfs {
            return Ok(Checksum::new(lfs.sha256.clone(), lfs.size));
        }
        let url = self.file_url(repo, commit, &file.name);
        let answer = self.send(repo, self.client.head(url)).await?;
        let header = |name: &str| {
            let text = answer.headers().get(name)?.to_str().ok()?;
            Some(text.trim_start_matches("W/").trim_matches('"').to_owned())
        };
        let is_hex = |text: &String, length: usize| {
            text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let redirected = answer.headers().contains_key(LOCATION);
        let size = header("x-linked-size")
            .or_else(|| header("content-length").filter(|_| !redirected))
            .and_then(|size| size.parse().ok())
            .or(file.size);
        let sha256 = header("x-linked-etag").filter(|tag| is_hex(tag, 64));
        let blob = header("x-linked-etag")
            .or_else(|| header("etag").filter(|_| !redirected))
            .filter(|tag| is_hex(tag, 40))
            .or_else(|| file.blob.clone().filter(|id| is_hex(id, 40)));
        Ok(Checksum {
            // A listing's Git id is that of a pointer when the file turns out to be kept by Git LFS.
            git_blob: blob.filter(|_| sha256.is_none() && !redirected),
            sha256,
            bytes: size,
        })
    }
}
