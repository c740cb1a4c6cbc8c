//! A model server that answers what a test tells it to.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// Streams `text` as an OpenAI-compatible server does, whole or broken off before its end.
pub fn stream(text: &str, ends: bool) -> ResponseTemplate {
    let mut body = String::new();
    for piece in text.as_bytes().chunks(40) {
        let piece = String::from_utf8_lossy(piece);
        let event = json!({
            "object": "chat.completion.chunk",
            "choices": [{ "index": 0, "delta": { "content": piece }, "finish_reason": null }]
        });
        body.push_str(&format!("data: {event}\n\n"));
    }
    if ends {
        let event = json!({
            "object": "chat.completion.chunk",
            "choices": [{ "index": 0, "delta": {}, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15 }
        });
        body.push_str(&format!("data: {event}\n\ndata: [DONE]\n\n"));
    }
    ResponseTemplate::new(200).set_body_raw(body, "text/event-stream")
}

/// Answers every chat with the reference solution of the starter problem it is asked, after `delay`.
pub struct Solver {
    answers: Vec<(String, String)>,
    delay: Duration,
}

impl Solver {
    pub fn new(answers: Vec<(String, String)>, delay: Duration) -> Self {
        Self { answers, delay }
    }
}

impl Respond for Solver {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let asked = body["messages"].to_string();
        let answer = self
            .answers
            .iter()
            .find(|(name, _)| asked.contains(&format!("def {name}(")))
            .map_or("I do not know.", |(_, program)| program.as_str());
        stream(&format!("```python\n{answer}\n```\n"), true).set_delay(self.delay)
    }
}

/// A server that knows these functions: name and program.
pub async fn solver(answers: Vec<(String, String)>, delay: Duration) -> MockServer {
    let server = listing().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(Solver::new(answers, delay))
        .mount(&server)
        .await;
    server
}

/// A server that gives every chat the same answer.
pub async fn answering(answer: impl Respond + 'static) -> MockServer {
    let server = listing().await;
    Mock::given(method("POST"))
        .and(path("/v1/chat/completions"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

/// A server that lists the model `stub` and answers nothing else.
pub async fn listing() -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/v1/models"))
        .respond_with(ResponseTemplate::new(200).set_body_json(
            json!({ "object": "list", "data": [{ "id": "stub", "object": "model" }] }),
        ))
        .mount(&server)
        .await;
    server
}

/// How a run names the server's model.
pub fn model(server: &MockServer) -> String {
    format!("openai:stub@{}/v1", server.uri())
}

/// How many answers were asked for.
pub async fn asked(server: &MockServer) -> usize {
    server
        .received_requests()
        .await
        .unwrap_or_default()
        .iter()
        .filter(|request| request.method.as_str() == "POST")
        .count()
}
