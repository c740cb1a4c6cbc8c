//! Ollama's own API, against replies written after its API reference, and against what goes wrong.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests: a panic is a failed test.

mod support;

use std::sync::Mutex;
use std::time::Duration;

use assay_core::{Coded, FinishReason, Generation, Transport};
use assay_providers::{
    CancellationToken, Failure, ProviderConfig, ProviderError, PullProgress, RetryPolicy,
    ignore_deltas, pull_ollama,
};
use serde_json::json;
use support::recorded::{LINES_HEAD, Server, Step, json_reply, json_step, reply_like_ollama};
use support::{chat, completion, open};

fn lines(text: &str) -> Vec<u8> {
    [LINES_HEAD, text].concat().into_bytes()
}

fn line_steps(text: &str, end: Option<Step>) -> Vec<Step> {
    let mut steps = vec![Step::Send(lines(text))];
    steps.extend(end);
    steps
}

fn config() -> ProviderConfig {
    let mut config = ProviderConfig::new("/nowhere");
    config.http.retry = RetryPolicy {
        max_attempts: 2,
        base: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    config
}

async fn ask(server: &Server) -> Result<Generation, ProviderError> {
    let provider = open(&format!("ollama:llama3.2@{}", server.root()), &config());
    let cancel = CancellationToken::new();
    provider
        .generate(&completion("def f():", 16), &ignore_deltas, &cancel)
        .await
}

#[tokio::test]
async fn a_chat_is_read_to_its_last_field_without_its_thoughts() {
    let server = Server::serve(reply_like_ollama).await;
    let provider = open(&format!("ollama:llama3.2@{}", server.root()), &config());
    let cancel = CancellationToken::new();
    let answer = provider
        .generate(&chat("hi", 24), &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(answer.text, "```python\ndef add(");
    assert_eq!(answer.finish, FinishReason::Length);
    assert_eq!(answer.usage.prompt_tokens, Some(31));
    assert_eq!(answer.usage.completion_tokens, Some(24));
    assert_eq!(answer.served_model.as_deref(), Some("llama3.2"));
    assert!(answer.first_token_ms.is_some());
    let heads: Vec<String> = server.requests().iter().map(|r| r.head.clone()).collect();
    assert!(heads[0].starts_with("post /api/show "), "{heads:?}");
    assert!(heads[1].starts_with("post /api/chat "), "{heads:?}");
}

#[tokio::test]
async fn a_check_learns_what_the_model_is() {
    let server = Server::serve(reply_like_ollama).await;
    let cancel = CancellationToken::new();
    let provider = open(&format!("ollama:llama3.2@{}", server.root()), &config());
    assert_eq!(provider.capabilities().context_length, None);
    let check = provider.check(&cancel).await.unwrap();
    assert_eq!(
        check.summary,
        "Ollama has llama3.2 (completion and chat, 131072 tokens of context)"
    );
    assert_eq!(provider.capabilities().context_length, Some(131_072));
    let names: Vec<String> = provider
        .list_models(&cancel)
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.name)
        .collect();
    assert_eq!(names, ["llama3.2:latest", "qwen2.5-coder:7b"]);

    let base = open(&format!("ollama:base@{}", server.root()), &config());
    base.check(&cancel).await.unwrap();
    assert!(!base.capabilities().chat);

    let embedder = open(&format!("ollama:embedder@{}", server.root()), &config());
    let error = embedder.check(&cancel).await.unwrap_err();
    assert_eq!(error.code(), "unsupported-prompt");

    let absent = open(&format!("ollama:absent@{}", server.root()), &config());
    for error in [
        absent.check(&cancel).await.unwrap_err(),
        absent
            .generate(&completion("x", 1), &ignore_deltas, &cancel)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.code(), "unknown-model");
        assert!(
            error
                .hint()
                .unwrap()
                .contains("assay models pull ollama:absent")
        );
    }
}

#[tokio::test]
async fn a_server_that_cannot_show_a_model_is_asked_all_the_same() {
    let server = Server::serve(|request| {
        if request.head.contains("/api/show") {
            json_reply(404, "", "404 page not found")
        } else {
            reply_like_ollama(request)
        }
    })
    .await;
    assert_eq!(ask(&server).await.unwrap().text, "    return a + b");
    let cancel = CancellationToken::new();
    for (name, code) in [
        ("llama3.2", None),
        ("qwen2.5-coder:7b", None),
        ("other", Some("unknown-model")),
    ] {
        let provider = open(&format!("ollama:{name}@{}", server.root()), &config());
        let found = provider.check(&cancel).await;
        assert_eq!(found.err().map(|error| error.code()), code, "{name}");
    }
}

#[tokio::test]
async fn an_error_in_the_middle_is_asked_again() {
    let show = json_step(200, "", include_str!("fixtures/ollama/show.json"));
    let broken = line_steps(
        "{\"response\":\"half\",\"done\":false}\n{\"error\":\"model runner has unexpectedly stopped\"}\n",
        None,
    );
    let whole = line_steps(include_str!("fixtures/ollama/generate.ndjson"), None);
    let server = Server::play(vec![show.clone(), broken.clone(), whole]).await;
    let answer = ask(&server).await.unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.attempts),
        ("    return a + b", 2)
    );

    let server = Server::play(vec![show, broken]).await;
    let error = ask(&server).await.unwrap_err();
    assert_eq!(error.attempts, 2);
    assert!(
        error.to_string().contains("unexpectedly stopped"),
        "{error}"
    );
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_truncated() {
    let show = json_step(200, "", include_str!("fixtures/ollama/show.json"));
    for (text, end) in [
        ("{\"response\":\"half\",\"done\":false}\n", None),
        ("{\"response\":\"half\",\"done\":false}\n{\"respo", None),
        (
            "{\"response\":\"half\",\"done\":false}\n",
            Some(Step::Reset),
        ),
    ] {
        let server = Server::play(vec![show.clone(), line_steps(text, end)]).await;
        let error = ask(&server).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Truncated), "{error:?}");
    }
}

#[tokio::test]
async fn a_model_that_was_only_loaded_gave_no_answer() {
    let show = json_step(200, "", include_str!("fixtures/ollama/show.json"));
    let loaded = line_steps(
        "{\"response\":\"\",\"done\":true,\"done_reason\":\"load\"}\n",
        None,
    );
    let server = Server::play(vec![show, loaded]).await;
    let error = ask(&server).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Empty));
}

#[tokio::test]
async fn a_pull_says_how_far_it_is() {
    let server = Server::serve(reply_like_ollama).await;
    let heard = Mutex::new(Vec::new());
    let listen = |progress: &PullProgress| heard.lock().unwrap().push(progress.clone());
    let model = format!("ollama:llama3.2@{}", server.root())
        .parse()
        .unwrap();
    let cancel = CancellationToken::new();
    pull_ollama(&model, &config(), &listen, &cancel)
        .await
        .unwrap();
    let heard = heard.into_inner().unwrap();
    let numbers: Vec<(u64, Option<u64>)> = heard.iter().map(|p| (p.bytes, p.total)).collect();
    assert_eq!(
        numbers[..5],
        [
            (0, None),
            (0, Some(2000)),
            (500, Some(2000)),
            (600, Some(2100)),
            (2100, Some(2100))
        ]
    );
    assert_eq!(heard.last().unwrap().status, "success");
    assert_eq!(
        server.requests()[0].body,
        json!({"model": "llama3.2", "stream": true})
    );
}

#[tokio::test]
async fn a_pull_that_fails_says_why_and_one_that_is_cancelled_ends() {
    let cancel = CancellationToken::new();
    let nothing = |_: &PullProgress| {};
    for (reply, code, said) in [
        (
            line_steps(
                "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n",
                None,
            ),
            "unknown-model",
            "file does not exist",
        ),
        (
            line_steps("{\"error\":\"write: no space left on device\"}\n", None),
            "provider-error",
            "no space left",
        ),
        (
            line_steps("{\"status\":\"pulling manifest\"}\n", None),
            "truncated-reply",
            "before its success",
        ),
        (
            json_step(404, "", r#"{"error":"model 'x' not found"}"#),
            "unknown-model",
            "not found",
        ),
    ] {
        let server = Server::play(vec![reply]).await;
        let model = format!("ollama:x@{}", server.root()).parse().unwrap();
        let error = pull_ollama(&model, &config(), &nothing, &cancel)
            .await
            .unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(said), "{error}");
    }
    let hanging = line_steps("{\"status\":\"pulling manifest\"}\n", Some(Step::Hang));
    let server = Server::play(vec![hanging]).await;
    let model = format!("ollama:x@{}", server.root()).parse().unwrap();
    let stop = |_: &PullProgress| cancel.cancel();
    let error = pull_ollama(&model, &config(), &stop, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.failure, Failure::Cancelled);
}
