//! The lines that go in and come out.

use assay_core::{FinishReason, GenerationRequest, Prompt, Sampling};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize)]
struct Request<'a> {
    id: u64,
    model: &'a str,
    prompt: &'a Prompt,
    sampling: &'a Sampling,
    seed: Option<u64>,
}

/// The line of a request, with its end.
///
/// # Errors
/// A temperature that is no number cannot be written as JSON.
pub(super) fn request(
    id: u64,
    model: &str,
    request: &GenerationRequest,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut line = serde_json::to_vec(&Request {
        id,
        model,
        prompt: &request.prompt,
        sampling: &request.sampling,
        // 31 bits, which every language reads exactly; a seed is a hash, its lower bits are as good.
        seed: request.seed.map(|seed| seed & 0x7fff_ffff),
    })?;
    line.push(b'\n');
    Ok(line)
}

pub(super) fn cancel(id: u64) -> Vec<u8> {
    format!("{{\"cancel\": {id}}}\n").into_bytes()
}

/// A line of the program's.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    pub(super) id: Option<Value>,
    pub(super) delta: Option<String>,
    pub(super) text: Option<String>,
    finish: Option<String>,
    pub(super) prompt_tokens: Option<u32>,
    pub(super) completion_tokens: Option<u32>,
    error: Option<Value>,
}

impl Reply {
    /// Whether it belongs to request `id`, written as a number or as a text.
    pub(super) fn is_for(&self, id: u64) -> bool {
        match &self.id {
            Some(Value::Number(number)) => number.as_u64() == Some(id),
            Some(Value::String(text)) => *text == id.to_string(),
            _ => false,
        }
    }

    /// Nothing of that request follows.
    pub(super) fn is_last(&self) -> bool {
        self.delta.is_none()
            || self.text.is_some()
            || self.finish.is_some()
            || self.error().is_some()
    }

    pub(super) fn finish(&self) -> FinishReason {
        match self.finish.as_deref() {
            Some("stop") => FinishReason::Stop,
            Some("length") => FinishReason::Length,
            _ => FinishReason::Other,
        }
    }

    /// What the program says went wrong: a text, or the `message` of an object.
    pub(super) fn error(&self) -> Option<String> {
        match self.error.as_ref()? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(match other.get("message").and_then(Value::as_str) {
                Some(message) => message.to_owned(),
                None => other.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_one_line_that_says_everything() {
        let asked = GenerationRequest {
            prompt: Prompt::Completion {
                text: "a\nb".to_owned(),
            },
            sampling: Sampling {
                stop: vec!["\n\n".to_owned()],
                ..Sampling::default()
            },
            seed: Some(u64::MAX),
            origin: None,
        };
        let line = request(3, "m", &asked).unwrap();
        assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1);
        assert_eq!(line.last(), Some(&b'\n'));
        assert_eq!(
            serde_json::from_slice::<Value>(&line).unwrap(),
            json!({"id": 3, "model": "m", "prompt": {"mode": "completion", "text": "a\nb"}, "seed": 0x7fff_ffff,
                   "sampling": {"temperature": 0.0, "top_p": null, "max_tokens": 512, "stop": ["\n\n"]}})
        );
        assert_eq!(
            serde_json::from_slice::<Value>(&cancel(3)).unwrap(),
            json!({"cancel": 3})
        );
    }

    #[test]
    fn replies_are_told_apart() {
        let read = |text: &str| serde_json::from_str::<Reply>(text).unwrap();
        assert!(read(r#"{"id": 3, "text": ""}"#).is_for(3));
        assert!(read(r#"{"id": "3", "text": ""}"#).is_for(3));
        assert!(!read(r#"{"id": 4, "text": ""}"#).is_for(3));
        assert!(!read(r#"{"text": ""}"#).is_for(3));
        assert!(!read(r#"{"id": 3, "delta": "a"}"#).is_last());
        assert!(read(r#"{"id": 3, "delta": "a", "finish": "stop"}"#).is_last());
        assert!(read(r#"{"id": 3, "finish": "stop"}"#).is_last());
        assert!(read(r#"{"id": 3, "error": "no"}"#).is_last());
        assert_eq!(
            read(r#"{"error": {"message": "no"}}"#).error().unwrap(),
            "no"
        );
        assert_eq!(read(r#"{"error": null}"#).error(), None);
        assert_eq!(
            read(r#"{"finish": "length"}"#).finish(),
            FinishReason::Length
        );
        assert_eq!(read("{}").finish(), FinishReason::Other);
    }
}
