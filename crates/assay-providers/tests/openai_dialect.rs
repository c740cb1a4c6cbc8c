//! What OpenAI-compatible servers do not take: fields and stop sequences that are learnt, left out and told.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::sync::Mutex;

use assay_core::FinishReason;
use assay_providers::{CancellationToken, Delta, ignore_deltas};
use serde_json::json;
use support::recorded::{Server, json_step, stream};
use support::{chat, completion, open, setting};

const GOOD: &str = r#"{"choices":[{"text":"ok","finish_reason":"stop"}]}"#;
const DONE: &[u8] = b"data: [DONE]\n\n";

/// How tokens are drawn is what is measured: every answer says what the server was not told.
#[tokio::test]
async fn a_temperature_a_top_p_and_a_seed_that_are_refused_are_told_with_every_answer() {
    let refusal = |field: &str| {
        let said =
            json!({"error": {"message": format!("'{field}' is not supported with this model.")}});
        json_step(400, "", &said.to_string())
    };
    let server = Server::play(vec![
        refusal("seed"),
        refusal("top_p"),
        refusal("temperature"),
        json_step(200, "", GOOD),
        json_step(200, "", GOOD),
    ])
    .await;
    let provider = open(&format!("openai:m@{}", server.url), &setting().config);
    let mut request = completion("x", 4);
    request.sampling.temperature = 0.8;
    request.sampling.top_p = Some(0.9);
    for _ in 0..2 {
        let answer = provider
            .generate(&request, &ignore_deltas, &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(
            answer.warnings,
            [
                "the server takes no seed: asked again, it may answer something else",
                "the server takes no temperature: its own was used, not 0.8",
                "the server takes no top-p: its own was used, not 0.9",
            ]
        );
    }
    // What was not asked for is not missed.
    request.sampling.top_p = None;
    request.seed = None;
    let server = Server::play(vec![json_step(200, "", GOOD)]).await;
    let provider = open(&format!("openai:m@{}", server.url), &setting().config);
    let answer = provider
        .generate(&request, &ignore_deltas, &CancellationToken::new())
        .await
        .unwrap();
    assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
}

#[tokio::test]
async fn fields_a_server_does_not_know_are_left_out_from_then_on() {
    let server = Server::play(vec![
        json_step(
            400,
            "",
            r#"{"error":{"message":"Unknown field: stream_options"}}"#,
        ),
        json_step(
            400,
            "",
            r#"{"error":{"message":"Use 'max_completion_tokens' instead"}}"#,
        ),
        json_step(
            200,
            "",
            r#"{"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}"#,
        ),
    ])
    .await;
    let provider = open(&format!("openai:m@{}", server.url), &setting().config);
    let cancel = CancellationToken::new();
    for _ in 0..2 {
        let answer = provider
            .generate(&chat("x", 4), &ignore_deltas, &cancel)
            .await
            .unwrap();
        assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 1));
    }
    let last = server.requests().pop().unwrap().body;
    assert_eq!(last.get("stream_options"), None);
    assert_eq!(last.get("max_tokens"), None);
    assert_eq!(last["max_completion_tokens"], 4);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_server_that_takes_four_stops_gets_four_and_the_rest_is_cut_here() {
    let refusal = json_step(
        400,
        "",
        r#"{"error":{"message":"Invalid 'stop': array too long. Expected at most 4, got 5."}}"#,
    );
    let piece = |text: &str| {
        let event = json!({"choices": [{"text": text, "finish_reason": null}]});
        format!("data: {event}\n\n")
    };
    // The fifth stop comes in two pieces, and the model goes on behind it until its tokens are spent.
    let pieces = ["    return 1\n", "#", " talk"].map(piece);
    let mut streamed: Vec<&[u8]> = pieces.iter().map(String::as_bytes).collect();
    streamed.extend([
        &b"data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"length\"}]}\n\n"[..],
        DONE,
    ]);
    let whole = r#"{"choices":[{"text":"    return 1\n# talk","finish_reason":"length"}]}"#;
    for (is_streamed, answer) in [
        (true, stream(&streamed, None)),
        (false, json_step(200, "", whole)),
    ] {
        let server = Server::play(vec![refusal.clone(), answer]).await;
        let mut setting = setting();
        setting.config.http.stream = is_streamed;
        let provider = open(&format!("openai:m@{}", server.url), &setting.config);
        let mut request = completion("def f():", 16);
        request.sampling.stop = ["\ndef ", "\nclass ", "\nif ", "\nprint(", "\n#"]
            .map(str::to_owned)
            .to_vec();
        for _ in 0..2 {
            let heard = Mutex::new(String::new());
            let listen = |delta: Delta<'_>| {
                if let Delta::Text(text) = delta {
                    heard.lock().unwrap().push_str(text);
                }
            };
            let answer = provider
                .generate(&request, &listen, &CancellationToken::new())
                .await
                .unwrap();
            assert_eq!((answer.text.as_str(), answer.attempts), ("    return 1", 1));
            assert_eq!(answer.finish, FinishReason::Stop);
            assert_eq!(heard.into_inner().unwrap(), answer.text);
        }
        let sent: Vec<usize> = server
            .requests()
            .iter()
            .map(|r| r.body["stop"].as_array().unwrap().len())
            .collect();
        assert_eq!(sent, [5, 4, 4], "refused once, and then known");
        let last = server.requests().pop().unwrap().body;
        assert_eq!(
            last["stop"],
            json!(["\ndef ", "\nclass ", "\nif ", "\nprint("])
        );
    }
}

#[tokio::test]
async fn a_server_that_takes_every_stop_is_sent_every_stop() {
    let server = Server::play(vec![json_step(200, "", GOOD)]).await;
    let provider = open(&format!("openai:m@{}", server.url), &setting().config);
    let mut request = completion("def f():", 16);
    request.sampling.stop = (0..6).map(|i| format!("stop {i}")).collect();
    let answer = provider
        .generate(&request, &ignore_deltas, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(answer.text, "ok");
    assert_eq!(
        server.requests()[0].body["stop"],
        json!(request.sampling.stop)
    );
}
