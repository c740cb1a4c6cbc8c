//! The lines of `/api/generate` and `/api/chat`.

use std::sync::atomic::{AtomicU32, Ordering};

use assay_core::{FinishReason, GenerationRequest, Prompt, Usage};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::show::Shown;
use crate::exchange::{Call, Complaint, ModelPage, Piece, Protocol, Unread, prefill_of};
use crate::{Failure, ModelInfo};

/// A run pauses between requests while answers are judged; the model had better stay in memory meanwhile.
const KEEP_ALIVE: &str = "15m";
/// What a chat template adds for a message, tokens.
const TEMPLATE_TOKENS: usize = 64;
/// The smallest context asked for. Another size makes the server load the model again, so few are used.
const LEAST_CONTEXT: u32 = 4096;

#[derive(Debug, Default)]
pub(super) struct Ollama {
    /// The context asked for last; it only grows.
    context: AtomicU32,
    pub(super) shown: tokio::sync::OnceCell<Shown>,
}

/// A line of a stream, or a whole answer: the fields hold for both.
#[derive(Debug, Deserialize)]
struct Line {
    model: Option<String>,
    response: Option<String>,
    thinking: Option<String>,
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<u32>,
    eval_count: Option<u32>,
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Message {
    content: Option<String>,
    thinking: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Tags {
    models: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    name: String,
}

fn is_text(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

impl Line {
    fn into_piece(self) -> Result<Piece, Unread> {
        if let Some(error) = self.error.filter(|error| !error.is_null()) {
            return Err(Unread::Said(Complaint::of_value(&error).unwrap_or_else(
                || Complaint {
                    message: error.to_string(),
                    ..Complaint::default()
                },
            )));
        }
        let answers = self.response.is_some() || self.message.is_some() || self.done;
        let (content, thinking) = match self.message {
            Some(message) => (message.content, message.thinking),
            None => (self.response, self.thinking),
        };
        let finish = self.done.then_some(match self.done_reason.as_deref() {
            Some("stop") => FinishReason::Stop,
            Some("length") => FinishReason::Length,
            // `load` and `unload` mean that nothing was asked; old servers give no reason.
            _ => FinishReason::Other,
        });
        Ok(Piece {
            thought: is_text(thinking.as_ref()),
            text: content.unwrap_or_default(),
            answers,
            finish,
            usage: Usage {
                prompt_tokens: self.prompt_eval_count,
                completion_tokens: self.eval_count,
            },
            served_model: self.model,
            end: self.done,
        })
    }
}

/// No fewer tokens than `text` has: two for three bytes of ASCII (HumanEval's densest prompt has one for 1.65
/// bytes with a small vocabulary), one for each byte of other scripts.
fn most_tokens(text: &str) -> usize {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    (text.len() - ascii) + (ascii / 3 * 2 + 2)
}

impl Ollama {
    /// Tokens of context for a prompt of `tokens` tokens in `messages` messages and an answer of `max_tokens`:
    /// enough for both, a power of two (or the model's own limit), and never less than before.
    fn context_for(&self, tokens: usize, messages: usize, max_tokens: u32) -> u32 {
        let tokens = tokens + messages * TEMPLATE_TOKENS;
        let needed = u32::try_from(tokens)
            .unwrap_or(u32::MAX)
            .saturating_add(max_tokens);
        let size = needed
            .max(LEAST_CONTEXT)
            .checked_next_power_of_two()
            .unwrap_or(u32::MAX);
        let limit = self.shown.get().and_then(|shown| shown.context_length);
        let size = limit.map_or(size, |limit| size.min(limit));
        self.context.fetch_max(size, Ordering::Relaxed).max(size)
    }
}

impl Protocol for Ollama {
    fn call(
        &self,
        model: &str,
        request: &GenerationRequest,
        stream: bool,
    ) -> Result<Call, Failure> {
        let sampling = &request.sampling;
        let mut body = Map::new();
        body.insert("model".to_owned(), json!(model));
        let (path, tokens, messages) = match &request.prompt {
            Prompt::Completion { text } => {
                body.insert("prompt".to_owned(), json!(text));
                body.insert("raw".to_owned(), json!(true));
                ("api/generate", most_tokens(text), 1)
            }
            Prompt::Chat { messages } => {
                body.insert("messages".to_owned(), json!(messages));
                let tokens = messages
                    .iter()
                    .map(|message| most_tokens(&message.content))
                    .sum();
                ("api/chat", tokens, messages.len())
            }
        };
        let mut options = json!({
            "temperature": sampling.temperature,
            "num_predict": sampling.max_tokens,
            "num_ctx": self.context_for(tokens, messages, sampling.max_tokens),
        });
        if let Some(top_p) = sampling.top_p {
            options["top_p"] = json!(top_p);
        }
        if let Some(seed) = request.seed {
            // A signed 32-bit number there, negative ones meaning any; a seed is a hash, its lower bits are as good.
            options["seed"] = json!(seed & 0x7fff_ffff);
        }
        if !sampling.stop.is_empty() {
            // These take the place of the model's own, which have to be said again.
            let own = self.shown.get().map_or(&[][..], |shown| &shown.stops);
            let stops: Vec<&String> = sampling.stop.iter().chain(own).collect();
            options["stop"] = json!(stops);
        }
        body.insert("options".to_owned(), options);
        body.insert("stream".to_owned(), json!(stream));
        body.insert("keep_alive".to_owned(), json!(KEEP_ALIVE));
        // A prompt that does not fit is an error, and not shortened without a word.
        body.insert("truncate".to_owned(), json!(false));
        body.insert("shift".to_owned(), json!(false));
        Ok(Call {
            path: path.to_owned(),
            body: Value::Object(body).into(),
            // The server leaves out the stop sequence it met; cutting again changes nothing, and helps where a
            // server in between does not heed it.
            cut: sampling.stop.clone(),
            prefill: prefill_of(request).to_owned(),
            left_out: Vec::new(),
        })
    }

    fn read_event(&self, data: &str) -> Result<Piece, Unread> {
        serde_json::from_str::<Line>(data)?.into_piece()
    }

    /// One document, or all lines of a stream whose content type did not say so.
    fn read_whole(&self, body: &str) -> Result<Piece, Unread> {
        let mut whole = Piece::default();
        for line in serde_json::Deserializer::from_str(body).into_iter::<Line>() {
            let piece = line?.into_piece()?;
            whole.text.push_str(&piece.text);
            whole.answers |= piece.answers;
            whole.thought |= piece.thought;
            whole.finish = piece.finish.or(whole.finish);
            whole.usage.prompt_tokens = piece.usage.prompt_tokens.or(whole.usage.prompt_tokens);
            whole.usage.completion_tokens = piece
                .usage
                .completion_tokens
                .or(whole.usage.completion_tokens);
            whole.served_model = piece.served_model.or(whole.served_model);
        }
        Ok(whole)
    }

    fn failure_of(&self, model: &str, status: u16, detail: &str) -> Option<Failure> {
        let lower = detail.to_lowercase();
        if status == 404 && lower.contains("model") && lower.contains("not found") {
            return Some(Failure::ModelNotFound {
                model: model.to_owned(),
                detail: detail.to_owned(),
                hint: format!("run `assay models pull ollama:{model}`, or `ollama pull {model}`"),
            });
        }
        if lower.contains("does not support") {
            return Some(Failure::Unsupported {
                model: model.to_owned(),
                detail: detail.to_owned(),
            });
        }
        None
    }

    fn models_path(&self, _after: Option<&str>) -> Option<String> {
        Some("api/tags".to_owned())
    }

    fn read_models(&self, body: &str) -> Result<ModelPage, Unread> {
        let tags: Tags = serde_json::from_str(body)?;
        let models = tags.models.into_iter().map(|tag| ModelInfo {
            name: tag.name,
            context_length: None,
        });
        Ok(ModelPage {
            models: models.collect(),
            next: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{Message, Role, Sampling};

    use super::*;

    fn request(prompt: Prompt) -> GenerationRequest {
        GenerationRequest {
            prompt,
            sampling: Sampling {
                temperature: 0.8,
                top_p: Some(0.95),
                max_tokens: 64,
                stop: vec!["\ndef".to_owned()],
            },
            seed: Some(u64::MAX),
            origin: None,
        }
    }

    fn completion() -> GenerationRequest {
        request(Prompt::Completion {
            text: "def f():".to_owned(),
        })
    }

    #[test]
    fn a_completion_is_raw_and_says_everything() {
        let ollama = Ollama::default();
        let call = ollama.call("m:7b", &completion(), true).unwrap();
        assert_eq!(call.path, "api/generate");
        assert_eq!(
            *call.body.tree(),
            json!({"model": "m:7b", "prompt": "def f():", "raw": true, "stream": true, "keep_alive": "15m",
                   "truncate": false, "shift": false,
                   "options": {"temperature": 0.8, "top_p": 0.95, "num_predict": 64, "num_ctx": 4096,
                               "seed": 0x7fff_ffff, "stop": ["\ndef"]}})
        );
    }

    #[test]
    fn a_chat_goes_through_the_models_template() {
        let chat = request(Prompt::Chat {
            messages: vec![Message {
                role: Role::User,
                content: "hi".to_owned(),
            }],
        });
        let call = Ollama::default().call("m", &chat, false).unwrap();
        assert_eq!(call.path, "api/chat");
        assert_eq!(
            call.body.tree()["messages"],
            json!([{"role": "user", "content": "hi"}])
        );
        assert_eq!(call.body.tree()["stream"], false);
        assert_eq!(call.body.tree().get("raw"), None);
    }

    #[test]
    fn what_is_not_set_is_not_sent_and_the_models_own_stops_stay() {
        let ollama = Ollama::default();
        ollama
            .shown
            .set(Shown {
                stops: vec!["<|eot|>".to_owned()],
                ..Shown::default()
            })
            .unwrap();
        let call = ollama.call("m", &completion(), true).unwrap();
        assert_eq!(
            call.body.tree()["options"]["stop"],
            json!(["\ndef", "<|eot|>"])
        );
        let mut bare = completion();
        bare.sampling = Sampling::default();
        bare.seed = None;
        let call = ollama.call("m", &bare, true).unwrap();
        for absent in ["top_p", "seed", "stop"] {
            assert_eq!(call.body.tree()["options"].get(absent), None, "{absent}");
        }
    }

    #[test]
    fn the_context_fits_prompt_and_answer_and_only_grows() {
        let ollama = Ollama::default();
        assert_eq!(ollama.context_for(10, 1, 512), 4096);
        assert_eq!(ollama.context_for(4000, 1, 512), 8192);
        assert_eq!(
            ollama.context_for(10, 1, 512),
            8192,
            "the model is not loaded again"
        );
        ollama
            .shown
            .set(Shown {
                context_length: Some(10_000),
                ..Shown::default()
            })
            .unwrap();
        assert_eq!(ollama.context_for(1 << 20, 1, 512), 10_000);
        assert_eq!(ollama.context_for(usize::MAX / 2, 1, u32::MAX), 10_000);
        assert_eq!(
            Ollama::default().context_for(usize::MAX / 2, 1, u32::MAX),
            u32::MAX
        );
    }

    #[test]
    fn tokens_of_a_prompt_are_bounded_by_its_bytes() {
        assert_eq!(most_tokens(""), 2);
        assert_eq!(most_tokens(&"x = 1\n".repeat(100)), 402);
        assert_eq!(most_tokens("\u{2603}"), 5);
    }

    #[test]
    fn thoughts_are_no_text() {
        let ollama = Ollama::default();
        for line in [
            r#"{"message":{"role":"assistant","content":"","thinking":"hm"},"done":false}"#,
            r#"{"response":"","thinking":"hm","done":false}"#,
        ] {
            let piece = ollama.read_event(line).unwrap();
            assert!(
                piece.thought && piece.answers && piece.text.is_empty(),
                "{piece:?}"
            );
        }
    }

    #[test]
    fn ends_are_told_apart() {
        let finish = |line: &str| Ollama::default().read_event(line).unwrap().finish;
        assert_eq!(finish(r#"{"response":"a","done":false}"#), None);
        assert_eq!(
            finish(r#"{"done":true,"done_reason":"stop"}"#),
            Some(FinishReason::Stop)
        );
        assert_eq!(
            finish(r#"{"done":true,"done_reason":"length"}"#),
            Some(FinishReason::Length)
        );
        assert_eq!(
            finish(r#"{"done":true,"done_reason":"load"}"#),
            Some(FinishReason::Other)
        );
        assert_eq!(finish(r#"{"done":true}"#), Some(FinishReason::Other));
    }

    #[test]
    fn errors_are_heard_in_the_middle_and_named() {
        let ollama = Ollama::default();
        let Err(Unread::Said(complaint)) = ollama.read_event(r#"{"error":"runner stopped"}"#)
        else {
            panic!("it is an error");
        };
        assert_eq!(complaint.message, "runner stopped");
        let missing = ollama.failure_of("m", 404, "model 'm' not found");
        assert!(
            matches!(missing, Some(Failure::ModelNotFound { hint, .. }) if hint.contains("ollama pull m"))
        );
        assert_eq!(ollama.failure_of("m", 404, "404 page not found"), None);
        let unable = ollama.failure_of("m", 400, "\"m\" does not support chat");
        assert!(matches!(unable, Some(Failure::Unsupported { .. })));
    }

    #[test]
    fn lines_without_their_content_type_are_put_together() {
        let body = "{\"response\":\"a\",\"done\":false}\n{\"response\":\"b\",\"done\":false}\n\
                    {\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"eval_count\":2}\n";
        let piece = Ollama::default().read_whole(body).unwrap();
        assert_eq!(piece.text, "ab");
        assert_eq!(piece.finish, Some(FinishReason::Stop));
        assert_eq!(piece.usage.completion_tokens, Some(2));
    }

    proptest::proptest! {
        #[test]
        fn no_line_panics(line in ".{0,200}") {
            let ollama = Ollama::default();
            let _ = ollama.read_event(&line);
            let _ = ollama.read_whole(&line);
            let _ = ollama.read_models(&line);
        }
    }
}
