//! What decides an answer, and what decides a verdict: the keys of the two caches.
//!
//! A key is the SHA-256 of all of it as JSON, and of the version of this list: a change of what is in it makes every
//! older entry unknown rather than wrong.

use assay_core::{Language, Limits, Prompt, Sampling, StrategyId, TestForm};
use assay_sandbox::{HARNESS_VERSION, Program};
use assay_store::CacheKey;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Of what is in the keys below. To be raised when something is added that an entry may differ by.
const VERSION: u32 = 1;

/// Everything that decides an answer.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct AnswerKey<'a> {
    /// With its provider and address.
    pub model: &'a str,
    /// Of the model's file, where it is one.
    pub model_digest: Option<&'a str>,
    pub strategy: &'a StrategyId,
    /// As it is sent, so that earlier turns are in it.
    pub prompt: &'a Prompt,
    pub sampling: &'a Sampling,
    /// The sample's own, whether it is sent or not: a run with another seed wants other answers.
    pub seed: Option<u64>,
    pub seed_sent: bool,
    /// Repeats are different answers.
    pub index: u32,
}

/// Everything that decides a verdict.
#[derive(Debug, Clone, Copy, Serialize)]
struct ExecutionKey<'a> {
    identity: &'a str,
    harness: u32,
    limits: &'a Limits,
    language: &'a Language,
    source: &'a str,
    stdin: Option<&'a str>,
    tests: Option<TestsKey<'a>>,
}

#[derive(Debug, Clone, Copy, Serialize)]
struct TestsKey<'a> {
    source: &'a str,
    prompt: &'a str,
    setup: &'a str,
    entry_point: &'a str,
    form: TestForm,
}

impl AnswerKey<'_> {
    pub(crate) fn key(&self) -> Option<CacheKey> {
        key("answer", self)
    }
}

/// `identity` is the sandbox's for the program's language.
pub(crate) fn execution_key(
    identity: &str,
    program: &Program,
    limits: &Limits,
) -> Option<CacheKey> {
    key(
        "execution",
        &ExecutionKey {
            identity,
            harness: HARNESS_VERSION,
            limits,
            language: &program.language,
            source: &program.source,
            stdin: program.stdin.as_deref(),
            tests: program.tests.as_ref().map(|tests| TestsKey {
                source: &tests.source,
                prompt: &tests.prompt,
                setup: &tests.setup,
                entry_point: &tests.entry_point,
                form: tests.form,
            }),
        },
    )
}

/// `None` for what cannot be written as JSON (a number that is none): it is then not cached.
fn key(what: &str, value: &impl Serialize) -> Option<CacheKey> {
    let mut hash = Sha256::new();
    hash.update(format!("assay {what} {VERSION}\n"));
    serde_json::to_writer(&mut hash, value).ok()?;
    Some(CacheKey(hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use assay_core::{Message, Role};
    use assay_sandbox::Tests;

    use super::*;

    #[test]
    fn everything_that_decides_an_answer_is_in_its_key() {
        let (text, other) = (
            Prompt::Completion { text: "a".into() },
            Prompt::Completion { text: "b".into() },
        );
        let chat = Prompt::Chat {
            messages: vec![Message {
                role: Role::User,
                content: "a".into(),
            }],
        };
        let (one, two) = (StrategyId::from("one"), StrategyId::from("two"));
        let sampling = Sampling::default();
        let (hot, nucleus, long, stopped) = (
            Sampling {
                temperature: 0.5,
                ..sampling.clone()
            },
            Sampling {
                top_p: Some(0.9),
                ..sampling.clone()
            },
            Sampling {
                max_tokens: 513,
                ..sampling.clone()
            },
            Sampling {
                stop: vec!["x".into()],
                ..sampling.clone()
            },
        );
        let key = AnswerKey {
            model: "openai:m",
            model_digest: None,
            strategy: &one,
            prompt: &text,
            sampling: &sampling,
            seed: Some(1),
            seed_sent: true,
            index: 0,
        };
        let all = [
            key,
            AnswerKey {
                model: "openai:m@http://127.0.0.1/v1",
                ..key
            },
            AnswerKey {
                model_digest: Some("sha256:0"),
                ..key
            },
            AnswerKey {
                strategy: &two,
                ..key
            },
            AnswerKey {
                prompt: &other,
                ..key
            },
            AnswerKey {
                prompt: &chat,
                ..key
            },
            AnswerKey {
                sampling: &hot,
                ..key
            },
            AnswerKey {
                sampling: &nucleus,
                ..key
            },
            AnswerKey {
                sampling: &long,
                ..key
            },
            AnswerKey {
                sampling: &stopped,
                ..key
            },
            AnswerKey {
                seed: Some(2),
                ..key
            },
            AnswerKey { seed: None, ..key },
            AnswerKey {
                seed_sent: false,
                ..key
            },
            AnswerKey { index: 1, ..key },
        ];
        let keys: HashSet<_> = all.iter().map(|k| k.key().unwrap()).collect();
        assert_eq!(keys.len(), all.len());
        assert_eq!(all[0].key(), key.key());
    }

    #[test]
    fn everything_that_decides_a_verdict_is_in_its_key() {
        let tests = Tests {
            source: "assert f()".into(),
            prompt: "def f():".into(),
            setup: String::new(),
            entry_point: "f".into(),
            form: TestForm::Statements,
        };
        let program = Program {
            language: Language::python(),
            source: "pass".into(),
            stdin: None,
            tests: Some(tests.clone()),
        };
        let with = |change: &dyn Fn(&mut Tests)| {
            let mut tests = tests.clone();
            change(&mut tests);
            Program {
                tests: Some(tests),
                ..program.clone()
            }
        };
        let programs = [
            program.clone(),
            Program {
                language: Language::new("php"),
                ..program.clone()
            },
            Program {
                source: "pass ".into(),
                ..program.clone()
            },
            Program {
                stdin: Some(String::new()),
                ..program.clone()
            },
            Program {
                tests: None,
                ..program.clone()
            },
            with(&|t| t.source.push(' ')),
            with(&|t| t.prompt.push(' ')),
            with(&|t| t.setup.push(' ')),
            with(&|t| t.entry_point.push('g')),
            with(&|t| t.form = TestForm::CheckFunction),
        ];
        let limits = Limits::default();
        let mut keys: HashSet<_> = programs
            .iter()
            .map(|p| execution_key("image", p, &limits).unwrap())
            .collect();
        keys.insert(execution_key("image 2", &program, &limits).unwrap());
        let changes: [fn(&mut Limits); 7] = [
            |l| l.wall_ms += 1,
            |l| l.memory_mb += 1,
            |l| l.processes += 1,
            |l| l.output_bytes += 1,
            |l| l.kept_output_bytes += 1,
            |l| l.disk_mb += 1,
            |l| l.open_files += 1,
        ];
        for change in changes {
            let mut limits = limits.clone();
            change(&mut limits);
            keys.insert(execution_key("image", &program, &limits).unwrap());
        }
        assert_eq!(keys.len(), programs.len() + 1 + changes.len());
    }
}
