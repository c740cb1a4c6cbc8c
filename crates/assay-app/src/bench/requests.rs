//! What asking a model costs: this program beside lm-evaluation-harness, of a server that answers at once.

use std::path::PathBuf;
use std::process::Stdio;

use assay_core::ModelRef;
use assay_providers::bench::{Asked, PEER_VERSION, ask, ask_by_peer, respond};
use assay_providers::{HttpConfig, ProviderConfig, ProviderRegistry};
use assay_stats::median;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use super::{BenchAnswer, peer};
use crate::dto::TaskProgress;
use crate::{App, AppError};

/// What is measured of the requests.
#[derive(Debug, Clone)]
pub struct RequestsBench {
    /// Requests of one round of this program; the other does a tenth of them.
    pub requests: u32,
    pub concurrency: usize,
    pub rounds: u32,
    /// This program, started once more to be the server: `PROGRAM bench respond`.
    pub responder: PathBuf,
}

/// One client over all rounds; medians.
#[derive(Debug, Serialize)]
struct Client {
    name: String,
    requests: u32,
    answered: u32,
    per_s: f64,
    per_s_of_rounds: Vec<f64>,
    /// Processor time of one request, in milliseconds.
    cpu_ms: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Measured {
    concurrency: usize,
    /// Asked as lm-evaluation-harness asks: an answer in one piece.
    whole: Client,
    /// As this program asks unless it is told otherwise: streamed, which times the first token.
    streamed: Client,
    peer: Option<Client>,
    peer_missing: Option<String>,
    /// Requests a second of `whole` over the peer's: the median over the rounds.
    ratio: Option<f64>,
    ratio_streamed: Option<f64>,
    /// The peer's processor time a request over that of `whole`.
    cpu_ratio: Option<f64>,
    cpu_ratio_streamed: Option<f64>,
}

/// The server, for as long as it lives.
struct Responder {
    url: String,
    _child: Child,
}

impl Responder {
    async fn start(program: &PathBuf) -> Result<Self, AppError> {
        let failed = |why: String| AppError::failed("bench-failed", why);
        let mut child = Command::new(program)
            .args(["bench", "respond"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| failed(format!("failed to start the server: {e}")))?;
        let said = child
            .stdout
            .take()
            .ok_or_else(|| failed("the server has no output".to_owned()))?;
        let url = BufReader::new(said)
            .lines()
            .next_line()
            .await
            .ok()
            .flatten()
            .filter(|line| line.starts_with("http://"))
            .ok_or_else(|| failed("the server did not say its address".to_owned()))?;
        Ok(Self { url, _child: child })
    }
}

impl App {
    /// Answers requests at once, at an address of the loopback that `say` hears; until the program ends.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn bench_respond(&self, say: impl Fn(String)) -> Result<(), AppError> {
        let failed = |e: std::io::Error| AppError::failed("bench-failed", e.to_string());
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        say(format!("http://{address}/v1"));
        respond(listener).await;
        Ok(())
    }

    /// Requests a second and processor time a request at one server that answers at once: this program and
    /// lm-evaluation-harness' `local-completions`, in turn, as many requests at once.
    ///
    /// # Errors
    /// When the server cannot be started or a request fails.
    pub async fn bench_requests(
        &self,
        request: RequestsBench,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchAnswer, AppError> {
        let task = self.begin_task(task);
        let progress = |step: String| {
            on_progress(TaskProgress {
                message: step,
                fraction: None,
            });
        };
        progress(format!("installing lm_eval {PEER_VERSION}"));
        let release = format!("lm_eval[api]=={PEER_VERSION}");
        let (python, peer_missing) = match peer(&[&release], &task.cancel).await? {
            Ok(python) => (Some(python), None),
            Err(why) => (None, Some(why)),
        };
        let server = Responder::start(&request.responder).await?;
        let (mut whole, mut streamed, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        // A tenth, or a round of theirs would take all the time.
        let peer_requests = (request.requests / 10).max(1);
        for round in 1..=request.rounds.max(1) {
            for (stream, rounds) in [(false, &mut whole), (true, &mut streamed)] {
                progress(format!(
                    "round {round}: Assay, {}",
                    if stream { "streamed" } else { "whole" }
                ));
                rounds.push(
                    self.ask_all(&server.url, stream, &request, &task.cancel)
                        .await?,
                );
            }
            if let Some(python) = &python {
                progress(format!("round {round}: lm_eval"));
                theirs.push(
                    ask_by_peer(
                        python,
                        &server.url,
                        peer_requests,
                        request.concurrency,
                        &task.cancel,
                    )
                    .await?,
                );
            }
        }
        let ratio = |ours: &[Asked]| {
            let rounds: Vec<f64> = ours
                .iter()
                .zip(&theirs)
                .map(|(ours, theirs)| per_s(ours, request.requests) / per_s(theirs, peer_requests))
                .collect();
            median(&rounds)
        };
        let (ratio, ratio_streamed) = (ratio(&whole), ratio(&streamed));
        let whole = Client::new("assay, whole".to_owned(), request.requests, &whole);
        let peer = (!theirs.is_empty())
            .then(|| Client::new(format!("lm_eval {PEER_VERSION}"), peer_requests, &theirs));
        let streamed = Client::new("assay, streamed".to_owned(), request.requests, &streamed);
        let cpu_ratio = |ours: &Client| {
            let (theirs, ours) = peer.as_ref()?.cpu_ms.zip(ours.cpu_ms)?;
            Some(theirs / ours)
        };
        let measured = Measured {
            concurrency: request.concurrency,
            cpu_ratio: cpu_ratio(&whole),
            cpu_ratio_streamed: cpu_ratio(&streamed),
            whole,
            streamed,
            peer,
            peer_missing,
            ratio,
            ratio_streamed,
        };
        let json = serde_json::to_value(&measured)
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        Ok(BenchAnswer {
            json,
            text: text(&measured),
        })
    }

    async fn ask_all(
        &self,
        url: &str,
        stream: bool,
        request: &RequestsBench,
        cancel: &CancellationToken,
    ) -> Result<Asked, AppError> {
        let config = ProviderConfig {
            http: HttpConfig {
                stream,
                concurrency: request.concurrency,
                ..HttpConfig::default()
            },
            ..ProviderConfig::new(&self.config.data_dir)
        };
        let model = ModelRef {
            provider: "openai".to_owned(),
            name: "bench".to_owned(),
            url: Some(url.to_owned()),
        };
        let provider = ProviderRegistry::new().open(&model, &config)?;
        // Connections are opened before, as the other's are.
        let concurrency = u32::try_from(request.concurrency).unwrap_or(u32::MAX);
        ask(&provider, concurrency, request.concurrency, cancel).await?;
        Ok(ask(&provider, request.requests, request.concurrency, cancel).await?)
    }
}

fn per_s(asked: &Asked, requests: u32) -> f64 {
    f64::from(requests) / asked.wall_s
}

impl Client {
    fn new(name: String, requests: u32, rounds: &[Asked]) -> Self {
        let rates: Vec<f64> = rounds.iter().map(|asked| per_s(asked, requests)).collect();
        Self {
            name,
            requests,
            answered: rounds.iter().map(|asked| asked.answered).min().unwrap_or(0),
            per_s: median(&rates).unwrap_or(0.0),
            per_s_of_rounds: rates,
            cpu_ms: rounds
                .iter()
                .map(|asked| asked.cpu_s.map(|cpu| cpu * 1000.0 / f64::from(requests)))
                .collect::<Option<Vec<f64>>>()
                .and_then(|times| median(&times)),
        }
    }
}

fn text(measured: &Measured) -> String {
    let line = |client: &Client| {
        format!(
            "{:<18} {:>9.0} requests/s {:>8} ms of the processor each   {} of {} answered",
            client.name,
            client.per_s,
            client
                .cpu_ms
                .map_or("?".to_owned(), |ms| format!("{ms:.3}")),
            client.answered,
            client.requests
        )
    };
    let mut lines = vec![
        format!("{} requests at once", measured.concurrency),
        line(&measured.whole),
        line(&measured.streamed),
    ];
    match (&measured.peer, &measured.peer_missing) {
        (Some(peer), _) => lines.push(line(peer)),
        (None, Some(why)) => lines.push(format!("lm_eval could not be run: {why}")),
        (None, None) => {}
    }
    for (what, ratio) in [
        ("requests a second, whole", measured.ratio),
        ("requests a second, streamed", measured.ratio_streamed),
        ("processor time, whole", measured.cpu_ratio),
        ("processor time, streamed", measured.cpu_ratio_streamed),
    ] {
        if let Some(ratio) = ratio {
            lines.push(format!("{what}: {ratio:.1} times"));
        }
    }
    lines.join("\n")
}
