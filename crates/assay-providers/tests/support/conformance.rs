//! What every provider must do, whatever is behind it. A new provider is tested by one call of [`suite`].

use std::collections::BTreeSet;
use std::sync::Mutex;

use assay_core::{
    Coded, FinishReason, Generation, GenerationRequest, Message, Prompt, Role, Transport,
};
use assay_providers::{
    CancellationToken, Capabilities, Delta, Failure, Provider, ProviderError, ignore_deltas,
};
use futures::future::{BoxFuture, join_all};

use super::{chat, completion};

const PROMPT: &str = "def add(a, b):\n    \"\"\"Return the sum of a and b.\"\"\"\n";

/// What the suite may expect of the server behind the provider.
#[derive(Debug, Clone, Copy)]
pub struct Expectations {
    /// The same seed gives the same text at a temperature above 0.
    pub seed_is_honoured: bool,
    /// Another seed gives another text there.
    pub seeds_differ: bool,
    /// `max_tokens` and stop sequences do something: the answer is not recorded.
    pub really_generates: bool,
    /// It counts the tokens of an answer.
    pub counts_tokens: bool,
    /// It says of an answer that was cut at `max_tokens` that it was.
    pub tells_length: bool,
    /// It counts the tokens of a prompt before it is answered.
    pub counts_prompts: bool,
    /// When its first piece is heard, the rest of an answer has not come yet.
    pub can_be_interrupted: bool,
}

impl Expectations {
    /// Of recorded replies: they are what they are, whatever is asked.
    pub const RECORDED: Self = Self {
        seed_is_honoured: true,
        seeds_differ: false,
        really_generates: false,
        counts_tokens: false,
        tells_length: false,
        counts_prompts: false,
        can_be_interrupted: false,
    };

    /// Of a model that is really asked.
    pub const REAL: Self = Self {
        seed_is_honoured: true,
        seeds_differ: true,
        really_generates: true,
        counts_tokens: true,
        tells_length: true,
        counts_prompts: false,
        can_be_interrupted: true,
    };
}

/// What a provider must do, and where that can be seen.
pub struct Rule {
    pub title: &'static str,
    /// Whether it is checked of a provider with these capabilities.
    pub applies: fn(&Capabilities, &Expectations) -> bool,
    check: Check,
}

type Checked<'a> = BoxFuture<'a, ()>;

enum Check {
    /// Of the provider as such.
    Provider(for<'a> fn(&'a dyn Provider) -> Checked<'a>),
    /// Of each kind of prompt it takes.
    Possible(for<'a> fn(&'a dyn Provider, &'a GenerationRequest, Expectations) -> Checked<'a>),
    /// Of a kind of prompt it does not take.
    Impossible(for<'a> fn(&'a dyn Provider, &'a GenerationRequest) -> Checked<'a>),
    /// Of a chat.
    Chat(for<'a> fn(&'a dyn Provider, &'a GenerationRequest) -> Checked<'a>),
}

/// Everything that is checked. The table in docs/conformance.md is made of this list.
pub const RULES: &[Rule] = &[
    Rule {
        title: "it is found, and lists its models by name",
        applies: |_, _| true,
        check: Check::Provider(|p| Box::pin(there_is_something_there(p))),
    },
    Rule {
        title: "an answer is whole, timed and counted",
        applies: |_, _| true,
        check: Check::Possible(|p, r, e| Box::pin(an_answer_is_whole(p, r, e))),
    },
    Rule {
        title: "the pieces of an answer are the answer",
        applies: |_, _| true,
        check: Check::Possible(|p, r, _| Box::pin(deltas_add_up(p, r))),
    },
    Rule {
        title: "a cancelled request ends at once",
        applies: |_, _| true,
        check: Check::Possible(|p, r, _| Box::pin(cancelling_ends_at_once(p, r))),
    },
    Rule {
        title: "a request cancelled in the middle ends",
        applies: |can, expect| can.streaming && expect.can_be_interrupted,
        check: Check::Possible(|p, r, _| Box::pin(cancelling_in_the_middle_ends(p, r))),
    },
    Rule {
        title: "no more tokens are made than allowed",
        applies: |_, expect| expect.really_generates && expect.counts_tokens,
        check: Check::Possible(|p, r, _| Box::pin(limits_hold(p, r))),
    },
    Rule {
        title: "an answer that was cut at the limit says so",
        applies: |_, expect| expect.tells_length,
        check: Check::Possible(|p, r, _| Box::pin(a_cut_answer_says_so(p, r))),
    },
    Rule {
        title: "an answer ends before a stop sequence",
        applies: |_, expect| expect.really_generates,
        check: Check::Possible(|p, r, _| Box::pin(stops_hold(p, r))),
    },
    Rule {
        title: "at temperature 0 the same prompt has the same answer",
        applies: |_, expect| expect.really_generates,
        check: Check::Possible(|p, r, _| Box::pin(greedy_is_deterministic(p, r))),
    },
    Rule {
        title: "a seed decides what is drawn",
        applies: |can, expect| can.seed && expect.really_generates && expect.seed_is_honoured,
        check: Check::Possible(|p, r, e| Box::pin(seeds_hold(p, r, e))),
    },
    Rule {
        title: "n requests with n seeds have n answers",
        applies: |can, expect| can.seed && expect.seeds_differ,
        check: Check::Possible(|p, r, _| Box::pin(many_seeds_have_many_answers(p, r))),
    },
    Rule {
        title: "a beginning that is given is not in the answer",
        applies: |can, expect| can.chat && expect.really_generates,
        check: Check::Chat(|p, r| Box::pin(a_prefill_is_not_repeated(p, r))),
    },
    Rule {
        title: "a prompt's tokens, counted beforehand, are those it has",
        applies: |_, expect| expect.counts_prompts,
        check: Check::Possible(|p, r, _| Box::pin(counted_tokens_are_the_prompts(p, r))),
    },
    Rule {
        title: "what it cannot do is said, with what can be done instead",
        applies: |can, _| !(can.completion && can.chat),
        check: Check::Impossible(|p, r| Box::pin(what_it_cannot_do_is_said(p, r))),
    },
];

/// Checks every rule that applies; panics with the name of the rule that is broken.
pub async fn suite(provider: &dyn Provider, expect: Expectations) {
    let capabilities = provider.capabilities();
    assert!(capabilities.concurrency >= 1, "concurrency is at least one");
    assert!(
        capabilities.completion || capabilities.chat,
        "a model can be asked for something"
    );
    let continued = completion(PROMPT, 24);
    let answered = chat("Write a Python function that adds two numbers.", 24);
    let prompts = [
        (capabilities.completion, &continued),
        (capabilities.chat, &answered),
    ];
    for rule in RULES {
        if !(rule.applies)(&capabilities, &expect) {
            continue;
        }
        match rule.check {
            Check::Provider(check) => check(provider).await,
            Check::Chat(check) => check(provider, &answered).await,
            Check::Possible(check) => {
                for (_, request) in prompts.iter().filter(|(possible, _)| *possible) {
                    check(provider, request, expect).await;
                }
            }
            Check::Impossible(check) => {
                for (_, request) in prompts.iter().filter(|(possible, _)| !possible) {
                    check(provider, request).await;
                }
            }
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
    assert_cancelled(provider.generate(&request, &stop, &cancel).await);
}

async fn answer_of_three_tokens(
    provider: &dyn Provider,
    request: &GenerationRequest,
) -> Generation {
    let mut request = request.clone();
    request.sampling.max_tokens = 3;
    ask(provider, &request).await
}

async fn limits_hold(provider: &dyn Provider, request: &GenerationRequest) {
    let answer = answer_of_three_tokens(provider, request).await;
    assert_eq!(answer.usage.completion_tokens, Some(3));
}

async fn a_cut_answer_says_so(provider: &dyn Provider, request: &GenerationRequest) {
    let answer = answer_of_three_tokens(provider, request).await;
    assert_eq!(answer.finish, FinishReason::Length, "a cut answer says so");
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
    assert_eq!(first, second, "the same seed, the same text");
    if expect.seeds_differ {
        request.seed = Some(99);
        assert_ne!(
            ask(provider, &request).await.text,
            first,
            "another seed, another text"
        );
    }
}

async fn many_seeds_have_many_answers(provider: &dyn Provider, request: &GenerationRequest) {
    let requests: Vec<GenerationRequest> = (1..=4)
        .map(|seed| {
            let mut request = request.clone();
            request.sampling.temperature = 1.2;
            request.seed = Some(seed);
            request
        })
        .collect();
    let answers = join_all(requests.iter().map(|request| ask(provider, request))).await;
    let texts: BTreeSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
    assert!(
        texts.len() > 1,
        "seeds that differ draw differently: {texts:?}"
    );
}

async fn a_prefill_is_not_repeated(provider: &dyn Provider, request: &GenerationRequest) {
    let given = "```python\ndef";
    let mut request = request.clone();
    let Prompt::Chat { messages } = &mut request.prompt else {
        panic!("a chat is asked here");
    };
    messages.push(Message {
        role: Role::Assistant,
        content: given.to_owned(),
    });
    let answer = ask(provider, &request).await.text;
    assert!(!answer.contains(given), "only what is new: {answer:?}");
}

async fn counted_tokens_are_the_prompts(provider: &dyn Provider, request: &GenerationRequest) {
    let counted = provider
        .count_tokens(request, &CancellationToken::new())
        .await
        .unwrap();
    assert!(counted.is_some(), "they are counted");
    let used = ask(provider, request).await.usage.prompt_tokens;
    assert_eq!(counted, used, "counted before as after");
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
