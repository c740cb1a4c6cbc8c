//! `/api/pull`: the server fetches a model, and says how far it is.

use std::collections::BTreeMap;
use std::time::Duration;

use assay_core::ModelRef;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::SITE;
use crate::exchange::{Body, Complaint, Endpoint, Events, FrameError, Framing};
use crate::{Failure, ProviderConfig, ProviderError};

/// A server that checks a file of many gigabytes says nothing meanwhile.
const IDLE: Duration = Duration::from_secs(600);
/// All that it says of one pull.
const MAX_LINES: usize = 256 << 20;

/// How far a pull has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullProgress {
    /// The server's words: `pulling manifest`, `verifying sha256 digest`.
    pub status: String,
    /// Of all files together.
    pub bytes: u64,
    /// Of the files named so far; grows as others are.
    pub total: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Line {
    status: Option<String>,
    digest: Option<String>,
    total: Option<u64>,
    completed: Option<u64>,
    error: Option<serde_json::Value>,
}

/// Has an Ollama server pull `model` (`ollama:NAME[:TAG][@URL]`). A cancelled pull goes on where it stopped when
/// it is asked for again.
///
/// # Errors
/// A server that is not there, a model that its registry does not have, what it says went wrong;
/// [`Failure::Cancelled`].
pub async fn pull_ollama(
    model: &ModelRef,
    config: &ProviderConfig,
    on_progress: &(dyn Fn(&PullProgress) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<(), ProviderError> {
    let endpoint = Endpoint::open(model, config, SITE)?;
    // Dropping the exchange closes its connection, which is how the server learns that it shall stop.
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(ProviderError::new(Failure::Cancelled, 1)),
        pulled = pull(&endpoint, &model.name, on_progress) => {
            pulled.map_err(|failure| ProviderError::new(failure, 1))
        }
    }
}

async fn pull(
    endpoint: &Endpoint,
    name: &str,
    on_progress: &(dyn Fn(&PullProgress) + Send + Sync),
) -> Result<(), Failure> {
    let body = Body::from(json!({"model": name, "stream": true}));
    let sending = endpoint.send(Method::POST, "api/pull", Some(&body), HeaderMap::new());
    let reply = tokio::time::timeout(IDLE, sending)
        .await
        .map_err(|_| endpoint.timeout("the first byte", IDLE))??;
    let status = reply.status;
    if !status.is_success() {
        let body = endpoint.read_body(reply, 64 << 10).await?;
        return Err(failed(
            endpoint,
            name,
            status.as_u16(),
            &Complaint::of_body(&body),
        ));
    }
    let mut lines = Events::new(reply, Framing::Lines, MAX_LINES);
    let mut files: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    loop {
        let line = tokio::time::timeout(IDLE, lines.next())
            .await
            .map_err(|_| endpoint.timeout("the next byte", IDLE))?;
        let broken = |detail: String| Failure::Truncated {
            detail: endpoint.tell(&detail),
            partial: String::new(),
        };
        let line = match line {
            Some(Ok(())) => lines.data(),
            Some(Err(FrameError::Broken(detail))) => return Err(broken(detail)),
            Some(Err(FrameError::Endless)) => {
                return Err(endpoint.bad_reply("it does not end"));
            }
            None => return Err(broken("the pull ended before its success".to_owned())),
        };
        let line: Line = serde_json::from_str(line).map_err(|error| {
            endpoint.bad_reply(&format!("it is not the JSON expected ({error})"))
        })?;
        if let Some(error) = line.error.filter(|error| !error.is_null()) {
            let complaint = Complaint::of_value(&error).unwrap_or_else(|| Complaint {
                message: error.to_string(),
                ..Complaint::default()
            });
            return Err(failed(endpoint, name, 500, &complaint));
        }
        if let Some(digest) = line.digest {
            let file = files.entry(digest).or_default();
            file.0 = line.completed.unwrap_or(file.0);
            file.1 = line.total.unwrap_or(file.1);
        }
        let status = line.status.unwrap_or_default();
        on_progress(&PullProgress {
            status: endpoint.tell(&status),
            bytes: files.values().map(|file| file.0).sum(),
            total: (!files.is_empty()).then(|| files.values().map(|file| file.1).sum()),
        });
        if status == "success" {
            return Ok(());
        }
    }
}

fn failed(endpoint: &Endpoint, name: &str, status: u16, complaint: &Complaint) -> Failure {
    let detail = endpoint.tell(&complaint.message);
    // The registry's word for a name it does not know.
    if complaint.mentions(&["file does not exist", "not found", "invalid model name"]) {
        return Failure::ModelNotFound {
            model: name.to_owned(),
            detail,
            hint: "check the name and its tag in Ollama's library".to_owned(),
        };
    }
    endpoint.failure_of(name, status, detail, complaint.code.as_deref(), None)
}
