//! What every provider must do, whatever is behind it. A new provider is tested by one call of [`suite`].

use std::sync::Mutex;

use assay_core::{Coded, FinishReason, Generation, GenerationRequest, Transport};
use assay_providers::{CancellationToken, Delta, Failure, Provider, ProviderError, ignore_deltas};

use super::{chat, completion};

const PROMPT: &str = "def add(a, b):\n    \"\"\"Return the sum of a and b.\"\"\"\n";

/// What the suite may expect of the server behind the provider.
#[derive(Debug, Clone, Copy)]
pub struct Expectations {
    /// The same seed gives the same text at a temperature above 0.
    pub seed_is_honoured: bool,
    /// Another seed gives another text there.
    pub seeds_differ: bool,
    /// `max_tokens`, stop sequences and token counts are real, not recorded.
    pub really_generates: bool,
}

/// Runs every check; panics with the name of the rule that is broken.
pub async fn suite(provider: &dyn Provider, expect: Expectations) {
    let capabilities = provider.capabilities();
    assert!(capabilities.concurrency >= 1, "concurrency is at least one");
    assert!(
        capabilities.completion || capabilities.chat,
        "a model can be asked for something"
    );
    there_is_something_there(provider).await;
    for (possible, request) in [
        (capabilities.completion, completion(PROMPT, 24)),
        (
            capabilities.chat,
            chat("Write a Python function that adds two numbers.", 24),
        ),
    ] {
        if possible {
            an_answer_is_whole(provider, &request, expect).await;
            deltas_add_up(provider, &request).await;
            cancelling_ends_at_once(provider, &request).await;
            cancelling_in_the_middle_ends(provider, &request).await;
            if expect.really_generates {
                limits_hold(provider, &request).await;
                stops_hold(provider, &request).await;
                greedy_is_deterministic(provider, &request).await;
            }
            if capabilities.seed {
                seeds_hold(provider, &request, expect).await;
            }
        } else {
            what_it_cannot_do_is_said(provider, &request).await;
        }
    }
}

async fn ask(provider: &dyn Provider, request: &GenerationRequest) -> Generation {
    provider
        .generate(request, &ignore_deltas, &CancellationToken::new())
        .await
        .unwrap()
}

async fn there_is_something_there(provider: &dyn Provider) {
    let cancel = CancellationToken::new();
    let check = provider.check(&cancel).await.unwrap();
    assert_ne!(
        check.listed,
        Some(false),
        "a model that is not listed is an error"
    );
    assert!(!check.summary.is_empty(), "a check says what it found");
    let models = provider.list_models(&cancel).await.unwrap();
    assert!(
        models.is_sorted_by(|a, b| a.name <= b.name),
        "models are listed by name"
    );
}

async fn an_answer_is_whole(
    provider: &dyn Provider,
    request: &GenerationRequest,
    expect: Expectations,
) {
    let answer = ask(provider, request).await;
    assert!(!answer.text.is_empty(), "an answer has text");
    assert_eq!(answer.attempts, 1, "one request is enough");
    assert!(answer.latency_ms > 0.0, "an answer takes time");
    if let Some(first) = answer.first_token_ms {
        assert!(
            first <= answer.latency_ms,
            "the first token is no later than the last"
        );
    }
    if expect.really_generates {
        let made = answer.usage.completion_tokens.expect("tokens are counted");
        assert!(
            (1..=24).contains(&made),
            "as many tokens as allowed: {made}"
        );
        assert!(answer.usage.prompt_tokens.expect("the prompt is counted") > 3);
    }
}

async fn deltas_add_up(provider: &dyn Provider, request: &GenerationRequest) {
    let heard = Mutex::new(String::new());
    let listen = |delta: Delta<'_>| match delta {
        Delta::Text(text) => heard.lock().unwrap().push_str(text),
        Delta::Restart => heard.lock().unwrap().clear(),
    };
    let answer = provider
        .generate(request, &listen, &CancellationToken::new())
        .await
        .unwrap();
    assert_eq!(
        heard.into_inner().unwrap(),
        answer.text,
        "the pieces are the whole"
    );
}

fn assert_cancelled(result: Result<Generation, ProviderError>) {
    let error = result.expect_err("a cancelled request has no answer");
    assert!(error.is_cancelled(), "{error:?}");
    assert_eq!(
        error.transport(),
        None,
        "a cancelled request is still outstanding"
    );
}

async fn cancelling_ends_at_once(provider: &dyn Provider, request: &GenerationRequest) {
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_cancelled(provider.generate(request, &ignore_deltas, &cancel).await);
}

async fn cancelling_in_the_middle_ends(provider: &dyn Provider, request: &GenerationRequest) {
    let cancel = CancellationToken::new();
    let stop = |_: Delta<'_>| cancel.cancel();
    // Long enough that it cannot be over before it is cancelled.
    let mut request = request.clone();
    request.sampling.max_tokens = 2000;
    let result = provider.generate(&request, &stop, &cancel).await;
    if provider.capabilities().streaming && result.is_err() {
        assert_cancelled(result);
    }
}

async fn limits_hold(provider: &dyn Provider, request: &GenerationRequest) {
    let mut request = request.clone();
    request.sampling.max_tokens = 3;
    let answer = ask(provider, &request).await;
    assert_eq!(answer.finish, FinishReason::Length, "a cut answer says so");
    assert_eq!(answer.usage.completion_tokens, Some(3));
}

async fn stops_hold(provider: &dyn Provider, request: &GenerationRequest) {
    let whole = ask(provider, request).await.text;
    // The longest word it says, without its first letter: it begins and ends inside tokens.
    let word = whole
        .split(|c: char| !c.is_ascii_alphabetic())
        .max_by_key(|word| word.len())
        .unwrap();
    assert!(word.len() > 2, "the answer holds a word: {whole:?}");
    let stop = &word[1..];
    let mut request = request.clone();
    request.sampling.stop = vec!["never said".to_owned(), stop.to_owned()];
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
    assert_eq!(
        answer.finish,
        FinishReason::Stop,
        "a stop sequence is a stop"
    );
    assert_eq!(
        answer.text,
        whole[..whole.find(stop).unwrap()],
        "cut before the stop"
    );
    assert_eq!(
        heard.into_inner().unwrap(),
        answer.text,
        "no piece of a stop is given out"
    );
}

async fn greedy_is_deterministic(provider: &dyn Provider, request: &GenerationRequest) {
    let mut request = request.clone();
    let first = ask(provider, &request).await.text;
    request.seed = Some(8);
    assert_eq!(
        ask(provider, &request).await.text,
        first,
        "greedy needs no seed"
    );
}

async fn seeds_hold(provider: &dyn Provider, request: &GenerationRequest, expect: Expectations) {
    let mut request = request.clone();
    request.sampling.temperature = 1.2;
    request.sampling.top_p = Some(0.95);
    let first = ask(provider, &request).await.text;
    let second = ask(provider, &request).await.text;
    if expect.seed_is_honoured {
        assert_eq!(first, second, "the same seed, the same text");
    }
    if expect.seeds_differ {
        request.seed = Some(99);
        assert_ne!(
            ask(provider, &request).await.text,
            first,
            "another seed, another text"
        );
    }
}

async fn what_it_cannot_do_is_said(provider: &dyn Provider, request: &GenerationRequest) {
    let error = provider
        .generate(request, &ignore_deltas, &CancellationToken::new())
        .await
        .unwrap_err();
    assert!(
        matches!(error.failure, Failure::Unsupported { .. }),
        "{error:?}"
    );
    assert_eq!(error.transport(), Some(Transport::HttpError));
    assert!(error.hint().is_some(), "what one can do instead is said");
}
