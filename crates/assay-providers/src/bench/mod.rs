//! What asking costs, where the server answers at once: next to lm-evaluation-harness.

mod responder;
mod standin;

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use assay_core::{GenerationRequest, Prompt, Sampling};
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{Failure, Provider, ProviderError, ignore_deltas};
pub use responder::respond;
pub use standin::{StandIn, stand_in};

/// The release that is measured beside.
pub const PEER_VERSION: &str = "0.4.13";

/// One client's time for a number of requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub wall_s: f64,
    /// Processor time of the client's process, not of the server's; `None` where the system does not tell.
    pub cpu_s: Option<f64>,
    /// Requests with the right answer.
    pub answered: u32,
}

fn request(number: u32) -> GenerationRequest {
    GenerationRequest {
        prompt: Prompt::Completion {
            text: format!("def add_{number}(a, b):\n    \"\"\"Return the sum of a and b.\"\"\"\n"),
        },
        sampling: Sampling {
            max_tokens: 64,
            stop: vec!["\ndef ".to_owned(), "\nclass ".to_owned()],
            ..Sampling::default()
        },
        seed: Some(1234),
        origin: None,
    }
}

/// Asks `requests` prompts of `provider`, `concurrency` at once, each from a task as a run's requests are.
///
/// # Errors
/// When a request fails.
pub async fn ask(
    provider: &Arc<dyn Provider>,
    requests: u32,
    concurrency: usize,
    cancel: &CancellationToken,
) -> Result<Asked, ProviderError> {
    let next = Arc::new(AtomicU32::new(0));
    let answered = Arc::new(AtomicU32::new(0));
    let (used, start) = (cpu_s(), Instant::now());
    let mut asking = JoinSet::new();
    for _ in 0..concurrency {
        let (provider, cancel) = (Arc::clone(provider), cancel.clone());
        let (next, answered) = (Arc::clone(&next), Arc::clone(&answered));
        asking.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return Ok::<_, ProviderError>(());
                }
                let answer = provider
                    .generate(&request(number), &ignore_deltas, &cancel)
                    .await?;
                let right = answer.text == "    return a + b\n";
                answered.fetch_add(u32::from(right), Ordering::Relaxed);
            }
        });
    }
    while let Some(outcome) = asking.join_next().await {
        outcome.map_err(|error| Failure::Inference {
            detail: error.to_string(),
        })??;
    }
    Ok(Asked {
        wall_s: start.elapsed().as_secs_f64(),
        cpu_s: cpu_s().zip(used).map(|(now, before)| now - before),
        answered: answered.load(Ordering::Relaxed),
    })
}

/// Has the peer that `python` has do the same at the server under `url`.
///
/// # Errors
/// [`Failure::BadReply`] with the peer's last words.
pub async fn ask_by_peer(
    python: &Path,
    url: &str,
    requests: u32,
    concurrency: usize,
    cancel: &CancellationToken,
) -> Result<Asked, ProviderError> {
    let failed = |detail: String| {
        ProviderError::from(Failure::BadReply {
            url: format!("lm_eval {PEER_VERSION}"),
            detail,
        })
    };
    let output = Command::new(python)
        .args(["-c", include_str!("peer.py"), url])
        .arg(requests.to_string())
        .arg(concurrency.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output();
    let output = tokio::select! {
        output = output => output.map_err(|error| failed(error.to_string()))?,
        () = cancel.cancelled() => return Err(Failure::Cancelled.into()),
    };
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let last = text.lines().rfind(|line| !line.trim().is_empty());
        return Err(failed(
            last.unwrap_or("it failed without a word").to_owned(),
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
}

/// Processor time of this process so far, all threads, in seconds (proc(5): `utime` and `stime`, in ticks of
/// which Linux shows 100 a second).
pub fn cpu_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let utime: f64 = fields.next()?.parse().ok()?;
    let stime: f64 = fields.next()?.parse().ok()?;
    Some((utime + stime) / 100.0)
}
