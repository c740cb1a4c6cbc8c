//! Programs of a person's own: honest ones, and all the ways in which one can fail.

#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests: a panic is a failed test.

mod support;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assay_core::{Coded, FinishReason, Generation, Transport};
use assay_providers::{
    ApiKey, ApiKeys, CancellationToken, Delta, Failure, Provider, ProviderConfig, ProviderError,
    ProviderRegistry, ignore_deltas,
};
use support::{chat, completion, open};

struct Setting {
    folder: tempfile::TempDir,
    config: ProviderConfig,
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/programs/model.py")
}

/// A data folder with one program, `mine`, in the mode given; `more` are further lines of its definition.
fn setting(mode: &str, more: &str) -> Setting {
    let folder = tempfile::tempdir().unwrap();
    let script = script();
    let text = format!(
        "[program.mine]\ncommand = [\"python3\", '{}', \"{mode}\"]\n{more}\n",
        script.display()
    );
    std::fs::write(folder.path().join("providers.toml"), text).unwrap();
    let config = ProviderConfig::new(folder.path());
    Setting { folder, config }
}

impl Setting {
    fn open(&self) -> Arc<dyn Provider> {
        open("program:mine", &self.config)
    }
}

/// A provider with the folder its program starts in.
struct Opened {
    provider: Arc<dyn Provider>,
    _folder: tempfile::TempDir,
}

impl std::ops::Deref for Opened {
    type Target = dyn Provider;

    fn deref(&self) -> &Self::Target {
        self.provider.as_ref()
    }
}

fn opened(mode: &str, more: &str) -> Opened {
    let setting = setting(mode, more);
    Opened {
        provider: setting.open(),
        _folder: setting.folder,
    }
}

async fn ask(provider: &dyn Provider) -> Result<Generation, ProviderError> {
    let cancel = CancellationToken::new();
    provider
        .generate(&completion("a b c d e", 8), &ignore_deltas, &cancel)
        .await
}

/// The message of the failure in this mode, when it is one of the program's.
async fn failure(mode: &str) -> String {
    let error = ask(&*opened(mode, "")).await.unwrap_err();
    assert!(
        matches!(error.failure, Failure::Program { .. }),
        "{error:?}"
    );
    assert_eq!(error.transport(), Some(Transport::HttpError));
    assert_eq!(error.attempts, 1);
    error.to_string()
}

/// Whether the process is there and no zombie.
fn lives(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap()
            .trim_start()
            .starts_with('Z')
    })
}

async fn ends(pid: &str) {
    let started = Instant::now();
    while lives(pid) {
        assert!(started.elapsed() < Duration::from_secs(20), "{pid} goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The first delta of a request that is cancelled (or dropped) when it has come.
async fn first_delta_then_cancel(provider: &dyn Provider) -> String {
    let cancel = CancellationToken::new();
    let heard = Mutex::new(String::new());
    let stop = |delta: Delta<'_>| {
        if let Delta::Text(text) = delta {
            heard.lock().unwrap().push_str(text);
        }
        cancel.cancel();
    };
    let error = provider
        .generate(&completion("x", 8), &stop, &cancel)
        .await
        .unwrap_err();
    assert!(error.is_cancelled(), "{error:?}");
    heard.into_inner().unwrap()
}

#[tokio::test]
async fn what_its_definition_leaves_out_is_said() {
    let setting = setting("streamed", "capabilities = [\"completion\"]");
    let cancel = CancellationToken::new();
    let error = setting
        .open()
        .generate(&chat("x", 2), &ignore_deltas, &cancel)
        .await;
    assert!(error.unwrap_err().to_string().contains("leave out chat"));
}

#[tokio::test]
async fn an_answer_in_deltas_times_its_first_token() {
    let answer = ask(&*opened("streamed", "")).await.unwrap();
    assert!(answer.first_token_ms.is_some());
    assert_eq!(answer.usage.prompt_tokens, Some(5));
    assert_eq!(answer.usage.completion_tokens, Some(8));
    assert_eq!(answer.finish, FinishReason::Length);
}

#[tokio::test]
async fn one_program_answers_request_after_request_where_it_was_told_to_live() {
    let setting = setting("pid", "cwd = \"place\"");
    std::fs::create_dir(setting.folder.path().join("place")).unwrap();
    let provider = open("program:mine/some/model", &setting.config);
    let first = ask(provider.as_ref()).await.unwrap().text;
    assert_eq!(ask(provider.as_ref()).await.unwrap().text, first);
    let words: Vec<&str> = first.split(' ').collect();
    assert_eq!(words[1], "some/model");
    assert!(words[2].ends_with("/place"), "{first}");
    assert!(lives(words[0]));
    drop(provider);
    ends(words[0]).await;
}

#[tokio::test]
async fn as_many_are_started_as_the_definition_says() {
    let setting = setting("pid", "concurrency = 2");
    let provider = setting.open();
    assert_eq!(provider.capabilities().concurrency, 2);
    let asked = (0..6).map(|_| ask(provider.as_ref()));
    let answers = futures::future::join_all(asked).await;
    let mut pids: Vec<String> = answers
        .into_iter()
        .map(|answer| answer.unwrap().text)
        .collect();
    pids.sort();
    pids.dedup();
    assert_eq!(pids.len(), 2, "{pids:?}");
}

#[tokio::test]
async fn a_program_that_writes_before_it_reads_is_heard() {
    let mut request = completion("x", 4);
    // More than a pipe holds.
    if let assay_core::Prompt::Completion { text } = &mut request.prompt {
        *text = "word ".repeat(60_000);
    }
    let provider = opened("first", "");
    let cancel = CancellationToken::new();
    let answer = provider.generate(&request, &ignore_deltas, &cancel).await;
    assert_eq!(answer.unwrap().usage.prompt_tokens, Some(60_000));
}

#[tokio::test]
async fn lines_may_come_in_pieces() {
    let answer = ask(&*opened("half-lines", "")).await.unwrap();
    assert_eq!(answer.text, "a\u{2603}b");
}

#[tokio::test]
async fn a_death_is_told_with_status_and_last_words() {
    let error = failure("dying").await;
    assert!(
        error.contains(
            "'mine' failed: it ended with exit status 3; its last words: line 12 with no key | "
        ),
        "{error}"
    );
    assert!(error.ends_with("line 19 with no key"), "{error}");
}

#[tokio::test]
async fn a_death_in_the_middle_keeps_what_had_come() {
    let error = ask(&*opened("dying-later", "")).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Truncated));
    let Failure::Truncated { detail, partial } = error.failure else {
        panic!("it broke off");
    };
    assert_eq!(partial, "so far ");
    assert!(
        detail.contains("signal 6") && detail.ends_with("in the middle of a line"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_program_that_ended_is_started_again() {
    let provider = opened("once", "");
    let first = ask(&*provider).await.unwrap().text;
    ends(&first).await;
    assert_ne!(ask(&*provider).await.unwrap().text, first);

    let provider = opened("dying", "");
    ask(&*provider).await.unwrap_err();
    let error = ask(&*provider).await.unwrap_err().to_string();
    assert!(error.contains("exit status 3"), "{error}");
}

#[tokio::test]
async fn what_is_no_protocol_is_named() {
    for (mode, expected) in [
        (
            "babbling",
            "no JSON (expected value at line 1 column 1): Loading checkpoint shards: 100%",
        ),
        ("wrong-id", "it answers with the id 2, and was asked with 1"),
        ("wrong-text", "not what its deltas add up to"),
        ("wrong-type", "not the object expected"),
        ("huge-line", "longer than 16 MB"),
        ("huge-deltas", "longer than 16 MB"),
        ("error", "it says: out of memory"),
    ] {
        let error = failure(mode).await;
        assert!(error.contains(expected), "{mode}: {error}");
        assert!(error.len() < 500, "{mode}: {error}");
    }
}

#[tokio::test]
async fn an_answer_without_text_keeps_its_counts() {
    let error = ask(&*opened("empty", "")).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Empty));
    let Failure::Empty { finish, usage } = error.failure else {
        panic!("it is empty");
    };
    assert_eq!(
        (finish, usage.completion_tokens),
        (FinishReason::Length, Some(3))
    );
}

#[tokio::test]
async fn a_slow_answer_meets_its_limit() {
    let error = ask(&*opened("slow", "timeout_s = 1")).await.unwrap_err();
    assert_eq!(error.transport(), Some(Transport::Timeout));
    assert_eq!(
        error.to_string(),
        "program:mine did not answer in time (the whole answer took more than 1 s)"
    );
}

#[tokio::test]
async fn a_program_that_heeds_a_cancellation_lives_on() {
    let setting = setting("slow", "");
    let provider = setting.open();
    let first = first_delta_then_cancel(provider.as_ref()).await;
    assert_eq!(first_delta_then_cancel(provider.as_ref()).await, first);
    assert!(lives(&first));
}

#[tokio::test]
async fn one_that_does_not_is_ended_with_all_it_started() {
    let setting = setting("deaf", "");
    let provider = setting.open();
    let heard = first_delta_then_cancel(provider.as_ref()).await;
    let pids: Vec<&str> = heard.split(' ').collect();
    ends(pids[0]).await;
    ends(pids[1]).await;
    let next = first_delta_then_cancel(provider.as_ref()).await;
    assert_ne!(next, heard, "another was started");
}

#[tokio::test]
async fn a_request_that_is_dropped_is_cancelled() {
    let setting = setting("deaf", "");
    let provider = setting.open();
    let heard = Mutex::new(String::new());
    let listen = |delta: Delta<'_>| {
        if let Delta::Text(text) = delta {
            heard.lock().unwrap().push_str(text);
        }
    };
    let cancel = CancellationToken::new();
    let request = completion("x", 8);
    let come = async {
        while heard.lock().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        _ = provider.generate(&request, &listen, &cancel) => panic!("it answered"),
        () = come => {}
    }
    let heard = heard.into_inner().unwrap();
    for pid in heard.split(' ') {
        ends(pid).await;
    }
}

#[tokio::test]
async fn what_runs_past_a_stop_is_cut_and_not_waited_for() {
    let mut request = completion("x", 1000);
    request.sampling.stop = vec!["2\nli".to_owned()];
    let provider = opened("endless", "");
    let cancel = CancellationToken::new();
    let answer = provider
        .generate(&request, &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(answer.text, "line 0\nline 1\nline ");
    assert_eq!(answer.finish, FinishReason::Stop);
}

#[tokio::test]
async fn keys_come_from_the_environment_and_go_nowhere_else() {
    let mut setting = setting(
        "environment",
        "env_keys = [\"MY_KEY\"]\nenv = { SIZE = \"7\" }",
    );
    let Err(error) =
        ProviderRegistry::new().open(&"program:mine".parse().unwrap(), &setting.config)
    else {
        panic!("a key is missing");
    };
    assert_eq!(error.code(), "program-not-started");
    assert!(error.is_missing_requirement());
    assert!(error.to_string().contains("MY_KEY is not set"), "{error}");

    setting.config.keys = ApiKeys::none()
        .with("MY_KEY", ApiKey::new("sk-secret"))
        .with("OPENAI_API_KEY", ApiKey::new("sk-other"));
    let answer = ask(setting.open().as_ref()).await.unwrap().text;
    let environment: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(environment["MY_KEY"], "sk-secret");
    assert_eq!(environment["SIZE"], "7");
    assert!(
        environment["PATH"].is_string(),
        "what is no key is inherited"
    );
    assert!(!answer.contains("sk-other"));

    for mode in [
        "error",
        "dying",
        "error-at-the-cut",
        "key-for-a-count",
        "key-for-an-id",
        "dying-with-a-key",
    ] {
        let mut setting = self::setting(mode, "env_keys = [\"MY_KEY\"]");
        setting.config.keys = ApiKeys::none().with("MY_KEY", ApiKey::new("sk-secret"));
        let provider = setting.open();
        let error = ask(provider.as_ref()).await.unwrap_err();
        let said = format!("{error} {error:?} {provider:?}");
        assert!(said.contains("**") && !said.contains("sk-"), "{said}");
        assert!(said.len() < 2000, "{mode}: {}", said.len());
    }
}

#[tokio::test]
async fn a_check_starts_the_program_and_says_why_it_did_not_come_up() {
    let cancel = CancellationToken::new();
    let provider = opened("not-up", "");
    // On a busy machine it may end after the check; the next one, or a request, says so.
    let started = Instant::now();
    let error = loop {
        match provider.check(&cancel).await {
            Err(error) => break error,
            Ok(_) => assert!(started.elapsed() < Duration::from_secs(60), "it goes on"),
        }
    };
    assert_eq!(error.code(), "program-not-started");
    assert!(error.failure.is_fatal());
    assert!(
        error
            .to_string()
            .ends_with("exit status 1; its last words: the weights are missing"),
        "{error}"
    );

    for (command, more, expected) in [
        (
            "no-such-program-here",
            "",
            "no-such-program-here: No such file",
        ),
        ("./nothing", "", "nothing: No such file"),
        ("python3", "cwd = \"nowhere\"", "nowhere: No such file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("[program.mine]\ncommand = [\"{command}\"]\n{more}\n");
        std::fs::write(folder.path().join("providers.toml"), text).unwrap();
        let provider = open("program:mine", &ProviderConfig::new(folder.path()));
        let error = provider.check(&cancel).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(ask(provider.as_ref()).await.unwrap_err().attempts, 0);
    }

    let setting = setting("pid", "");
    let provider = setting.open();
    let check = provider.check(&cancel).await.unwrap();
    assert!(
        check.summary.contains("model.py pid runs"),
        "{}",
        check.summary
    );
    let names = provider.list_models(&cancel).await.unwrap();
    assert_eq!(names[0].name, "mine");
}

#[tokio::test]
async fn what_is_not_defined_is_said() {
    let setting = setting("honest", "");
    let registry = ProviderRegistry::new();
    let code_of = |model: &str| {
        let error = registry
            .open(&model.parse().unwrap(), &setting.config)
            .unwrap_err();
        (error.code(), format!("{error} {}", error.hint().unwrap()))
    };
    let (code, said) = code_of("program:other");
    assert_eq!(code, "unknown-model");
    assert!(said.contains("defined are program:mine"), "{said}");
    assert_eq!(code_of("program:mine@http://h/").0, "unsupported-prompt");
    std::fs::write(
        setting.folder.path().join("providers.toml"),
        "[program.mine]\ncomand = 1",
    )
    .unwrap();
    let (code, said) = code_of("program:mine");
    assert_eq!(code, "bad-provider-definition");
    assert!(
        said.contains("line 2, program.mine.comand: unknown field"),
        "{said}"
    );
}
