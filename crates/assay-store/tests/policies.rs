//! Policies, what they decided and what they learned.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

mod common;

use assay_core::{Coded, RunId, SampleId, StrategyId, Verdict};
use assay_store::{DecisionRecord, NewLesson, StoreError};
use common::{answer, execution, new_run, pending, plan, store};

fn decision(policy: i64, sample: SampleId, arm: &str) -> DecisionRecord {
    DecisionRecord {
        sample,
        policy,
        seen: 0,
        context_version: 1,
        // No decimal fraction among them: what is read is what was written, to the last bit.
        context: vec![1.0, 1.0 / 3.0, f64::MIN_POSITIVE, -0.0],
        arm: StrategyId::from(arm),
        greedy: StrategyId::from("instruct"),
        explored: false,
        exploration: 0.1,
        frozen: false,
        propensity: 0.9 + 0.1 / 3.0,
        scores: "[]".into(),
        seed: u64::MAX - 1,
    }
}

fn lesson(policy: i64, sample: SampleId, cell: &str) -> NewLesson {
    NewLesson {
        policy,
        sample,
        arm: StrategyId::from("instruct"),
        context_version: 1,
        context: vec![0.1, 0.2],
        reward: 1.0 / 7.0,
        parts: "{}".into(),
        passed: true,
        cell: cell.into(),
    }
}

#[tokio::test]
async fn names_are_one_in_use_and_free_again_afterwards() {
    let (_folder, store) = store().await;
    let made = store
        .create_policy("Mine".into(), "{}".into(), None)
        .await
        .unwrap();
    let again = store.create_policy("mine".into(), "{}".into(), None).await;
    assert!(matches!(again, Err(StoreError::PolicyExists(_))));
    assert_eq!(store.policy("MINE").await.unwrap(), made);

    let anew = store
        .reset_policy("mine".into(), Some("{\"a\":1}".into()))
        .await
        .unwrap();
    assert_eq!(
        (anew.name.as_str(), anew.config.as_str()),
        ("Mine", "{\"a\":1}")
    );
    assert!(
        store
            .policy_by_id(made.id)
            .await
            .unwrap()
            .retired_at
            .is_some()
    );
    store.retire_policy("mine".into()).await.unwrap();
    assert!(store.policies().await.unwrap().is_empty());
    let gone = store.policy("mine").await.unwrap_err();
    assert_eq!(gone.code(), "policy-not-found");
    assert_eq!(store.policy_head("mine").await.unwrap(), None);
    store
        .create_policy("mine".into(), "{}".into(), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_decision_is_made_once_and_kept_to_the_last_bit() {
    let (_folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:a"], 2, 1))
        .await
        .unwrap();
    let policy = store
        .create_policy("p".into(), "{}".into(), None)
        .await
        .unwrap()
        .id;
    let sample = pending(&store, &RunId::from("r")).await[0];
    let first = decision(policy, sample, "restated");
    assert_eq!(store.record_decision(first.clone()).await.unwrap(), first);
    // Another program decided meanwhile: what was first counts.
    let second = store
        .record_decision(decision(policy, sample, "instruct"))
        .await
        .unwrap();
    assert_eq!(second, first);
    let read = store.decision(sample).await.unwrap().unwrap();
    assert_eq!(read, first);
    assert_eq!(read.context[3].to_bits(), (-0.0_f64).to_bits());
    assert_eq!(
        store.sample(sample).await.unwrap().arm,
        Some("restated".into())
    );
    assert_eq!(
        store
            .decisions_of_policy(policy, SampleId(0), 10)
            .await
            .unwrap(),
        [first]
    );
}

#[tokio::test]
async fn lessons_come_in_order_and_an_answer_teaches_once() {
    let (_folder, store) = store().await;
    let policy = store
        .create_policy("p".into(), "{}".into(), None)
        .await
        .unwrap()
        .id;
    let other = store
        .create_policy("q".into(), "{}".into(), None)
        .await
        .unwrap()
        .id;
    let learn = |lessons| store.learn(lessons);
    let of = |n: i64, cell: &str| lesson(policy, SampleId(n), cell);
    let first = learn(vec![of(1, "a"), of(2, "b")]).await.unwrap();
    assert_eq!(first, 2);
    // The same sample; the same answer in another run; another answer.
    assert_eq!(learn(vec![of(1, "x")]).await.unwrap(), 0);
    assert_eq!(learn(vec![of(3, "a")]).await.unwrap(), 0);
    assert_eq!(learn(vec![of(4, "c")]).await.unwrap(), 1);
    // What one policy has learned is new to another.
    let elsewhere = learn(vec![lesson(other, SampleId(3), "a")]).await.unwrap();
    assert_eq!(elsewhere, 1);
    let all = store.lessons(policy, 0, None, 10).await.unwrap();
    let samples: Vec<i64> = all.iter().map(|l| l.sample.0).collect();
    assert_eq!(samples, [1, 2, 4]);
    assert!(all.is_sorted_by_key(|l| l.seq));
    assert_eq!(all[0].reward, 1.0 / 7.0);
    let until = store
        .lessons(policy, all[0].seq, Some(all[1].seq), 10)
        .await
        .unwrap();
    assert_eq!(until, all[1..2]);
    let arms = store.policy_arms(policy).await.unwrap();
    assert_eq!((arms.len(), arms[0].lessons, arms[0].passed), (1, 3, 3));

    // A frozen policy learns nothing, and one that was begun anew neither.
    store.freeze_policy("p".into(), true).await.unwrap();
    assert_eq!(learn(vec![of(9, "z")]).await.unwrap(), 0);
    store.freeze_policy("p".into(), false).await.unwrap();
    store.reset_policy("p".into(), None).await.unwrap();
    assert_eq!(learn(vec![of(9, "z")]).await.unwrap(), 0);
}

#[tokio::test]
async fn knowledge_is_read_as_of_a_lesson() {
    let (_folder, store) = store().await;
    let made = store
        .create_policy("p".into(), "{}".into(), Some("\"base\"".into()))
        .await;
    let policy = made.unwrap().id;
    let known = |until| store.policy_knowledge(policy, until);
    assert_eq!(
        known(None).await.unwrap().state.as_deref(),
        Some("\"base\"")
    );
    store
        .keep_policy_state(policy, 40, "\"forty\"".into())
        .await
        .unwrap();
    // Older knowledge does not overwrite newer.
    store
        .keep_policy_state(policy, 30, "\"thirty\"".into())
        .await
        .unwrap();
    let now = known(None).await.unwrap();
    assert_eq!((now.state.as_deref(), now.seq), (Some("\"forty\""), 40));
    assert_eq!(known(Some(40)).await.unwrap(), now);
    let before = known(Some(39)).await.unwrap();
    assert_eq!((before.state.as_deref(), before.seq), (Some("\"base\""), 0));
}

#[tokio::test]
async fn what_is_judged_is_an_outcome_and_what_is_untaught_is_found() {
    let (_folder, store) = store().await;
    store
        .create_run(new_run("r"), plan(&["local:a"], 3, 1))
        .await
        .unwrap();
    let policy = store
        .create_policy("p".into(), "{}".into(), None)
        .await
        .unwrap()
        .id;
    let samples = pending(&store, &RunId::from("r")).await;
    for sample in &samples {
        store
            .record_decision(decision(policy, *sample, "restated"))
            .await
            .unwrap();
    }
    let verdicts = [Verdict::Passed, Verdict::Infrastructure];
    for (sample, verdict) in samples.iter().zip(verdicts) {
        store
            .record_generation(*sample, answer(Some("x")))
            .await
            .unwrap();
        store
            .record_execution(*sample, execution(verdict))
            .await
            .unwrap();
    }
    let outcome = store.outcome(samples[0]).await.unwrap().unwrap();
    assert!(outcome.passed);
    assert_eq!(outcome.arm.as_str(), "restated");
    // The machine's trouble is no outcome, and what was not asked has none.
    assert_eq!(store.outcome(samples[1]).await.unwrap(), None);
    assert_eq!(store.outcome(samples[2]).await.unwrap(), None);
    let run = RunId::from("r");
    assert_eq!(store.outcomes(&run).await.unwrap(), [outcome]);
    assert_eq!(store.untaught(&run).await.unwrap(), samples[..1]);
    store
        .learn(vec![lesson(policy, samples[0], "a")])
        .await
        .unwrap();
    assert!(store.untaught(&run).await.unwrap().is_empty());
    // Lessons outlive their run; its decisions do not.
    store
        .finish_run(&run, assay_core::RunStatus::Completed, None, None)
        .await
        .unwrap();
    assert_eq!(store.lessons(policy, 0, None, 10).await.unwrap().len(), 1);
}
