//! One request and its answer.

use std::pin::pin;
use std::time::{Duration, Instant};

use assay_core::{FinishReason, Generation, GenerationRequest, Usage};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use tokio::time::{Instant as Deadline, timeout_at};

use super::Remote;
use super::complaint::Complaint;
use super::frames::{Events, FrameError, Framing};
use super::protocol::{Call, Piece, Protocol, Unread};
use super::reply::Reply;
use crate::http::parse_retry_after;
use crate::text::{AnswerText, Prefill};
use crate::{Delta, Failure, OnDelta};

const MAX_COMPLAINT: usize = 64 << 10;

pub(super) enum AttemptError {
    Failed {
        failure: Failure,
        /// What the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The request is put differently from now on.
    Rephrase(Failure),
}

impl From<Failure> for AttemptError {
    fn from(failure: Failure) -> Self {
        Self::Failed {
            failure,
            retry_after: None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    text: String,
    finish: FinishReason,
    usage: Usage,
    served_model: Option<String>,
    warnings: Vec<String>,
    latency: Duration,
    first_token: Option<Duration>,
}

impl Answer {
    fn new() -> Self {
        Self {
            text: String::new(),
            finish: FinishReason::Other,
            usage: Usage::default(),
            served_model: None,
            warnings: Vec::new(),
            latency: Duration::ZERO,
            first_token: None,
        }
    }

    /// Takes over all but the text.
    fn take(&mut self, piece: &mut Piece) {
        let usage = piece.usage;
        self.usage.prompt_tokens = usage.prompt_tokens.or(self.usage.prompt_tokens);
        self.usage.completion_tokens = usage.completion_tokens.or(self.usage.completion_tokens);
        if let Some(model) = piece.served_model.take() {
            self.served_model = Some(model);
        }
        if let Some(finish) = piece.finish {
            self.finish = finish;
        }
    }

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
            warnings: self.warnings,
        }
    }
}

/// The text of an answer while it comes.
struct Reading {
    prefill: Prefill,
    text: AnswerText,
    /// The server was told of every stop sequence, and ends the answer by itself.
    stops_itself: bool,
}

impl Reading {
    fn hear(&mut self, piece: String, on_delta: OnDelta<'_>) {
        let new = self.prefill.pass(piece);
        self.push(&new, on_delta);
    }

    fn push(&mut self, new: &str, on_delta: OnDelta<'_>) {
        if !self.text.stopped() {
            give(self.text.push(new.as_bytes()), on_delta);
        }
    }

    fn end(mut self, mut answer: Answer, on_delta: OnDelta<'_>) -> Answer {
        let held = self.prefill.finish();
        self.push(&held, on_delta);
        give(self.text.finish(), on_delta);
        if self.text.stopped() {
            answer.finish = FinishReason::Stop;
        }
        answer.text = self.text.into_text();
        answer
    }
}

impl<P: Protocol> Remote<P> {
    pub(super) async fn attempt(
        &self,
        request: &GenerationRequest,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, AttemptError> {
        let http = &self.endpoint.http;
        let call = self.protocol.call(&self.model.name, request, http.stream)?;
        let started = Instant::now();
        let first_byte = Deadline::now() + http.first_byte;
        let (method, headers) = (self.protocol.method(), self.protocol.headers());
        let sending = pin!(
            self.endpoint
                .send(method, &call.path, Some(&call.body), headers)
        );
        let reply = timeout_at(first_byte, sending)
            .await
            .map_err(|_| self.endpoint.timeout("the first byte", http.first_byte))??;
        if !reply.status.is_success() {
            return Err(self.explain(reply, &call).await);
        }
        // Some servers leave in the stop sequence they stopped at: the answer is cut at all of them.
        let text = AnswerText::new(&request.sampling.stop);
        let warnings = call.told(request);
        let reading = Reading {
            text,
            prefill: Prefill::new(call.prefill),
            stops_itself: call.cut.is_empty(),
        };
        // Asked to stream or not, some servers answer in one piece.
        let mut answer = match self.framing(&reply) {
            Framing::Whole => self.read_whole(reply, reading, on_delta).await?,
            framing => {
                self.read_stream(reply, framing, reading, started, first_byte, on_delta)
                    .await?
            }
        };
        answer.latency = started.elapsed();
        answer.warnings = warnings;
        if answer.text.is_empty() {
            return Err(Failure::Empty {
                finish: answer.finish,
                usage: answer.usage,
            }
            .into());
        }
        Ok(answer)
    }

    fn framing(&self, reply: &Reply) -> Framing {
        let content_type = reply
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        self.protocol.framing(content_type.unwrap_or_default())
    }

    async fn read_whole(
        &self,
        reply: Reply,
        mut reading: Reading,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, Failure> {
        let body = self
            .endpoint
            .read_body(reply, self.endpoint.http.max_reply)
            .await?;
        let mut piece = self.read(self.protocol.read_whole(&body))?;
        if !piece.answers {
            return Err(self.endpoint.bad_reply("it holds no answer"));
        }
        reading.hear(std::mem::take(&mut piece.text), on_delta);
        let mut answer = Answer::new();
        answer.take(&mut piece);
        Ok(reading.end(answer, on_delta))
    }

    /// Reads events until the end mark. A stream that ends with neither that mark nor a finish reason has
    /// lost its end. One that runs past a stop sequence the server was not told of is not read on: closing
    /// it is what stops the model, and its token counts are unknown.
    async fn read_stream(
        &self,
        reply: Reply,
        framing: Framing,
        mut reading: Reading,
        started: Instant,
        first_byte: Deadline,
        on_delta: OnDelta<'_>,
    ) -> Result<Answer, Failure> {
        let http = &self.endpoint.http;
        let mut events = Events::new(reply, framing, http.max_reply);
        let mut answer = Answer::new();
        let (mut ended, mut answered) = (false, false);
        let mut heard = false;
        loop {
            let event = match events.at_hand() {
                Some(event) => Some(event),
                None => {
                    let (deadline, phase, limit) = if heard {
                        (Deadline::now() + http.idle, "the next byte", http.idle)
                    } else {
                        (first_byte, "the first byte", http.first_byte)
                    };
                    timeout_at(deadline, events.next())
                        .await
                        .map_err(|_| self.endpoint.timeout(phase, limit))?
                }
            };
            heard = true;
            let data = match event {
                Some(Ok(())) => events.data(),
                Some(Err(FrameError::Endless)) => {
                    return Err(self.endpoint.bad_reply("it does not end"));
                }
                Some(Err(FrameError::Broken(detail))) if !ended => {
                    return Err(self.truncated(&detail, reading.text));
                }
                None if !ended => {
                    let detail = "the stream ended without its end mark";
                    return Err(self.truncated(detail, reading.text));
                }
                Some(Err(_)) | None => break,
            };
            let mut piece = match self.protocol.read_event(data) {
                // A line that the connection broke off.
                Err(Unread::Nonsense(detail))
                    if framing == Framing::Lines && !data.ends_with('\n') =>
                {
                    return Err(self.truncated(&detail, reading.text));
                }
                piece => self.read(piece)?,
            };
            answer.take(&mut piece);
            answered |= piece.answers;
            ended |= piece.finish.is_some();
            if piece.thought || !piece.text.is_empty() {
                answer.first_token.get_or_insert_with(|| started.elapsed());
            }
            reading.hear(piece.text, on_delta);
            if piece.end {
                events.finish();
                break;
            }
            if reading.text.stopped() && !reading.stops_itself {
                break;
            }
        }
        if !answered {
            return Err(self.endpoint.bad_reply("it holds no answer"));
        }
        Ok(reading.end(answer, on_delta))
    }

    fn truncated(&self, detail: &str, mut text: AnswerText) -> Failure {
        text.finish();
        Failure::Truncated {
            detail: self.endpoint.tell(detail),
            partial: self.endpoint.hidden(&text.into_text()),
        }
    }

    /// An error inside a reply of status 200 is an error like any other.
    pub(super) fn read<T>(&self, read: Result<T, Unread>) -> Result<T, Failure> {
        read.map_err(|unread| match unread {
            Unread::Nonsense(detail) => self.endpoint.bad_reply(&detail),
            Unread::Said(complaint) => {
                self.failure_of(complaint.status.unwrap_or(500), &complaint, None)
            }
        })
    }

    /// Turns an error status into a failure, learning the server's dialect on the way.
    async fn explain(&self, reply: Reply, call: &Call) -> AttemptError {
        let status = reply.status.as_u16();
        let retry_after = reply
            .headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| parse_retry_after(value, self.endpoint.http.clock.now()));
        let body = self.endpoint.read_body(reply, MAX_COMPLAINT).await;
        let complaint = Complaint::of_body(&body.unwrap_or_default());
        let failure = self.failure_of(status, &complaint, retry_after);
        if matches!(status, 400 | 422) && self.protocol.learn(&complaint, call) {
            return AttemptError::Rephrase(failure);
        }
        AttemptError::Failed {
            failure,
            retry_after,
        }
    }

    pub(super) fn failure_of(
        &self,
        status: u16,
        complaint: &Complaint,
        retry_after: Option<Duration>,
    ) -> Failure {
        let detail = self.endpoint.tell(&complaint.message);
        let model = &self.model.name;
        self.protocol
            .failure_of(model, status, &detail)
            .unwrap_or_else(|| {
                let code = complaint.code.as_deref();
                self.endpoint
                    .failure_of(model, status, detail, code, retry_after)
            })
    }
}

fn give(text: &str, on_delta: OnDelta<'_>) {
    if !text.is_empty() {
        on_delta(Delta::Text(text));
    }
}
