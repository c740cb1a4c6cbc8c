//! Recordings: what was answered is answered again, and nothing else is.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use assay_core::{
    Coded, FinishReason, Generation, GenerationRequest, Language, ModelRef, RequestOrigin, Usage,
};
use assay_providers::{
    ApiKey, ApiKeys, CancellationToken, Capabilities, Check, Delta, Failure, ModelInfo, OnDelta,
    Provider, ProviderConfig, ProviderError, Recording, ignore_deltas,
};
use async_trait::async_trait;
use support::recorded::Server;
use support::subjects::{By, subject};
use support::{chat, completion, open};

type Answer = Result<Generation, ProviderError>;

/// Gives the answers it was given, the last one first.
#[derive(Debug)]
struct Scripted {
    model: ModelRef,
    answers: Mutex<Vec<Answer>>,
}

const CAPABILITIES: Capabilities = Capabilities {
    completion: true,
    chat: false,
    streaming: true,
    seed: true,
    context_length: Some(99),
    concurrency: 3,
};

#[async_trait]
impl Provider for Scripted {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    async fn check(&self, _: &CancellationToken) -> Result<Check, ProviderError> {
        Err(Failure::Cancelled.into())
    }

    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        Err(Failure::Cancelled.into())
    }

    async fn generate(
        &self,
        _: &GenerationRequest,
        on_delta: OnDelta<'_>,
        _: &CancellationToken,
    ) -> Answer {
        on_delta(Delta::Text("piece"));
        self.answers.lock().unwrap().pop().unwrap()
    }
}

fn scripted(answers: Vec<Answer>) -> Arc<dyn Provider> {
    Arc::new(Scripted {
        model: "openai:m@http://127.0.0.1:1/v1".parse().unwrap(),
        answers: Mutex::new(answers.into_iter().rev().collect()),
    })
}

fn said(text: &str) -> Generation {
    Generation {
        text: text.to_owned(),
        finish: FinishReason::Length,
        usage: Usage {
            prompt_tokens: Some(3),
            completion_tokens: None,
        },
        // Not representable in few digits: it comes back to the last bit.
        latency_ms: 1000.0 / 3.0,
        first_token_ms: Some(0.1 + 0.2),
        attempts: 2,
        served_model: Some("m-1".to_owned()),
        warnings: vec!["the server takes no temperature".to_owned()],
    }
}

/// One of each kind that a request can end with.
fn failures() -> Vec<Failure> {
    let (url, detail) = ("http://h/v1".to_owned(), "no \"luck\"\n".to_owned());
    let timeout = |phase| Failure::Timeout {
        url: url.clone(),
        phase,
        limit: Duration::from_millis(1500),
    };
    vec![
        Failure::Refused {
            url: url.clone(),
            detail: detail.clone(),
        },
        timeout("connecting"),
        timeout("the first byte"),
        timeout("the next byte"),
        timeout("the whole answer"),
        Failure::RateLimited {
            url: url.clone(),
            detail: detail.clone(),
            retry_after: Some(Duration::from_secs(7)),
        },
        Failure::Http {
            url: url.clone(),
            status: 503,
            detail: detail.clone(),
        },
        Failure::BadReply {
            url,
            detail: detail.clone(),
        },
        Failure::Truncated {
            detail,
            partial: "def f(".to_owned(),
        },
        Failure::Empty {
            finish: FinishReason::Stop,
            usage: Usage::default(),
        },
        Failure::PromptTooLong {
            tokens: 9,
            limit: 8,
        },
    ]
}

fn file(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("run.jsonl")
}

async fn ask(provider: &Arc<dyn Provider>, request: &GenerationRequest) -> Answer {
    provider
        .generate(request, &ignore_deltas, &CancellationToken::new())
        .await
}

fn replayed(path: &Path) -> Arc<dyn Provider> {
    let recording = Recording::open(path).unwrap();
    assert!(recording.is_played());
    recording.provider(&recording.models()[0]).unwrap()
}

#[tokio::test]
async fn answers_and_failures_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let (text, talk) = (completion("x = ", 5), chat("x?", 5));
    let mut answers = vec![Ok(said("1")), Ok(said("2\u{1f600}\u{2028}\r\n"))];
    answers.extend(
        failures()
            .into_iter()
            .map(|failure| Err(ProviderError::new(failure, 4))),
    );
    let recording = Recording::create(&file(&folder)).unwrap();
    let recorder = recording.wrap(scripted(answers)).unwrap();
    let mut first = Vec::new();
    for at in 0..2 + failures().len() {
        first.push(ask(&recorder, if at == 1 { &talk } else { &text }).await);
    }
    drop((recorder, recording));

    let replay = replayed(&file(&folder));
    assert_eq!(replay.capabilities(), CAPABILITIES);
    let check = replay.check(&CancellationToken::new()).await.unwrap();
    assert!(check.summary.contains("run.jsonl"));
    for (at, first) in first.into_iter().enumerate() {
        let again = ask(&replay, if at == 1 { &talk } else { &text }).await;
        match (first, again) {
            (Ok(first), Ok(again)) => assert_eq!(first, again),
            (Err(first), Err(again)) => {
                assert_eq!(
                    (&first.failure, first.attempts),
                    (&again.failure, again.attempts)
                );
            }
            other => panic!("{other:?}"),
        }
    }
    let error = ask(&replay, &text).await.unwrap_err();
    assert_eq!(error.code(), "not-recorded");
    assert!(error.to_string().contains("12 times"), "{error}");
}

#[tokio::test]
async fn only_the_very_request_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let request = completion("x = ", 5);
    let recording = Recording::create(&file(&folder)).unwrap();
    let recorder = recording.wrap(scripted(vec![Ok(said("1"))])).unwrap();
    ask(&recorder, &request).await.unwrap();
    let replay = replayed(&file(&folder));
    let mut others = vec![
        completion("x =", 5),
        completion("x = ", 6),
        chat("x = ", 5),
        request.clone(),
        request.clone(),
    ];
    others[3].seed = Some(8);
    others[4].sampling.temperature = 0.1;
    for other in others {
        let error = ask(&replay, &other).await.unwrap_err();
        assert_eq!(error.code(), "not-recorded");
        assert!(error.failure.is_fatal() && !error.failure.is_transient());
    }
    assert_eq!(ask(&replay, &request).await.unwrap(), said("1"));
    let played = Recording::open(&file(&folder)).unwrap();
    let other: ModelRef = "openai:other@http://127.0.0.1:1/v1".parse().unwrap();
    let error = played.provider(&other).unwrap_err();
    assert!(error.to_string().contains("openai:m@"), "{error}");
}

/// The second sample's answer came first, one sample was asked for again after a failure, and a request
/// was made for no sample.
#[tokio::test]
async fn each_sample_gets_its_own_answer_again_in_any_order_and_any_number_of_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let plain = completion("x = ", 5);
    let of = |index, turn| GenerationRequest {
        origin: Some(RequestOrigin {
            language: Language::python(),
            problem: "P/0".into(),
            index,
            turn,
        }),
        ..plain.clone()
    };
    let failed = Failure::Truncated {
        detail: String::new(),
        partial: String::new(),
    };
    let recording = Recording::create(&path).unwrap();
    let recorder = recording
        .wrap(scripted(vec![
            Ok(said("second")),
            Err(ProviderError::new(failed, 1)),
            Ok(said("of nobody")),
            Ok(said("first")),
            Ok(said("first, repaired")),
        ]))
        .unwrap();
    for request in [&of(1, 0), &of(0, 0), &plain, &of(0, 0), &of(0, 1)] {
        let _ = ask(&recorder, request).await;
    }
    drop((recorder, recording));
    let replay = replayed(&path);
    // As often as a replay that is stopped asks for them.
    for _ in 0..3 {
        for (request, answer) in [
            (of(0, 0), "first"),
            (of(0, 1), "first, repaired"),
            (of(1, 0), "second"),
        ] {
            assert_eq!(ask(&replay, &request).await.unwrap(), said(answer));
        }
    }
    // A sample that was not recorded finds what was recorded without an origin, as in an older recording.
    assert_eq!(
        ask(&replay, &of(2, 0)).await.unwrap(),
        said("of nobody"),
        "it is the only one"
    );
    assert_eq!(
        ask(&replay, &plain).await.unwrap_err().code(),
        "not-recorded"
    );
}

#[tokio::test]
async fn a_recording_of_nothing_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let recording = Recording::create(&path).unwrap();
    let recorder = recording.wrap(scripted(vec![Ok(said("1"))])).unwrap();
    assert!(path.exists());
    drop((recorder, recording));
    assert!(!path.exists());
    // What was there before is not taken away.
    let recording = Recording::create(&path).unwrap();
    let recorder = recording.wrap(scripted(vec![Ok(said("1"))])).unwrap();
    ask(&recorder, &completion("x", 5)).await.unwrap();
    drop((recorder, recording));
    drop(Recording::append(&path).unwrap());
    assert_eq!(
        ask(&replayed(&path), &completion("x", 5)).await.unwrap(),
        said("1")
    );
}

#[tokio::test]
async fn a_line_cut_off_by_a_kill_is_left_out_and_the_recording_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    let [one, two] = ["1", "2"].map(|text| completion(text, 5));
    let recording = Recording::create(&path).unwrap();
    let recorder = recording
        .wrap(scripted(vec![Ok(said("1")), Ok(said("2"))]))
        .unwrap();
    ask(&recorder, &one).await.unwrap();
    let whole = std::fs::read(&path).unwrap();
    ask(&recorder, &two).await.unwrap();
    let all = std::fs::read(&path).unwrap();
    drop((recorder, recording));
    // Wherever the kill came: in the second line, or after all of it but its end.
    for cut in [
        whole.len() + 1,
        (whole.len() + all.len()) / 2,
        all.len() - 2,
    ] {
        std::fs::write(&path, &all[..cut]).unwrap();
        let replay = replayed(&path);
        assert_eq!(ask(&replay, &one).await.unwrap(), said("1"));
        assert_eq!(ask(&replay, &two).await.unwrap_err().code(), "not-recorded");
    }
    std::fs::write(&path, &all[..all.len() - 1]).unwrap();
    assert_eq!(ask(&replayed(&path), &two).await.unwrap(), said("2"));

    std::fs::write(&path, &all[..all.len() - 9]).unwrap();
    let recording = Recording::append(&path).unwrap();
    let recorder = recording.wrap(scripted(vec![Ok(said("other"))])).unwrap();
    ask(&recorder, &two).await.unwrap();
    drop((recorder, recording));
    let replay = replayed(&path);
    assert_eq!(ask(&replay, &one).await.unwrap(), said("1"));
    assert_eq!(ask(&replay, &two).await.unwrap(), said("other"));
}

#[test]
fn what_is_no_recording_is_refused_by_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder);
    assert_eq!(
        Recording::open(&path).unwrap_err().code(),
        "recording-not-found"
    );
    for (text, line) in [
        ("{}\n", "line 1"),
        ("a shopping list", "line 1"),
        (
            "{\"line\":\"model\",\"version\":2,\"model\":\"local:x\",\"capabilities\":{\"completion\":true,\"chat\":true,\"streaming\":true,\"seed\":true,\"context_length\":null,\"concurrency\":1}}\n",
            "version 2",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = Recording::open(&path).unwrap_err();
        assert_eq!(error.code(), "bad-recording");
        assert!(error.to_string().contains(line), "{error}");
    }
    assert_eq!(
        Recording::create(&path).unwrap_err().code(),
        "recording-exists"
    );
    assert!(Recording::append(&path).is_err());
}

#[tokio::test]
async fn a_cancelled_request_is_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let request = completion("x", 5);
    let recording = Recording::create(&file(&folder)).unwrap();
    let cancelled = Err(ProviderError::new(Failure::Cancelled, 1));
    let recorder = recording
        .wrap(scripted(vec![cancelled, Ok(said("1"))]))
        .unwrap();
    assert!(ask(&recorder, &request).await.unwrap_err().is_cancelled());
    ask(&recorder, &request).await.unwrap();
    let replay = replayed(&file(&folder));
    assert_eq!(ask(&replay, &request).await.unwrap(), said("1"));
}

/// Over a real wire: the key is sent, and stands nowhere in the file; the server is gone at the replay.
#[tokio::test]
async fn a_server_is_replayed_without_it_and_without_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::like_a_real_one().await;
    let host = server
        .url
        .trim_start_matches("http://")
        .replace(['.', ':'], "_");
    let variable = format!("ASSAY_KEY_{}", host.trim_end_matches("/v1"));
    let mut config = ProviderConfig::new(folder.path());
    config.keys = ApiKeys::none().with(&variable, ApiKey::new("sk-s3cret"));
    let provider = open(&format!("openai:m@{}", server.url), &config);
    let recording = Recording::create(&file(&folder)).unwrap();
    let recorder = recording.wrap(provider).unwrap();
    let (text, talk) = (completion("x = ", 5), chat("x?", 5));
    let first = (
        ask(&recorder, &text).await.unwrap(),
        ask(&recorder, &talk).await.unwrap(),
    );
    assert!(server.requests()[0].head.contains("sk-s3cret"));
    drop((recorder, recording, server));
    let written = std::fs::read_to_string(file(&folder)).unwrap();
    assert!(!written.contains("s3cret"));
    let replay = replayed(&file(&folder));
    let heard = Mutex::new(String::new());
    let hear = |delta: Delta<'_>| {
        if let Delta::Text(piece) = delta {
            heard.lock().unwrap().push_str(piece);
        }
    };
    let again = replay
        .generate(&text, &hear, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(*heard.lock().unwrap(), again.text);
    assert_eq!((again, ask(&replay, &talk).await.unwrap()), first);
}

/// A recorder is a provider like that which it wraps, and so is what answers from its file.
#[tokio::test]
async fn a_recording_of_a_real_model_conforms_as_the_model_does() {
    let folder = tempfile::tempdir().unwrap();
    let (local, replay) = (subject("local"), subject("replay"));
    let trials = local
        .trials_by(By::InProcess)
        .zip(replay.trials_by(By::Recording));
    for (recorded, replayed) in trials {
        assert_eq!(recorded.model, replayed.model);
        let recording = Recording::create(&file(&folder)).unwrap();
        let recorder = recording.wrap(local.open(recorded, "").provider).unwrap();
        local.conform(recorded, recorder.as_ref()).await;
        drop((recorder, recording));
        let player = self::replayed(&file(&folder));
        replay.conform(replayed, player.as_ref()).await;
    }
}
