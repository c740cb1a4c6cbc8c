//! The OpenAI-compatible provider against recorded replies, and against everything that goes wrong.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use assay_core::{Coded, FinishReason, Generation, Transport};
use assay_providers::{
    ApiKey, ApiKeys, CancellationToken, Clock, Delta, Failure, ProviderError, ignore_deltas,
};
use serde_json::json;
use support::recorded::{Server, Step, json_reply, json_step, stream};
use support::{Setting, chat, completion, open, setting};

const GOOD: &str = r#"{"choices":[{"text":"ok","finish_reason":"stop"}]}"#;
const TOKEN: &[u8] = b"data: {\"choices\":[{\"text\":\"ab\",\"finish_reason\":null}]}\n\n";
const END: &[u8] = b"data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"stop\"}]}\n\n";
const DONE: &[u8] = b"data: [DONE]\n\n";

trait Asks {
    async fn ask(&self, url: &str) -> Result<Generation, ProviderError>;
}

impl Asks for Setting {
    async fn ask(&self, url: &str) -> Result<Generation, ProviderError> {
        open(&format!("openai:m@{url}"), &self.config)
            .generate(
                &completion("def f():", 16),
                &ignore_deltas,
                &CancellationToken::new(),
            )
            .await
    }
}

#[tokio::test]
async fn a_recorded_stream_is_read_to_its_last_field() {
    let server = Server::like_a_real_one().await;
    let provider = open(&format!("openai:smollm2@{}", server.url), &setting().config);
    let cancel = CancellationToken::new();
    let answer = provider
        .generate(&chat("hi", 8), &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(answer.text, "```python\ndef add_numbers(");
    assert_eq!(answer.finish, FinishReason::Length);
    assert_eq!(answer.usage.prompt_tokens, Some(39));
    assert_eq!(answer.usage.completion_tokens, Some(8));
    assert_eq!(answer.served_model.as_deref(), Some("smollm2"));
    assert!(answer.first_token_ms.is_some());
    let request = &server.requests()[0];
    assert!(request.head.starts_with("post /v1/chat/completions "));
    assert_eq!(
        request.body,
        json!({"model": "smollm2", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.0,
               "max_tokens": 8, "seed": 7, "stream": true, "stream_options": {"include_usage": true}})
    );
    assert!(!request.head.contains("authorization"), "no key, no header");
}

#[tokio::test]
async fn pieces_may_be_cut_anywhere() {
    let whole = [
        "data: {\"choices\":[{\"text\":\"a☃\"}]}\r\n\r\n: a comment\n\n".as_bytes(),
        TOKEN,
        END,
        DONE,
    ]
    .concat();
    let bytes: Vec<&[u8]> = whole.chunks(7).collect();
    let server = Server::play(vec![stream(&bytes, None)]).await;
    assert_eq!(setting().ask(&server.url).await.unwrap().text, "a☃ab");
}

#[tokio::test]
async fn a_stream_without_its_end_is_truncated_and_asked_for_again() {
    for (pieces, end) in [
        (vec![TOKEN], None),
        (vec![TOKEN], Some(Step::Reset)),
        (vec![TOKEN, &TOKEN[..20]], None),
    ] {
        let broken = stream(&pieces, end);
        let server = Server::play(vec![broken.clone(), stream(&[TOKEN, END, DONE], None)]).await;
        let setting = setting();
        let provider = open(&format!("openai:m@{}", server.url), &setting.config);
        let heard = Mutex::new(Vec::new());
        let listen = |delta: Delta<'_>| {
            heard.lock().unwrap().push(match delta {
                Delta::Text(text) => text.to_owned(),
                Delta::Restart => "restart".to_owned(),
            });
        };
        let answer = provider
            .generate(&completion("x", 4), &listen, &CancellationToken::new())
            .await
            .unwrap();
        assert_eq!((answer.text.as_str(), answer.attempts), ("ab", 2));
        assert_eq!(heard.into_inner().unwrap(), ["ab", "restart", "ab"]);
        assert_eq!(setting.slept(), [Duration::from_millis(250)]);

        let server = Server::play(vec![broken]).await;
        let error = setting.ask(&server.url).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Truncated));
        assert_eq!(error.attempts, 5);
        let Failure::Truncated { partial, .. } = error.failure else {
            panic!("{error:?}");
        };
        assert_eq!(partial, "ab", "what had arrived is kept");
    }
}

#[tokio::test]
async fn a_finish_reason_is_end_enough() {
    for pieces in [vec![TOKEN, END], vec![TOKEN, DONE]] {
        let server = Server::play(vec![stream(&pieces, None)]).await;
        let answer = setting().ask(&server.url).await.unwrap();
        assert_eq!((answer.text.as_str(), answer.attempts), ("ab", 1));
    }
}

#[tokio::test]
async fn server_errors_pass_and_backoff_grows() {
    let bad = json_step(503, "", r#"{"error":{"message":"loading model"}}"#);
    let server = Server::play(vec![
        bad.clone(),
        bad.clone(),
        bad,
        json_step(200, "", GOOD),
    ])
    .await;
    let setting = setting();
    let answer = setting.ask(&server.url).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.attempts), ("ok", 4));
    assert_eq!(setting.slept(), [250, 500, 1000].map(Duration::from_millis));
}

#[tokio::test]
async fn retry_after_is_obeyed_in_both_forms_and_within_reason() {
    for (header, slept) in [
        ("Retry-After: 3\r\n", 3250),
        ("Retry-After: Wed, 21 Oct 2015 07:28:07 GMT\r\n", 7250),
    ] {
        let busy = json_step(429, header, r#"{"error":{"message":"slow down"}}"#);
        let server = Server::play(vec![busy, json_step(200, "", GOOD)]).await;
        let setting = setting();
        assert_eq!(setting.ask(&server.url).await.unwrap().attempts, 2);
        assert_eq!(setting.slept(), [Duration::from_millis(slept)]);
    }
    let busy = json_step(429, "Retry-After: 86400\r\n", "{}");
    let server = Server::play(vec![busy]).await;
    let error = setting().ask(&server.url).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::RateLimited));
    assert_eq!(error.attempts, 1, "nobody waits a day");
}

#[tokio::test]
async fn an_account_without_money_is_not_asked_again() {
    let body = r#"{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}"#;
    let server = Server::play(vec![json_step(429, "", body)]).await;
    let error = setting().ask(&server.url).await.unwrap_err();
    assert_eq!((error.attempts, error.code()), (1, "provider-error"));
}

#[tokio::test]
async fn a_refused_key_names_its_variable_and_is_never_shown() {
    for status in [401, 403] {
        let body = r#"{"error":{"message":"Incorrect API key provided: sk-secret"}}"#;
        let server = Server::play(vec![json_step(status, "", body)]).await;
        let port = server.url.split(':').nth(2).unwrap().replace("/v1", "");
        let variable = format!("ASSAY_KEY_127_0_0_1_{port}");
        let mut setting = setting();
        let error = setting.ask(&server.url).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), ("api-key-refused", 1));
        assert!(
            error
                .hint()
                .unwrap()
                .contains(&format!("put it into the environment variable {variable}"))
        );

        setting.config.keys = ApiKeys::none().with(&variable, ApiKey::new("sk-secret"));
        let error = setting.ask(&server.url).await.unwrap_err();
        assert!(error.hint().unwrap().contains(&variable));
        assert!(
            server.requests()[1]
                .head
                .contains("authorization: bearer sk-secret")
        );
        let shown = format!("{error} {error:?} {:?}", error.info());
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[tokio::test]
async fn a_missing_model_is_told_from_a_missing_page() {
    for (status, body, code) in [
        (
            404,
            r#"{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}"#,
            "unknown-model",
        ),
        (
            404,
            r#"{"error":{"message":"File Not Found","code":404}}"#,
            "provider-error",
        ),
        (
            400,
            r#"{"error":{"message":"n too large"}}"#,
            "provider-error",
        ),
        (302, "", "provider-error"),
    ] {
        let server = Server::play(vec![json_step(status, "", body)]).await;
        let error = setting().ask(&server.url).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), (code, 1), "{error}");
        assert_eq!(error.transport(), Some(Transport::HttpError));
    }
}

#[tokio::test]
async fn replies_that_make_no_sense_are_errors() {
    for reply in [
        json_step(200, "", "{\"choices\": [{\"text\": \"a"),
        json_step(200, "", "<html>login</html>"),
        json_step(200, "", r#"{"choices":[]}"#),
        stream(&[b"data: {not json}\n\n", DONE], None),
        stream(&[DONE], None),
    ] {
        let server = Server::play(vec![reply]).await;
        let error = setting().ask(&server.url).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), ("bad-reply", 1), "{error}");
    }
}

#[tokio::test]
async fn an_answer_without_text_is_empty() {
    for reply in [
        json_step(
            200,
            "",
            r#"{"choices":[{"message":{"content":null},"finish_reason":"stop"}]}"#,
        ),
        stream(&[END, DONE], None),
    ] {
        let server = Server::play(vec![reply]).await;
        let error = setting().ask(&server.url).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Empty));
    }
}

#[tokio::test]
async fn an_error_inside_a_stream_is_an_error() {
    let event: &[u8] = b"data: {\"error\":{\"code\":400,\"message\":\"context too long\"}}\n\n";
    let server = Server::play(vec![stream(&[TOKEN, event], None)]).await;
    let error = setting().ask(&server.url).await.unwrap_err();
    assert!(
        matches!(error.failure, Failure::Http { status: 400, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn silence_is_a_timeout_wherever_it_falls() {
    let short = Duration::from_millis(60);
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    for (reply, phase) in [
        (vec![Step::Hang], "the first byte"),
        (stream(&[], Some(Step::Hang)), "the first byte"),
        (stream(&[TOKEN], Some(Step::Hang)), "the next byte"),
        (vec![Step::Send(head.to_vec()), Step::Hang], "the next byte"),
    ] {
        let server = Server::play(vec![reply]).await;
        let mut setting = setting();
        // Only the limit under test is short: a slow machine must not meet another one first.
        match phase {
            "the first byte" => setting.config.http.first_byte = short,
            _ => setting.config.http.idle = short,
        }
        setting.config.http.retry.max_attempts = 2;
        let error = setting.ask(&server.url).await.unwrap_err();
        assert_eq!(error.transport(), Some(Transport::Timeout));
        assert_eq!(error.attempts, 2);
        let Failure::Timeout { phase: found, .. } = error.failure else {
            panic!("{error:?}");
        };
        assert_eq!(found, phase);
    }
    // A server that trickles for ever meets the limit of the whole.
    let server = Server::play(vec![stream(&[TOKEN; 400], Some(Step::Hang))]).await;
    let mut setting = setting();
    setting.config.http.total = Duration::from_millis(100);
    setting.config.http.retry.max_attempts = 1;
    let error = setting.ask(&server.url).await.unwrap_err();
    assert!(
        matches!(
            error.failure,
            Failure::Timeout {
                phase: "the whole answer",
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn nobody_there_is_refused_after_all_attempts() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", free.local_addr().unwrap());
    drop(free);
    let setting = setting();
    let error = setting.ask(&url).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Refused));
    assert_eq!((error.attempts, setting.slept().len()), (5, 4));
    assert!(error.is_missing_requirement());
    let provider = open(&format!("openai:m@{url}"), &setting.config);
    let error = provider.check(&CancellationToken::new()).await.unwrap_err();
    assert_eq!((error.code(), error.attempts), ("provider-unreachable", 1));
}

#[tokio::test]
async fn cancelling_ends_a_silent_request_and_a_wait() {
    let setting = setting();
    for reply in [vec![Step::Hang], stream(&[TOKEN], Some(Step::Hang))] {
        let server = Server::play(vec![reply]).await;
        let provider = open(&format!("openai:m@{}", server.url), &setting.config);
        let cancel = CancellationToken::new();
        let request = completion("x", 4);
        let asking = provider.generate(&request, &ignore_deltas, &cancel);
        let cancelling = async {
            while server.requests().is_empty() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            cancel.cancel();
        };
        let (result, ()) = tokio::join!(asking, cancelling);
        assert!(result.unwrap_err().is_cancelled());
    }
    // While it waits to ask again.
    #[derive(Debug)]
    struct Endless;
    #[async_trait::async_trait]
    impl Clock for Endless {
        fn now(&self) -> SystemTime {
            SystemTime::now()
        }
        async fn sleep(&self, _: Duration) {
            std::future::pending().await
        }
        fn chance(&self) -> f64 {
            1.0
        }
    }
    let server = Server::play(vec![json_step(500, "", "{}")]).await;
    let mut config = setting.config.clone();
    config.http.clock = Arc::new(Endless);
    let provider = open(&format!("openai:m@{}", server.url), &config);
    let cancel = CancellationToken::new();
    let request = completion("x", 4);
    let asking = provider.generate(&request, &ignore_deltas, &cancel);
    let cancelling = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(asking, cancelling);
    assert!(result.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn a_key_across_the_cut_of_a_long_complaint_is_not_shown_in_part() {
    let said = format!("{} sk-secret-of-mine is wrong", "x".repeat(290));
    for body in [
        said.clone(),
        json!({"error": {"message": said}}).to_string(),
    ] {
        let server = Server::play(vec![json_step(401, "", &body)]).await;
        let port = server.url.split(':').nth(2).unwrap().replace("/v1", "");
        let mut setting = setting();
        setting.config.keys = ApiKeys::none().with(
            &format!("ASSAY_KEY_127_0_0_1_{port}"),
            ApiKey::new("sk-secret-of-mine"),
        );
        let error = setting.ask(&server.url).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("xxx ***"), "{shown}");
        assert!(!shown.contains("sk-s"), "{shown}");
    }
}

#[tokio::test]
async fn a_check_knows_what_is_served() {
    let cancel = CancellationToken::new();
    let list = r#"{"data":[{"id":"b","max_model_len":4096},{"id":"a"}]}"#;
    for (name, reply, expected) in [
        ("a", json_reply(200, "", list), Ok(Some(true))),
        ("m", json_reply(200, "", list), Err("unknown-model")),
        ("m", json_reply(404, "", "no"), Ok(None)),
        ("m", json_reply(200, "", r#"{"data":[]}"#), Ok(None)),
        ("m", json_reply(401, "", "{}"), Err("api-key-refused")),
        ("m", json_reply(200, "", "<html>"), Err("bad-reply")),
    ] {
        let server = Server::play(vec![vec![Step::Send(reply)]]).await;
        let provider = open(&format!("openai:{name}@{}", server.url), &setting().config);
        let found = provider.check(&cancel).await;
        assert_eq!(
            found
                .as_ref()
                .map(|check| check.listed)
                .map_err(Coded::code),
            expected
        );
        if expected == Err("unknown-model") {
            assert_eq!(found.unwrap_err().hint().unwrap(), "it offers a, b");
        }
    }
}
