//! Whom the conformance suite and the faults are tried on. The table in docs/conformance.md is made of this
//! list: what stands there is what the tests iterate over.

use std::sync::Arc;

use assay_core::GenerationRequest;
use assay_providers::{Capabilities, Provider, ProviderConfig};

use super::conformance::Expectations;
use super::{chat, completion, open, setting};

/// A provider over HTTP.
pub struct Subject {
    /// Before the colon.
    pub provider: &'static str,
    /// How answers of its server look, a kind of prompt each.
    pub wires: &'static [&'static Wire],
    /// It is asked a real model, by way of llama-server.
    pub real: Option<Expectations>,
}

/// The words of a protocol, for servers that are played.
pub struct Wire {
    pub name: &'static str,
    /// Answers messages; or else continues a text.
    pub chat: bool,
    pub content_type: &'static str,
    /// What comes before the first piece of a stream, a piece with this text, and the end.
    pub begin: &'static str,
    pub piece: fn(&str) -> String,
    pub end: &'static str,
    /// An error of status 400 in the middle of a stream.
    pub error: &'static str,
    /// A whole answer.
    pub whole: fn(&str) -> String,
}

pub const COMPLETIONS: Wire = Wire {
    name: "completions",
    chat: false,
    content_type: "text/event-stream",
    begin: "",
    piece: |text| event(&serde_json::json!({"choices": [{"text": text, "finish_reason": null}]})),
    end: "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    error: "data: {\"error\":{\"code\":400,\"message\":\"context too long\"}}\n\n",
    whole: |text| {
        serde_json::json!({"choices": [{"text": text, "finish_reason": "stop"}]}).to_string()
    },
};

pub const CHAT: Wire = Wire {
    name: "chat completions",
    chat: true,
    begin: "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n",
    piece: |text| event(&serde_json::json!({"choices": [{"delta": {"content": text}}]})),
    end: "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    whole: |text| {
        serde_json::json!({"choices": [{"message": {"content": text}, "finish_reason": "stop"}]})
            .to_string()
    },
    ..COMPLETIONS
};

pub const RESPONSES: Wire = Wire {
    name: "responses",
    begin: "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\"}}\n\n",
    piece: |text| event(&serde_json::json!({"type": "response.output_text.delta", "delta": text})),
    end: "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n",
    error: "data: {\"type\":\"error\",\"code\":400,\"message\":\"context too long\"}\n\n",
    whole: |text| {
        serde_json::json!({"status": "completed", "output": [
            {"type": "message", "content": [{"type": "output_text", "text": text}]}]})
        .to_string()
    },
    ..CHAT
};

pub const MESSAGES: Wire = Wire {
    name: "messages",
    begin: "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\ndata: {\"type\":\"ping\"}\n\n",
    piece: |text| {
        event(
            &serde_json::json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": text}}),
        )
    },
    end: "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\ndata: {\"type\":\"message_stop\"}\n\n",
    error: "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"too long\"}}\n\n",
    whole: |text| {
        serde_json::json!({"type": "message", "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn"})
        .to_string()
    },
    ..CHAT
};

fn event(data: &serde_json::Value) -> String {
    format!("data: {data}\n\n")
}

const BOTH: &[&Wire] = &[&COMPLETIONS, &CHAT];

const fn preset(provider: &'static str, wires: &'static [&'static Wire]) -> Subject {
    Subject {
        provider,
        wires,
        real: None,
    }
}

/// Every provider over HTTP; a test compares the list with the program's.
pub const SUBJECTS: &[Subject] = &[
    Subject {
        real: Some(Expectations::REAL),
        ..preset("openai", BOTH)
    },
    Subject {
        // llama-server calls every answer completed here.
        real: Some(Expectations {
            tells_length: false,
            ..Expectations::REAL
        }),
        ..preset("openai-responses", &[&RESPONSES])
    },
    Subject {
        real: Some(Expectations {
            counts_tokens: true,
            ..Expectations::REAL
        }),
        ..preset("anthropic", &[&MESSAGES])
    },
    Subject {
        real: Some(Expectations::REAL),
        ..preset("llamacpp", BOTH)
    },
    preset("vllm", BOTH),
    preset("lmstudio", BOTH),
    preset("tgi", BOTH),
    preset("transformers", &[&CHAT]),
    preset("openrouter", BOTH),
    preset("groq", &[&CHAT]),
    preset("together", BOTH),
    preset("deepseek", &[&CHAT]),
    preset("mistral", &[&CHAT]),
    preset("gemini", &[&CHAT]),
    preset("hf-inference", &[&CHAT]),
];

impl Subject {
    pub fn capabilities(&self) -> Capabilities {
        let model = format!("{}:m@http://127.0.0.1:1/v1", self.provider);
        open(&model, &setting().config).capabilities()
    }
}

/// A provider that speaks one of its protocols.
#[derive(Clone, Copy)]
pub struct Case {
    pub provider: &'static str,
    pub wire: &'static Wire,
}

/// Every protocol once, for what does not depend on the provider that speaks it.
pub const PROTOCOLS: &[Case] = &[
    Case {
        provider: "openai",
        wire: &COMPLETIONS,
    },
    Case {
        provider: "openai",
        wire: &CHAT,
    },
    Case {
        provider: "openai-responses",
        wire: &RESPONSES,
    },
    Case {
        provider: "anthropic",
        wire: &MESSAGES,
    },
];

impl Case {
    pub fn open(self, url: &str, config: &ProviderConfig) -> Arc<dyn Provider> {
        open(&format!("{}:m@{url}", self.provider), config)
    }

    pub fn request(self) -> GenerationRequest {
        if self.wire.chat {
            chat("hi", 16)
        } else {
            completion("def f():", 16)
        }
    }
}
