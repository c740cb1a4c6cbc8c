//! Endpoints of a person's own, described by a template and pointers, over loopback.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests: a panic is a failed test.

mod support;

use std::time::Duration;

use assay_core::{Coded, FinishReason, Generation, Transport};
use assay_providers::{
    ApiKey, ApiKeys, CancellationToken, Failure, ProviderConfig, ProviderError, RetryPolicy,
    ignore_deltas,
};
use serde_json::json;
use support::recorded::{Server, json_reply, json_step};
use support::{completion, open};

const GOOD: &str =
    r#"{"out": [{"text": "ok then", "why": "length"}], "n": {"in": 3, "out": 2}, "error": null}"#;

struct Setting {
    _folder: tempfile::TempDir,
    config: ProviderConfig,
}

fn setting(url: &str, more: &str) -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        r#"[http.lab]
url = "{url}/ask?version=2"
body = '''{{"model": {{{{ model | tojson }}}}, "stop": {{{{ stop | tojson }}}},
{{% if messages %}}"messages": {{{{ messages | tojson }}}}{{% else %}}"prompt": {{{{ prompt | tojson }}}}{{% endif %}}}}'''
text = "/out/0/text"
finish = "/out/0/why"
prompt_tokens = "/n/in"
completion_tokens = "/n/out"
error = "/error"
headers = {{ Authorization = "Bearer ${{LAB_KEY}}", X-Team = "code" }}
{more}
"#
    );
    std::fs::write(folder.path().join("providers.toml"), text).unwrap();
    let mut config = ProviderConfig::new(folder.path());
    config.keys = ApiKeys::none()
        .with("LAB_KEY", ApiKey::new("sk-secret"))
        .with("ASSAY_KEY_HTTP", ApiKey::new("sk-other"));
    config.http.retry = RetryPolicy {
        max_attempts: 3,
        base: Duration::from_millis(1),
        ..RetryPolicy::default()
    };
    Setting {
        _folder: folder,
        config,
    }
}

async fn ask(config: &ProviderConfig) -> Result<Generation, ProviderError> {
    let cancel = CancellationToken::new();
    open("http:lab/m-1", config)
        .generate(&completion("say \"hi\"", 8), &ignore_deltas, &cancel)
        .await
}

#[tokio::test]
async fn what_is_sent_and_read_is_what_the_definition_says() {
    let server = Server::serve(|_| json_reply(200, "", GOOD)).await;
    let setting = setting(server.root(), "method = \"PUT\"\nconcurrency = 3");
    assert_eq!(
        open("http:lab", &setting.config).capabilities().concurrency,
        3
    );
    let answer = ask(&setting.config).await.unwrap();
    assert_eq!(answer.text, "ok then");
    assert_eq!(answer.finish, FinishReason::Length);
    assert_eq!(
        (answer.usage.prompt_tokens, answer.usage.completion_tokens),
        (Some(3), Some(2))
    );
    let request = &server.requests()[0];
    assert!(
        request.head.starts_with("put /ask?version=2 "),
        "{}",
        request.head
    );
    assert!(
        request.head.contains("\nauthorization: bearer sk-secret"),
        "{}",
        request.head
    );
    assert!(request.head.contains("\nx-team: code"));
    assert!(!request.head.contains("sk-other"));
    assert_eq!(
        request.body,
        json!({"model": "m-1", "prompt": "say \"hi\"", "stop": []})
    );
}

#[tokio::test]
async fn stops_are_cut_here() {
    let server = Server::serve(|_| json_reply(200, "", GOOD)).await;
    let setting = setting(server.root(), "");
    let mut request = completion("x", 8);
    request.sampling.stop = vec![" then".to_owned()];
    let cancel = CancellationToken::new();
    let provider = open("http:lab", &setting.config);
    let answer = provider
        .generate(&request, &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.finish),
        ("ok", FinishReason::Stop)
    );
}

#[tokio::test]
async fn what_may_pass_is_asked_again_and_the_rest_is_not() {
    let busy = json_step(503, "", r#"{"error": "busy"}"#);
    let good = json_step(200, "", GOOD);
    let server = Server::play(vec![busy, good]).await;
    assert_eq!(
        ask(&setting(server.root(), "").config)
            .await
            .unwrap()
            .attempts,
        2
    );

    for (status, body, code, said) in [
        (
            200,
            r#"{"out": []}"#,
            "bad-reply",
            "it holds no text at /out/0/text",
        ),
        (
            200,
            r#"{"out": [{"text": 7}]}"#,
            "bad-reply",
            "what it holds at /out/0/text is no text",
        ),
        (200, "<html>", "bad-reply", "not the JSON expected"),
        (
            400,
            r#"{"error": "no sk-secret here"}"#,
            "provider-error",
            "no *** here",
        ),
        (
            401,
            r#"{"error": "bad key sk-secret"}"#,
            "api-key-refused",
            "bad key ***",
        ),
    ] {
        let server = Server::play(vec![json_step(status, "", body)]).await;
        let error = ask(&setting(server.root(), "").config).await.unwrap_err();
        assert_eq!((error.code(), error.attempts), (code, 1), "{error}");
        assert!(error.to_string().contains(said), "{error}");
        assert!(!format!("{error:?} {:?}", error.hint()).contains("secret"));
        if status == 401 {
            assert!(error.hint().unwrap().contains("LAB_KEY is not accepted"));
        }
    }

    let inside = json_step(
        200,
        "",
        r#"{"error": {"message": "no quota", "code": 429}}"#,
    );
    let server = Server::play(vec![inside]).await;
    let error = ask(&setting(server.root(), "").config).await.unwrap_err();
    assert_eq!(
        (error.transport(), error.attempts),
        (Some(Transport::RateLimited), 3)
    );
}

#[tokio::test]
async fn a_key_that_is_not_set_is_named_before_anything_is_sent() {
    let server = Server::serve(|_| json_reply(200, "", GOOD)).await;
    let mut setting = setting(server.root(), "");
    setting.config.keys = ApiKeys::none();
    let cancel = CancellationToken::new();
    let provider = open("http:lab", &setting.config);
    for error in [
        ask(&setting.config).await.unwrap_err(),
        provider.check(&cancel).await.unwrap_err(),
    ] {
        let Failure::Setting { name, .. } = &error.failure else {
            panic!("{error:?}");
        };
        assert_eq!(name, "LAB_KEY");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_check_knocks_without_a_key() {
    let server = Server::serve(|_| json_reply(405, "", "")).await;
    let setting = setting(server.root(), "");
    let cancel = CancellationToken::new();
    let provider = open("http:lab", &setting.config);
    let check = provider.check(&cancel).await.unwrap();
    assert!(check.summary.contains("HTTP 405"), "{}", check.summary);
    let head = &server.requests()[0].head;
    assert!(
        head.starts_with("head /ask?version=2 ") && !head.contains("authorization"),
        "{head}"
    );
    assert!(!format!("{provider:?}").contains("secret"));

    let nobody = self::setting("http://127.0.0.1:9", "");
    let error = open("http:lab", &nobody.config)
        .check(&cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "provider-unreachable");
}

#[tokio::test]
async fn a_slow_endpoint_meets_its_limit() {
    let server = Server::play(vec![vec![support::recorded::Step::Hang]]).await;
    let mut setting = setting(server.root(), "timeout_s = 1");
    setting.config.http.retry.max_attempts = 1;
    let error = ask(&setting.config).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Timeout));
}
