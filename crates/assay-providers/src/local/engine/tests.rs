//! The thread of inference with a backend that tells what it is made to do.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use assay_core::{FinishReason, Prompt, Sampling};

use super::*;

const GIB: u64 = 1 << 30;

#[derive(Debug, PartialEq, Eq)]
enum Did {
    Loading(String),
    Answered(String, String),
    Unloaded(String),
}

/// "Loads" at once, except models called `endless`, whose loading only a cancellation ends; answers a
/// prompt that says `wait` when the test lets it.
struct Fake {
    did: Sender<Did>,
    go_on: Mutex<Receiver<()>>,
}

struct FakeModel {
    name: String,
    did: Sender<Did>,
}

impl Drop for FakeModel {
    fn drop(&mut self) {
        let _ = self.did.send(Did::Unloaded(self.name.clone()));
    }
}

fn name_of(job: &Job) -> String {
    job.model.path.display().to_string()
}

impl Backend for Fake {
    type Model = FakeModel;

    fn load(&self, job: &Job) -> Result<FakeModel, Failure> {
        let name = name_of(job);
        self.did.send(Did::Loading(name.clone())).unwrap();
        if name == "endless" {
            while !job.cancel.is_cancelled() {
                std::thread::yield_now();
            }
            return Err(Failure::Cancelled);
        }
        Ok(FakeModel {
            name,
            did: self.did.clone(),
        })
    }

    fn answer(&self, model: &FakeModel, job: &Job) -> Result<Answer, Failure> {
        assert_eq!(model.name, name_of(job));
        let Prompt::Completion { text: prompt } = job.request.prompt.clone() else {
            panic!("these tests complete");
        };
        if prompt == "wait" {
            self.go_on.lock().unwrap().recv().unwrap();
        }
        self.did
            .send(Did::Answered(model.name.clone(), prompt.clone()))
            .unwrap();
        Ok(Answer {
            text: prompt,
            finish: FinishReason::Stop,
            prompt_tokens: 1,
            completion_tokens: 1,
            first_token: None,
            total: Duration::ZERO,
        })
    }
}

struct Bench {
    engine: Engine,
    did: Receiver<Did>,
    go_on: Sender<()>,
    idle_after: Duration,
}

impl Bench {
    fn new() -> Self {
        let (did, heard) = channel();
        let (go_on, waits) = channel();
        Self {
            engine: Engine::with(Fake {
                did,
                go_on: Mutex::new(waits),
            }),
            did: heard,
            go_on,
            idle_after: Duration::from_secs(3600),
        }
    }

    /// Asks a model of `gib` GiB, of the 4 that all may take.
    fn ask(
        &self,
        model: &str,
        gib: u64,
        prompt: &str,
        cancel: &CancellationToken,
    ) -> UnboundedReceiver<Event> {
        self.engine.submit(|events| Job {
            model: ModelKey {
                path: model.into(),
                bytes: gib * GIB,
                modified: None,
            },
            memory: Memory {
                needs: gib * GIB,
                budget: 4 * GIB,
                idle_after: self.idle_after,
            },
            request: GenerationRequest {
                prompt: Prompt::Completion {
                    text: prompt.to_owned(),
                },
                sampling: Sampling::default(),
                seed: None,
                origin: None,
            },
            threads: 1,
            max_context: 1,
            cancel: cancel.clone(),
            events,
        })
    }

    fn answer(&self, model: &str, gib: u64) -> Result<String, Failure> {
        end(&mut self.ask(model, gib, "p", &CancellationToken::new()))
    }

    fn did(&self) -> Vec<Did> {
        self.did.try_iter().collect()
    }
}

fn end(events: &mut UnboundedReceiver<Event>) -> Result<String, Failure> {
    loop {
        match events.blocking_recv() {
            Some(Event::Text(_)) => {}
            Some(Event::Done(result)) => return result.map(|answer| answer.text),
            None => panic!("the thread has ended"),
        }
    }
}

fn loading(model: &str) -> Did {
    Did::Loading(model.to_owned())
}

fn unloaded(model: &str) -> Did {
    Did::Unloaded(model.to_owned())
}

fn answered(model: &str, prompt: &str) -> Did {
    Did::Answered(model.to_owned(), prompt.to_owned())
}

#[test]
fn models_stay_while_they_fit_and_the_one_unused_for_longest_goes() {
    let bench = Bench::new();
    for (model, gib) in [("a", 2), ("b", 1), ("a", 2)] {
        bench.answer(model, gib).unwrap();
    }
    let (a, b) = (answered("a", "p"), answered("b", "p"));
    assert_eq!(
        bench.did(),
        [loading("a"), a, loading("b"), b, answered("a", "p")]
    );
    // 2 + 1 + 2 are one too many; b goes, being unused for longest.
    bench.answer("c", 2).unwrap();
    assert_eq!(
        bench.did(),
        [unloaded("b"), loading("c"), answered("c", "p")]
    );
}

#[test]
fn a_model_larger_than_the_budget_is_refused_and_drives_nothing_out() {
    let bench = Bench::new();
    bench.answer("a", 1).unwrap();
    let failure = bench.answer("huge", 5).unwrap_err();
    assert!(matches!(failure, Failure::TooLarge { .. }), "{failure}");
    bench.answer("a", 1).unwrap();
    assert_eq!(
        bench.did(),
        [loading("a"), answered("a", "p"), answered("a", "p")]
    );
}

#[test]
fn an_idle_model_is_unloaded_without_being_asked() {
    let mut bench = Bench::new();
    bench.idle_after = Duration::from_millis(20);
    bench.answer("a", 1).unwrap();
    for expected in [loading("a"), answered("a", "p"), unloaded("a")] {
        assert_eq!(bench.did.recv().unwrap(), expected);
    }
    bench.idle_after = Duration::from_secs(3600);
    bench.answer("a", 1).unwrap();
    assert_eq!(bench.did(), [loading("a"), answered("a", "p")]);
}

#[test]
fn cancelling_ends_a_loading_and_the_next_model_has_its_turn() {
    let bench = Bench::new();
    let cancel = CancellationToken::new();
    let mut endless = bench.ask("endless", 4, "p", &cancel);
    assert_eq!(bench.did.recv().unwrap(), loading("endless"));
    let mut waiting = bench.ask("endless", 4, "q", &cancel);
    let mut next = bench.ask("a", 1, "p", &CancellationToken::new());
    cancel.cancel();
    assert_eq!(end(&mut endless).unwrap_err(), Failure::Cancelled);
    assert_eq!(end(&mut waiting).unwrap_err(), Failure::Cancelled);
    end(&mut next).unwrap();
    assert_eq!(bench.did(), [loading("a"), answered("a", "p")]);
}

/// Both are loaded; one has ten prompts in line when the other is asked.
#[test]
fn a_long_line_for_one_model_does_not_hold_up_the_other() {
    let bench = Bench::new();
    let cancel = CancellationToken::new();
    bench.answer("a", 1).unwrap();
    bench.answer("b", 1).unwrap();
    let mut last = bench.ask("a", 1, "wait", &cancel);
    for i in 0..10 {
        last = bench.ask("a", 1, &i.to_string(), &cancel);
    }
    let mut other = bench.ask("b", 1, "b", &cancel);
    bench.did();
    bench.go_on.send(()).unwrap();
    end(&mut other).unwrap();
    end(&mut last).unwrap();
    let did = bench.did();
    let at = did
        .iter()
        .position(|did| *did == answered("b", "b"))
        .unwrap();
    assert!(at <= 2, "{did:?}");
}

#[test]
fn a_file_that_was_replaced_is_loaded_anew() {
    let bench = Bench::new();
    bench.answer("a", 1).unwrap();
    bench.answer("a", 2).unwrap();
    let [first, second] = [loading("a"), loading("a")];
    assert_eq!(
        bench.did(),
        [
            first,
            answered("a", "p"),
            unloaded("a"),
            second,
            answered("a", "p")
        ]
    );
}
