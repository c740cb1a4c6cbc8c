//! Runs whose strategies a policy chooses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a panic is a failed test"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use assay_bandit::{Algorithm, PolicyConfig};
use assay_core::{
    AdaptiveSpec, CacheUse, GenerationRequest, Prompt, RunId, RunStatus, SampleId, StrategyId,
};
use assay_providers::Failure;
use assay_runner::{Evaluation, PolicySettings};
use assay_store::{DecisionRecord, SampleFilter, SampleQuery, Store, StoreError};
use common::{Bench, FakeModel, FakeSandbox, evaluation, runner_at};
use tokio_util::sync::CancellationToken;

/// Says the right thing only to who restates the task.
fn fussy() -> Arc<FakeModel> {
    let reply = |request: &GenerationRequest, call: usize| {
        let name = name_of(request);
        let body = if text_of(request).contains("What it has to do") {
            "return number"
        } else {
            "return 0"
        };
        Ok(format!(
            "```python\ndef {name}(number):\n    {body}  # {call}\n```"
        ))
    };
    Arc::new(FakeModel::new("fussy", reply).talking())
}

fn text_of(request: &GenerationRequest) -> String {
    match &request.prompt {
        Prompt::Completion { text } => text.clone(),
        Prompt::Chat { messages } => messages.iter().map(|m| m.content.as_str()).collect(),
    }
}

fn name_of(request: &GenerationRequest) -> String {
    let text = text_of(request);
    let rest = text.split_once("same_").unwrap().1;
    let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
    format!("same_{number}")
}

fn adaptive(id: &str, model: &Arc<FakeModel>, count: usize, samples: u32) -> Evaluation {
    let sandbox = Arc::new(FakeSandbox::fair());
    let mut evaluation = evaluation(id, std::slice::from_ref(model), &sandbox, count, samples);
    evaluation.spec.strategy = "adaptive".into();
    evaluation.spec.adaptive = Some(AdaptiveSpec::default());
    // The same answer teaches nothing again, which is a test of its own: each run has seeds of its own.
    evaluation.spec.cache = CacheUse::Off;
    evaluation.spec.seed = id.bytes().map(u64::from).sum();
    evaluation
}

fn settings(exploration: f64) -> String {
    let settings = PolicySettings {
        policy: PolicyConfig {
            algorithm: Algorithm::LinUcb { alpha: 0.5 },
            exploration,
            ..PolicyConfig::default()
        },
        arms: ["instruct", "restated", "plan-then-code"]
            .map(StrategyId::from)
            .to_vec(),
        ..PolicySettings::default()
    };
    serde_json::to_string(&settings).unwrap()
}

async fn decisions(store: &Store, policy: &str) -> Vec<DecisionRecord> {
    let policy = store.policy(policy).await.unwrap();
    store
        .decisions_of_policy(policy.id, SampleId(0), 10_000)
        .await
        .unwrap()
}

fn counts(decisions: &[DecisionRecord]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for decision in decisions {
        *counts.entry(decision.arm.to_string()).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn it_learns_what_works_and_every_decision_can_be_made_again() {
    let bench = Bench::new().await;
    let made = bench
        .store
        .create_policy("default".into(), settings(0.1), None)
        .await;
    let policy = made.unwrap().id;
    let model = fussy();
    let run = adaptive("learning", &model, 60, 1);
    let outcome = bench.runner.start(run).await.unwrap().join().await;
    assert_eq!(outcome.status, RunStatus::Completed, "{:?}", outcome.error);

    let decisions = decisions(&bench.store, "default").await;
    assert_eq!(decisions.len(), 60);
    let chosen = counts(&decisions);
    assert!(chosen["restated"] > 35, "{chosen:?}");
    let lessons = bench.store.lessons(policy, 0, None, 1_000).await.unwrap();
    assert_eq!(lessons.len(), 60);
    assert!(
        lessons
            .iter()
            .all(|l| l.passed == (l.arm.as_str() == "restated"))
    );
    assert_eq!(
        outcome.progress.passed as usize, chosen["restated"],
        "what passed is what was restated"
    );
    // The arm stands with the sample, and the sample's strategy is what the run was asked for.
    for decision in &decisions {
        let sample = bench.store.sample(decision.sample).await.unwrap();
        assert_eq!(sample.strategy.as_str(), "adaptive");
        assert_eq!(sample.arm.as_ref(), Some(&decision.arm));
        assert!(decision.propensity > 0.0 && decision.propensity <= 1.0);
    }
    assert!(decisions.iter().any(|d| d.explored));

    let replay = bench
        .runner
        .adaptive()
        .replay(policy, &CancellationToken::new(), &|_| {})
        .await
        .unwrap();
    assert_eq!(
        (replay.decisions, replay.same),
        (60, 60),
        "{:?}",
        replay.differing
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_learned_outlives_the_program_and_runs_learn_together() {
    let bench = Bench::new().await;
    bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await
        .unwrap();
    let model = fussy();
    let one = bench
        .runner
        .start(adaptive("one", &model, 20, 1))
        .await
        .unwrap();
    let two = bench
        .runner
        .start(adaptive("two", &model, 20, 1))
        .await
        .unwrap();
    one.join().await;
    two.join().await;
    let learned = decisions(&bench.store, "default").await;
    assert_eq!(learned.len(), 40);

    // Another program on the same store knows what both learned, from its first decision on.
    let (store, runner) = runner_at(&bench.folder.path().join("assay.db")).await;
    let outcome = runner
        .start(adaptive("three", &model, 30, 1))
        .await
        .unwrap()
        .join()
        .await;
    assert_eq!(outcome.progress.passed, 30, "it knows already");
    let policy = store.policy("default").await.unwrap();
    assert_eq!(policy.decisions, 70);
    // And the first program knows what the other learned.
    let known = bench.runner.adaptive().policy(policy.id).await.unwrap();
    assert_eq!(known.updates(), 70);
    let replay = runner
        .adaptive()
        .replay(policy.id, &CancellationToken::new(), &|_| {})
        .await
        .unwrap();
    assert_eq!(replay.same, 70, "{:?}", replay.differing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_does_not_learn_leaves_the_policy_as_it_was() {
    let bench = Bench::new().await;
    bench
        .store
        .create_policy("default".into(), settings(0.5), None)
        .await
        .unwrap();
    let model = fussy();
    let mut run = adaptive("deaf", &model, 20, 1);
    run.spec.adaptive = Some(AdaptiveSpec {
        learn: false,
        ..AdaptiveSpec::default()
    });
    bench.runner.start(run).await.unwrap().join().await;
    let policy = bench.store.policy("default").await.unwrap();
    assert_eq!((policy.decisions, policy.lessons), (20, 0));
    let decided = decisions(&bench.store, "default").await;
    assert!(decided.iter().all(|d| !d.explored && d.propensity == 1.0));

    // A frozen policy neither.
    bench
        .store
        .freeze_policy("default".into(), true)
        .await
        .unwrap();
    bench
        .runner
        .start(adaptive("frozen", &model, 20, 1))
        .await
        .unwrap()
        .join()
        .await;
    let policy = bench.store.policy("default").await.unwrap();
    assert_eq!((policy.decisions, policy.lessons), (40, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_begins_anew_knows_nothing_and_the_old_one_is_still_explained() {
    let bench = Bench::new().await;
    bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await
        .unwrap();
    let model = fussy();
    bench
        .runner
        .start(adaptive("before", &model, 10, 1))
        .await
        .unwrap()
        .join()
        .await;
    let old = bench.store.policy("default").await.unwrap();
    let new = bench
        .store
        .reset_policy("default".into(), None)
        .await
        .unwrap();
    assert_eq!((new.decisions, new.lessons), (0, 0));
    assert_ne!(new.id, old.id);
    let replay = bench
        .runner
        .adaptive()
        .replay(old.id, &CancellationToken::new(), &|_| {})
        .await
        .unwrap();
    assert_eq!((replay.decisions, replay.same), (10, 10));
    // The first decision of the new one rests on nothing.
    bench
        .runner
        .start(adaptive("after", &model, 1, 1))
        .await
        .unwrap()
        .join()
        .await;
    let decided = decisions(&bench.store, "default").await;
    assert_eq!(decided.len(), 1);
    assert_eq!(
        decided[0].arm.as_str(),
        "instruct",
        "all are equal: the first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_program_left_untaught_is_learned_when_the_run_goes_on() {
    let bench = Bench::new().await;
    let policy = bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await
        .unwrap()
        .id;
    let model = fussy();
    // As if the program had been killed between the outcomes and the lessons: a frozen policy takes none.
    bench
        .store
        .freeze_policy("default".into(), true)
        .await
        .unwrap();
    let run = adaptive("cut", &model, 6, 1);
    bench.runner.start(run).await.unwrap().join().await;
    bench
        .store
        .freeze_policy("default".into(), false)
        .await
        .unwrap();
    let cut = RunId::from("cut");
    assert_eq!(bench.store.untaught(&cut).await.unwrap().len(), 6);
    let means = adaptive("cut", &model, 6, 1).means;
    bench.runner.resume(&cut, means).await.unwrap().join().await;
    assert_eq!(
        bench
            .store
            .lessons(policy, 0, None, 10)
            .await
            .unwrap()
            .len(),
        6
    );
    assert!(bench.store.untaught(&cut).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_known_answer_teaches_once() {
    let bench = Bench::new().await;
    let always = PolicySettings {
        policy: PolicyConfig {
            algorithm: Algorithm::Fixed {
                arm: "restated".into(),
            },
            exploration: 0.0,
            ..PolicyConfig::default()
        },
        ..PolicySettings::default()
    };
    let always = serde_json::to_string(&always).unwrap();
    bench
        .store
        .create_policy("default".into(), always, None)
        .await
        .unwrap();
    let model = fussy();
    for id in ["first", "again"] {
        let mut run = adaptive(id, &model, 8, 1);
        run.spec.cache = CacheUse::Full;
        run.spec.seed = 1;
        run.means.sandbox = Arc::new(FakeSandbox::fair().known_as("fake"));
        bench.runner.start(run).await.unwrap().join().await;
    }
    let policy = bench.store.policy("default").await.unwrap();
    assert_eq!(policy.decisions, 16);
    let query = SampleQuery {
        filter: SampleFilter {
            runs: vec![RunId::from("again")],
            ..SampleFilter::default()
        },
        limit: 100,
        ..SampleQuery::default()
    };
    let page = bench.store.samples_page(&query).await.unwrap();
    assert_eq!(page.total, 8);
    for row in &page.rows {
        let outcome = bench.store.outcome(row.id).await.unwrap().unwrap();
        assert!(outcome.cached && outcome.passed, "{row:?}");
        let learned = bench.store.reward_of(policy.id, row.id).await.unwrap();
        assert_eq!(learned, None);
    }
    assert_eq!(policy.lessons, 8);
    // Nor are they looked at again when the run is resumed.
    let untaught = bench.store.untaught(&RunId::from("again")).await.unwrap();
    assert_eq!(untaught, Vec::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strategy_that_is_refused_is_not_chosen_for_ever_and_its_samples_are_decided_anew() {
    let bench = Bench::new().await;
    bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await
        .unwrap();
    let reply = |request: &GenerationRequest, call: usize| {
        if !text_of(request).contains("What it has to do") {
            return Err(Failure::Http {
                url: "http://127.0.0.1:1/v1".into(),
                status: 404,
                detail: "nothing is here".into(),
            });
        }
        let name = name_of(request);
        Ok(format!(
            "```python\ndef {name}(number):\n    return number  # {call}\n```"
        ))
    };
    let model = Arc::new(FakeModel::new("half", reply).talking());
    let mut run = adaptive("refused", &model, 30, 1);
    run.spec.concurrency = 1;
    let means = adaptive("refused", &model, 30, 1).means;
    let outcome = bench.runner.start(run).await.unwrap().join().await;
    assert!(outcome.progress.passed > 20, "{:?}", outcome.progress);
    assert!(outcome.progress.transport_failed > 0);
    let again = bench
        .runner
        .resume(&RunId::from("refused"), means)
        .await
        .unwrap()
        .join()
        .await;
    assert_eq!(again.status, RunStatus::Completed, "{:?}", again.error);
    assert_eq!(again.progress.passed, 30);
}

/// Waits until a policy decided for so many samples.
async fn decided(store: &Store, policy: i64, count: u32) {
    while store.policy_by_id(policy).await.unwrap().decisions < count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn code(error: &StoreError) -> &'static str {
    use assay_core::Coded;
    error.code()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_is_deleted_while_its_run_is_on_is_not_made_again() {
    let bench = Bench::new().await;
    let made = bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await;
    let policy = made.unwrap().id;
    let reply = |request: &GenerationRequest, _: usize| {
        let name = name_of(request);
        Ok(format!(
            "```python\ndef {name}(number):\n    return number\n```"
        ))
    };
    let model = Arc::new(FakeModel::new("slow", reply).talking().slow(20));
    let mut run = adaptive("orphan", &model, 30, 1);
    run.spec.concurrency = 1;
    let handle = bench.runner.start(run).await.unwrap();
    decided(&bench.store, policy, 5).await;
    bench.store.retire_policy("default".into()).await.unwrap();
    let outcome = handle.join().await;
    assert_eq!(outcome.status, RunStatus::Completed, "{:?}", outcome.error);
    assert_eq!(outcome.progress.passed, 30, "no sample is lost");
    let gone = bench.store.policy("default").await.unwrap_err();
    assert_eq!(code(&gone), "policy-not-found");
    let old = bench.store.policy_by_id(policy).await.unwrap();
    assert_eq!(old.decisions, 30, "it chose to the end");
    assert!(old.lessons < 30, "and learned no more: {}", old.lessons);
    let replay = bench
        .runner
        .adaptive()
        .replay(policy, &CancellationToken::new(), &|_| {})
        .await
        .unwrap();
    assert_eq!(replay.same, 30, "{:?}", replay.differing);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_policy_was_deleted_meanwhile_goes_on_by_it() {
    let bench = Bench::new().await;
    let made = bench
        .store
        .create_policy("default".into(), settings(0.0), None)
        .await;
    let policy = made.unwrap().id;
    let model = fussy();
    let mut run = adaptive("halved", &model, 30, 1);
    run.spec.concurrency = 1;
    let handle = bench.runner.start(run).await.unwrap();
    decided(&bench.store, policy, 3).await;
    handle.cancel();
    assert_eq!(handle.join().await.status, RunStatus::Cancelled);
    bench.store.retire_policy("default".into()).await.unwrap();
    // By a program that has not seen it choose.
    let (store, runner) = runner_at(&bench.folder.path().join("assay.db")).await;
    let means = adaptive("halved", &model, 30, 1).means;
    let resumed = runner.resume(&RunId::from("halved"), means).await.unwrap();
    assert_eq!(resumed.join().await.status, RunStatus::Completed);
    assert_eq!(store.policy_by_id(policy).await.unwrap().decisions, 30);
    assert!(store.policies().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_usual_policy_is_made_when_it_is_first_used() {
    let bench = Bench::new().await;
    let model = fussy();
    let mut run = adaptive("unchosen", &model, 3, 1);
    run.spec.adaptive = Some(AdaptiveSpec {
        policy: "nobody".into(),
        ..AdaptiveSpec::default()
    });
    let outcome = bench.runner.start(run).await.unwrap().join().await;
    assert_eq!(outcome.status, RunStatus::Failed);
    assert_eq!(outcome.error.unwrap().code, "policy-not-found");
    assert!(bench.store.policies().await.unwrap().is_empty());
    let usual = adaptive("usual", &model, 3, 1);
    let outcome = bench.runner.start(usual).await.unwrap().join().await;
    assert_eq!(outcome.status, RunStatus::Completed, "{:?}", outcome.error);
    assert_eq!(bench.store.policies().await.unwrap().len(), 1);
}
