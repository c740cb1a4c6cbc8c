//! The words of each protocol, for servers that are played.

/// The words of a protocol, for servers that are played.
pub struct Wire {
    pub name: &'static str,
    /// Answers messages; or else continues a text.
    pub chat: bool,
    /// An answer may come in pieces.
    pub streams: bool,
    pub content_type: &'static str,
    /// What comes before the first piece of a stream, a piece with this text, and the end.
    pub begin: &'static str,
    pub piece: fn(&str) -> String,
    pub end: &'static str,
    /// An error in the middle of a stream.
    pub error: &'static str,
    /// A whole answer.
    pub whole: fn(&str) -> String,
    /// An error in the place of a whole answer, where the protocol knows such a thing.
    pub whole_error: Option<&'static str>,
    /// The status that these errors amount to.
    pub error_status: u16,
    /// What the server is asked beside answers: the end of an address, and the reply.
    pub aside: &'static [(&'static str, &'static str)],
}

pub const COMPLETIONS: Wire = Wire {
    name: "completions",
    chat: false,
    streams: true,
    content_type: "text/event-stream",
    begin: "",
    piece: |text| event(&serde_json::json!({"choices": [{"text": text, "finish_reason": null}]})),
    end: "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
    error: "data: {\"error\":{\"code\":400,\"message\":\"context too long\"}}\n\n",
    whole: |text| {
        serde_json::json!({"choices": [{"text": text, "finish_reason": "stop"}]}).to_string()
    },
    whole_error: Some("{\"error\":{\"code\":400,\"message\":\"context too long\"}}"),
    error_status: 400,
    aside: &[],
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
    whole_error: None,
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
    whole_error: None,
    ..CHAT
};

pub const OLLAMA_GENERATE: Wire = Wire {
    name: "Ollama's generate",
    chat: false,
    streams: true,
    content_type: "application/x-ndjson",
    begin: "",
    piece: |text| format!("{}\n", serde_json::json!({"response": text, "done": false})),
    end: "{\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}\n",
    error: "{\"error\":\"the runner has stopped\"}\n",
    whole: |text| {
        serde_json::json!({"response": text, "done": true, "done_reason": "stop"}).to_string()
    },
    whole_error: Some("{\"error\":\"the runner has stopped\"}"),
    // It gives none.
    error_status: 500,
    aside: &[(
        "/api/show",
        r#"{"template":"{{ .Messages }}","capabilities":["completion"]}"#,
    )],
};

pub const OLLAMA_CHAT: Wire = Wire {
    name: "Ollama's chat",
    chat: true,
    piece: |text| {
        let message = serde_json::json!({"role": "assistant", "content": text});
        format!(
            "{}\n",
            serde_json::json!({"message": message, "done": false})
        )
    },
    end: "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n",
    whole: |text| {
        let message = serde_json::json!({"role": "assistant", "content": text});
        serde_json::json!({"message": message, "done": true, "done_reason": "stop"}).to_string()
    },
    ..OLLAMA_GENERATE
};

/// Of the endpoint that [`http_definition`](super::subjects::http_definition) describes.
pub const TEMPLATE: Wire = Wire {
    name: "template",
    chat: false,
    streams: false,
    whole: |text| {
        serde_json::json!({"out": [{"text": text, "why": "stop"}], "n": {"in": 3, "out": 2}})
            .to_string()
    },
    ..COMPLETIONS
};

pub const TEMPLATE_CHAT: Wire = Wire {
    name: "template, chat",
    chat: true,
    ..TEMPLATE
};

fn event(data: &serde_json::Value) -> String {
    format!("data: {data}\n\n")
}
