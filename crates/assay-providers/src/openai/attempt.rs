//! One request and its answer.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use assay_core::{FinishReason, Generation, GenerationRequest, Usage};
use eventsource_stream::{EventStreamError, Eventsource};
use futures::StreamExt;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use tokio::time::{Instant as Deadline, timeout_at};

use super::OpenAi;
use super::wire::{MAX_STOPS, ModelList, Reply, Style, body, complaint, complaint_in, one_line};
use crate::http::parse_retry_after;
use crate::text::AnswerText;
use crate::{Delta, Failure, ModelInfo, OnDelta};

/// Of a reply no more is read: no answer to a prompt is near this.
const MAX_REPLY: usize = 64 << 20;
const MAX_COMPLAINT: usize = 64 << 10;

pub(super) enum AttemptError {
    Failed {
        failure: Failure,
        /// What the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server does not know a field; it will not be sent it again.
    Rephrase,
}

impl From<Failure> for AttemptError {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            failure,
            retry_after: None,
        }
    }
}

pub(super) struct Answer {
    text: String,
    finish: FinishReason,
    usage: Usage,
    served_model: Option<String>,
    latency: Duration,
    first_token: Option<Duration>,
}

impl Answer {
    pub(super) fn into_generation(self, attempts: u32) -> Generation {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        Generation {
            text: self.text,
            finish: self.finish,
            usage: self.usage,
            latency_ms: ms(self.latency),
            first_token_ms: self.first_token.map(ms),
            attempts,
            served_model: self.served_model,
        }
    }
}

impl OpenAi {
    pub(super) async fn attempt(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, AttemptError> {
        let style = Style {
            stream: self.http.stream,
            stream_options: !self.dialect.no_stream_options.load(Ordering::Relaxed),
            max_completion_tokens: self.dialect.max_completion_tokens.load(Ordering::Relaxed),
            few_stops: self.dialect.few_stops.load(Ordering::Relaxed),
        };
        let (path, body) = body(&self.model.name, request, style);
        let started = Instant::now();
        let first_byte = Deadline::now() + self.http.first_byte;
        let response = timeout_at(
            first_byte,
            self.send(
                self.client
                    .post(format!("{}/{path}", self.base))
                    .json(&body),
            ),
        )
        .await
        .map_err(|_| self.timeout("the first byte", self.http.first_byte))??;
        if !response.status().is_success() {
            return Err(self.explain(response, request, style).await);
        }
        // What the server is not told to stop at, the answer is cut at here.
        let text = AnswerText::new(style.stops(request).1);
        let mut answer = if is_event_stream(response.headers()) {
            self.read_stream(response, text, started, first_byte, on_delta)
                .await?
        } else {
            // Asked to stream or not, some servers answer in one piece.
            self.read_whole(response, text, on_delta).await?
        };
        answer.latency = started.elapsed();
        if answer.text.is_empty() {
            return Err(Failure::Empty {
                finish: answer.finish,
                usage: answer.usage,
            }
            .into());
        }
        Ok(answer)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let request = match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        };
        request.send().await.map_err(|error| {
            if error.is_timeout() {
                self.timeout("connecting", self.http.connect)
            } else {
                Failure::Refused {
                    url: self.base.clone(),
                    detail: root_cause(&error),
                }
            }
        })
    }

    async fn read_whole(
        &self,
        response: Response,
        mut text: AnswerText,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, Failure> {
        let body = self.read_body(response, MAX_REPLY).await?;
        let reply: Reply = serde_json::from_str(&body).map_err(|e| self.unreadable(&e))?;
        self.refuse_error_in(&reply)?;
        let choice = reply
            .choices
            .first()
            .ok_or_else(|| self.bad_reply("it holds no choices"))?;
        give(text.push(choice.text().as_bytes()), on_delta);
        give(text.finish(), on_delta);
        let finish = if text.stopped() {
            FinishReason::Stop
        } else {
            choice.finish().unwrap_or(FinishReason::Other)
        };
        Ok(Answer {
            text: text.into_text(),
            finish,
            usage: reply.usage.map(Usage::from).unwrap_or_default(),
            served_model: reply.model,
            latency: Duration::ZERO,
            first_token: None,
        })
    }

    /// Reads server-sent events (WHATWG HTML, section 9.2) until `[DONE]`. A stream that ends with neither
    /// that mark nor a finish reason has lost its end. One that runs past a stop sequence the server was
    /// not told of is not read on: closing it is what stops the model, and its token counts are unknown.
    async fn read_stream(
        &self,
        response: Response,
        mut text: AnswerText,
        started: Instant,
        first_byte: Deadline,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, Failure> {
        let mut events = response.bytes_stream().eventsource();
        let mut answer = Answer {
            text: String::new(),
            finish: FinishReason::Other,
            usage: Usage::default(),
            served_model: None,
            latency: Duration::ZERO,
            first_token: None,
        };
        let (mut ended, mut chosen, mut received) = (false, false, 0);
        let mut deadline = (first_byte, "the first byte", self.http.first_byte);
        loop {
            let event = timeout_at(deadline.0, events.next())
                .await
                .map_err(|_| self.timeout(deadline.1, deadline.2))?;
            deadline = (
                Deadline::now() + self.http.idle,
                "the next byte",
                self.http.idle,
            );
            let data = match event {
                Some(Ok(event)) => event.data,
                Some(Err(error)) if !ended => {
                    let detail = match &error {
                        EventStreamError::Transport(error) => root_cause(error),
                        EventStreamError::Utf8(_) => "the stream is not UTF-8".to_owned(),
                        EventStreamError::Parser(_) => {
                            return Err(self.bad_reply("the stream holds no events"));
                        }
                    };
                    return Err(truncated(detail, whole(text)));
                }
                None if !ended => {
                    return Err(truncated(
                        "the stream ended without its end mark".to_owned(),
                        whole(text),
                    ));
                }
                Some(Err(_)) | None => break,
            };
            if data.trim() == "[DONE]" {
                break;
            }
            let reply: Reply = serde_json::from_str(&data).map_err(|e| self.unreadable(&e))?;
            self.refuse_error_in(&reply)?;
            if let Some(usage) = reply.usage {
                answer.usage = usage.into();
            }
            if reply.model.is_some() {
                answer.served_model = reply.model.clone();
            }
            let Some(choice) = reply.choices.first() else {
                continue;
            };
            chosen = true;
            let piece = choice.text();
            if !piece.is_empty() {
                answer.first_token.get_or_insert_with(|| started.elapsed());
                received += piece.len();
                give(text.push(piece.as_bytes()), on_delta);
                if text.stopped() {
                    break;
                }
                if received > MAX_REPLY {
                    return Err(self.bad_reply("it does not end"));
                }
            }
            if let Some(finish) = choice.finish() {
                answer.finish = finish;
                ended = true;
            }
        }
        if !chosen {
            return Err(self.bad_reply("it holds no choices"));
        }
        give(text.finish(), on_delta);
        if text.stopped() {
            answer.finish = FinishReason::Stop;
        }
        answer.text = text.into_text();
        Ok(answer)
    }

    /// Turns an error status into a failure, learning the server's dialect on the way.
    async fn explain(
        &self,
        response: Response,
        request: &GenerationRequest,
        style: Style,
    ) -> AttemptError {
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after(value, self.http.clock.now()));
        let body = self
            .read_body(response, MAX_COMPLAINT)
            .await
            .unwrap_or_default();
        let (detail, code) = complaint(&body);
        if matches!(status, 400 | 422) {
            if style.stream && style.stream_options && detail.contains("stream_options") {
                self.dialect
                    .no_stream_options
                    .store(true, Ordering::Relaxed);
                return AttemptError::Rephrase;
            }
            if !style.max_completion_tokens && detail.contains("max_completion_tokens") {
                self.dialect
                    .max_completion_tokens
                    .store(true, Ordering::Relaxed);
                return AttemptError::Rephrase;
            }
            let lower = detail.to_lowercase();
            if style.stops(request).0.len() > MAX_STOPS
                && (lower.contains("stop") || lower.contains("too many"))
            {
                self.dialect.few_stops.store(true, Ordering::Relaxed);
                return AttemptError::Rephrase;
            }
        }
        AttemptError::Failed {
            failure: self.failure_of(status, self.tell(&detail), code.as_deref(), retry_after),
            retry_after,
        }
    }

    fn failure_of(
        &self,
        status: u16,
        detail: String,
        code: Option<&str>,
        retry_after: Option<Duration>,
    ) -> Failure {
        let url = self.base.clone();
        let about_model = code == Some("model_not_found")
            || (detail.to_lowercase().contains("model") && status == 404);
        match status {
            401 | 403 => Failure::Auth {
                url,
                status,
                detail,
                variable: self.key_variable.clone(),
                sent: self.key.is_some(),
            },
            400 | 404 if about_model => Failure::ModelNotFound {
                model: self.model.name.clone(),
                detail,
                hint: format!("ask {url}/models which ones it serves"),
            },
            // An account without money answers 429 for ever.
            429 if code != Some("insufficient_quota") => Failure::RateLimited {
                url,
                detail,
                retry_after,
            },
            _ => Failure::Http {
                url,
                status,
                detail,
            },
        }
    }

    /// Some servers repeat the key they refuse.
    fn without_key(&self, text: &str) -> String {
        match &self.key {
            Some(key) => text.replace(key.reveal(), "***"),
            None => text.to_owned(),
        }
    }

    /// A server's words as people are shown them. The key goes before the text is cut, or its beginning
    /// could stay.
    fn tell(&self, detail: &str) -> String {
        one_line(&self.without_key(detail))
    }

    pub(super) async fn get_models(&self) -> Result<Vec<ModelInfo>, Failure> {
        let request = self.client.get(format!("{}/models", self.base));
        let response = self.send(request).await?;
        let status = response.status().as_u16();
        let good = response.status().is_success();
        let body = self.read_body(response, MAX_REPLY).await?;
        if !good {
            let (detail, code) = complaint(&body);
            let detail = self.tell(&detail);
            // A list cannot lack a model: whatever a 404 says, it is about the address.
            return Err(
                match self.failure_of(status, detail, code.as_deref(), None) {
                    Failure::ModelNotFound { detail, .. } => Failure::Http {
                        url: self.base.clone(),
                        status,
                        detail,
                    },
                    failure => failure,
                },
            );
        }
        let list: ModelList = serde_json::from_str(&body).map_err(|e| self.unreadable(&e))?;
        let mut models: Vec<ModelInfo> = list
            .data
            .into_iter()
            .map(|model| ModelInfo {
                context_length: model.context_length(),
                name: model.id,
            })
            .collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(models)
    }

    async fn read_body(&self, response: Response, limit: usize) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        let mut stream = response.bytes_stream();
        loop {
            let chunk = tokio::time::timeout(self.http.idle, stream.next())
                .await
                .map_err(|_| self.timeout("the next byte", self.http.idle))?;
            match chunk {
                Some(Ok(chunk)) => bytes.extend_from_slice(&chunk),
                Some(Err(error)) => {
                    let partial = String::from_utf8_lossy(&bytes).into_owned();
                    return Err(truncated(root_cause(&error), partial));
                }
                None => break,
            }
            if bytes.len() > limit {
                return Err(self.bad_reply("it does not end"));
            }
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// An error inside a reply of status 200, as it comes in the middle of a stream.
    fn refuse_error_in(&self, reply: &Reply) -> Result<(), Failure> {
        let Some(error) = reply.error.as_ref().filter(|error| !error.is_null()) else {
            return Ok(());
        };
        let (detail, code) = complaint_in(error).unwrap_or_else(|| (error.to_string(), None));
        let status = error
            .get("code")
            .and_then(serde_json::Value::as_u64)
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status))
            .unwrap_or(500);
        Err(self.failure_of(status, self.tell(&detail), code.as_deref(), None))
    }

    fn bad_reply(&self, detail: &str) -> Failure {
        Failure::BadReply {
            url: self.base.clone(),
            detail: detail.to_owned(),
        }
    }

    fn unreadable(&self, error: &serde_json::Error) -> Failure {
        self.bad_reply(&self.tell(&format!("it is not the JSON expected ({error})")))
    }
}

fn give(text: &str, on_delta: OnDelta<'_>) {
    if !text.is_empty() {
        on_delta(Delta::Text(text));
    }
}

fn whole(mut text: AnswerText) -> String {
    text.finish();
    text.into_text()
}

fn truncated(detail: String, partial: String) -> Failure {
    Failure::Truncated { detail, partial }
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("text/event-stream"))
}

/// The innermost reason: "connection refused" rather than three layers of "error sending request".
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
