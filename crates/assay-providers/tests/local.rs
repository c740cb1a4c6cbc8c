//! Models run in this process: real ones, from the folder `./scripts/test` fills.

#![allow(clippy::unwrap_used)] // Helpers of tests: a panic is a failed test.

mod support;

use std::sync::Mutex;

use assay_core::{Coded, FinishReason, ModelRef};
use assay_providers::models::ModelStore;
use assay_providers::{
    CancellationToken, Delta, Failure, ProviderConfig, ProviderRegistry, ignore_deltas,
};
use support::conformance::{Expectations, suite};
use support::subjects::{By, subject};
use support::{chat, completion, open, test_data};

const MODEL: &str = "local:smollm2-135m";

fn config() -> ProviderConfig {
    ProviderConfig::new(test_data())
}

#[tokio::test]
async fn conforms() {
    let subject = subject("local");
    for trial in subject.trials_by(By::InProcess) {
        let opened = subject.open(trial, "");
        subject.conform(trial, opened.provider.as_ref()).await;
    }
}

#[tokio::test]
async fn the_model_is_what_its_record_says() {
    let store = ModelStore::new(&test_data());
    let cancel = CancellationToken::new();
    let record = store
        .verify("smollm2-135m", &|_| {}, &cancel)
        .await
        .unwrap();
    assert_eq!(record.architecture, "llama");
    assert_eq!(record.context_length, Some(8192));
    assert!(record.chat);
    let capabilities = open(MODEL, &config()).capabilities();
    assert!(capabilities.chat && capabilities.completion && capabilities.seed);
    assert_eq!(capabilities.context_length, Some(8192));
}

/// Two prompts at once wait for each other, and neither changes the other's answer.
#[tokio::test]
async fn an_answer_does_not_depend_on_what_was_asked_before() {
    let provider = open(MODEL, &config());
    let cancel = CancellationToken::new();
    let mut first = completion("def is_prime(n):\n", 20);
    first.sampling.temperature = 0.8;
    let second = chat("Say a long sentence about the sea.", 20);
    let alone = provider
        .generate(&first, &ignore_deltas, &cancel)
        .await
        .unwrap();
    let (beside, other) = tokio::join!(
        provider.generate(&first, &ignore_deltas, &cancel),
        provider.generate(&second, &ignore_deltas, &cancel),
    );
    assert_eq!(beside.unwrap().text, alone.text);
    assert!(!other.unwrap().text.is_empty());
}

#[tokio::test]
async fn a_dropped_request_does_not_hold_up_the_next() {
    let provider = open(MODEL, &config());
    let cancel = CancellationToken::new();
    let endless = completion("1 2 3 4 5 6 7 8", 6000);
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let tell = move |_: Delta<'_>| {
        let _ = heard.send(());
    };
    tokio::select! {
        result = provider.generate(&endless, &tell, &cancel) => panic!("{result:?}"),
        _ = hears.recv() => {}
    }
    let next = provider
        .generate(&completion("x = ", 2), &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(next.usage.completion_tokens, Some(2));
}

#[tokio::test]
async fn the_context_bounds_prompt_and_answer() {
    let mut config = config();
    config.local.max_context = 64;
    let provider = open(MODEL, &config);
    assert_eq!(provider.capabilities().context_length, Some(64));
    let cancel = CancellationToken::new();
    let counting = "1 2 3 4 5 6 7 8 9 10 11 12 ";
    let answer = provider
        .generate(&completion(counting, 500), &ignore_deltas, &cancel)
        .await
        .unwrap();
    assert_eq!(answer.finish, FinishReason::Length);
    let usage = answer.usage;
    assert_eq!(
        usage.prompt_tokens.unwrap() + usage.completion_tokens.unwrap(),
        64
    );
    let error = provider
        .generate(&completion(&counting.repeat(9), 5), &ignore_deltas, &cancel)
        .await
        .unwrap_err();
    assert!(
        matches!(error.failure, Failure::PromptTooLong { limit: 63, .. }),
        "{error:?}"
    );
}

/// The same file with its chat template blotted out: it completes, and says why it does not chat.
#[tokio::test]
async fn without_a_template_it_only_completes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("base.gguf");
    let mut bytes =
        std::fs::read(ModelStore::new(&test_data()).path("smollm2-135m").unwrap()).unwrap();
    let key = b"tokenizer.chat_template";
    let at = bytes
        .windows(key.len())
        .position(|window| window == key)
        .unwrap();
    bytes[at..at + key.len()].copy_from_slice(b"tokenizer.chat_tmplgone");
    std::fs::write(&path, &bytes).unwrap();
    let provider = open(&format!("local:{}", path.display()), &config());
    assert!(!provider.capabilities().chat);
    suite(provider.as_ref(), Expectations::REAL).await;
}

#[tokio::test]
async fn a_cut_file_is_refused_and_the_thread_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.gguf");
    let bytes = std::fs::read(ModelStore::new(&test_data()).path("smollm2-135m").unwrap()).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let registry = ProviderRegistry::new();
    let cancel = CancellationToken::new();
    let cut: ModelRef = format!("local:{}", path.display()).parse().unwrap();
    let error = registry
        .open(&cut, &config())
        .unwrap()
        .generate(&completion("x", 1), &ignore_deltas, &cancel)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "model-load-failed");
    let whole: ModelRef = MODEL.parse().unwrap();
    let provider = registry.open(&whole, &config()).unwrap();
    provider
        .generate(&completion("x", 1), &ignore_deltas, &cancel)
        .await
        .unwrap();
}

/// The same weights under two names are two models: both are asked at once, first with room for both,
/// then with room for one.
#[tokio::test]
async fn two_models_at_once_answer_as_each_does_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = ModelStore::new(&test_data()).path("smollm2-135m").unwrap();
    let twin = folder.path().join("twin.gguf");
    std::fs::copy(&path, &twin).unwrap();
    let cancel = CancellationToken::new();
    let request = completion("def add(a, b):\n", 8);
    let alone = open(MODEL, &config())
        .generate(&request, &ignore_deltas, &cancel)
        .await
        .unwrap();
    for budget in [None, Some(220 << 20)] {
        let registry = ProviderRegistry::new();
        let mut config = config();
        config.local.max_context = 256;
        config.local.memory_budget = budget;
        let ask = |name: String| {
            let provider = registry.open(&name.parse().unwrap(), &config).unwrap();
            let (request, cancel) = (request.clone(), cancel.clone());
            tokio::spawn(async move { provider.generate(&request, &ignore_deltas, &cancel).await })
        };
        let twin = format!("local:{}", twin.display());
        let asked: Vec<_> = [MODEL, &twin, MODEL, &twin]
            .map(|name| ask(name.to_owned()))
            .into();
        for answer in asked {
            assert_eq!(answer.await.unwrap().unwrap().text, alone.text);
        }
    }
}

#[tokio::test]
async fn a_model_that_does_not_fit_is_refused_with_what_to_do() {
    let mut config = config();
    config.local.memory_budget = Some(100 << 20);
    let provider = open(MODEL, &config);
    let cancel = CancellationToken::new();
    let checked = provider.check(&cancel).await.unwrap_err();
    let asked = provider
        .generate(&completion("x", 1), &ignore_deltas, &cancel)
        .await
        .unwrap_err();
    for error in [checked, asked] {
        assert_eq!(error.code(), "model-too-large");
        assert!(error.hint().unwrap().contains("ASSAY_LOCAL_MEMORY"));
        assert!(error.to_string().contains("may take 104 MB"), "{error}");
    }
}

/// The token is cancelled while the weights are read, or just before or after: all the same to who asked.
#[tokio::test]
async fn cancelling_while_it_loads_ends_the_request_and_not_the_model() {
    let provider = open(MODEL, &config());
    let cancel = CancellationToken::new();
    let (result, ()) = tokio::join!(
        async {
            provider
                .generate(&completion("1 2 3", 4000), &ignore_deltas, &cancel)
                .await
        },
        async {
            tokio::task::yield_now().await;
            cancel.cancel();
        },
    );
    assert!(result.unwrap_err().is_cancelled());
    provider
        .generate(
            &completion("x", 1),
            &ignore_deltas,
            &CancellationToken::new(),
        )
        .await
        .unwrap();
}

#[test]
fn what_is_not_there_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let config = ProviderConfig::new(folder.path());
    for (model, code, hint) in [
        (
            "local:smollm2-135m",
            "unknown-model",
            "assay models pull smollm2-135m",
        ),
        ("local:nothing", "unknown-model", "assay models list"),
        (
            "local:/no/such/file.gguf",
            "unknown-model",
            "check the path",
        ),
        ("nobody:x", "unknown-provider", "local:NAME"),
        ("local:x@http://127.0.0.1/v1", "unsupported-prompt", ""),
    ] {
        let model: ModelRef = model.parse().unwrap();
        let error = ProviderRegistry::new().open(&model, &config).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.hint().unwrap().contains(hint), "{error:?}");
    }
}

#[tokio::test]
async fn pieces_are_heard_while_it_thinks() {
    let provider = open(MODEL, &config());
    let pieces = Mutex::new(0);
    let count = |_: Delta<'_>| *pieces.lock().unwrap() += 1;
    let cancel = CancellationToken::new();
    provider
        .generate(&completion("one two three", 8), &count, &cancel)
        .await
        .unwrap();
    assert!(*pieces.lock().unwrap() > 3);
}
