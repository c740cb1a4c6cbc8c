//! Runs merged into one and split into several: every sample is there once, and the sources stay as they are.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use assay_core::{Language, RunId, RunOrigin, RunStatus, Sample, SampleStage, Verdict};
use assay_store::{NewRun, PlannedSample, Regrouped, SplitBy, Step, Store, StoreError};
use common::{answer, execution, new_run, pending, planned, store};
use proptest::prelude::*;

fn new(id: &str) -> Regrouped {
    Regrouped {
        id: RunId::from(id),
        name: format!("made {id}"),
        note: Some("of others".into()),
    }
}

fn quietly() -> Step {
    Box::new(|_, _| ControlFlow::Continue(()))
}

async fn keep(store: &Store, new: NewRun, samples: Vec<PlannedSample>, answered: usize) -> RunId {
    let run = new.id.clone();
    store.create_run(new, samples).await.unwrap();
    for (n, sample) in pending(store, &run)
        .await
        .into_iter()
        .enumerate()
        .take(answered)
    {
        let program = format!("{run} {n}");
        store
            .record_generation(sample, answer(Some(&program)))
            .await
            .unwrap();
        let verdict = [Verdict::Passed, Verdict::Failed][n % 2];
        store
            .record_execution(sample, execution(verdict))
            .await
            .unwrap();
    }
    let left = store.count_outstanding(&run).await.unwrap().0;
    let status = if left == 0 {
        RunStatus::Completed
    } else {
        RunStatus::Cancelled
    };
    store
        .finish_run(&run, status, Some(2.0), None)
        .await
        .unwrap();
    run
}

fn several(model: &str, problems: u32, samples: u32) -> Vec<PlannedSample> {
    common::plan(&[model], problems, samples)
}

async fn samples(store: &Store, run: &RunId) -> Vec<Sample> {
    store.samples_after(run, None, 10_000).await.unwrap()
}

/// Everything of a sample but where it is.
fn bare(mut sample: Sample) -> Sample {
    sample.id = assay_core::SampleId(0);
    sample.key.run = RunId::from("");
    sample.key.index = 0;
    sample
}

fn sorted(samples: impl IntoIterator<Item = Sample>) -> Vec<String> {
    let mut all: Vec<String> = samples
        .into_iter()
        .map(|s| serde_json::to_string(&bare(s)).unwrap())
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_merge_has_every_sample_of_every_source_and_puts_those_away() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 3, 2), 6).await;
    let b = keep(&store, new_run("b"), several("local:b", 2, 1), 2).await;
    let of_a = samples(&store, &a).await;
    let of_b = samples(&store, &b).await;
    let scores = store.score_rows(&[a.clone(), b.clone()]).await.unwrap();

    // In whichever order they are named, the first made comes first.
    let plan = store
        .plan_merge(&[b.clone(), a.clone(), b.clone()])
        .await
        .unwrap();
    assert_eq!(plan.sources.len(), 2);
    assert_eq!(plan.sources[0].id, a);
    assert_eq!((plan.samples, plan.outstanding), (8, 0));
    assert_eq!(plan.models, ["local:a", "local:b"]);
    assert_eq!(plan.renumbered, []);
    assert_eq!(plan.differences, []);
    store.merge_runs(plan, new("m"), quietly()).await.unwrap();

    let merged = RunId::from("m");
    let record = store.get_run(&merged).await.unwrap();
    assert_eq!(record.origin, RunOrigin::Merged);
    assert_eq!(record.status, RunStatus::Completed);
    assert_eq!(
        (record.name.as_str(), record.note.as_deref()),
        ("made m", Some("of others"))
    );
    assert_eq!(record.elapsed_s, 4.0);
    let named: Vec<_> = record
        .sources
        .iter()
        .map(|s| (s.run.as_str(), s.samples, s.archived))
        .collect();
    assert_eq!(named, [("a", 6, true), ("b", 2, true)]);
    assert_eq!(
        record.sources[0].spec,
        store.get_run(&a).await.unwrap().spec
    );

    let of_m = samples(&store, &merged).await;
    assert_eq!(sorted(of_m), sorted(of_a.iter().chain(&of_b).cloned()));
    for (run, before) in [(&a, of_a), (&b, of_b)] {
        assert_eq!(samples(&store, run).await, before);
        assert!(store.get_run(run).await.unwrap().archived);
    }
    let after = store
        .score_rows(std::slice::from_ref(&merged))
        .await
        .unwrap();
    let counts = |rows: &[assay_store::ScoreRow]| {
        rows.iter()
            .map(|r| (r.model.clone(), r.problem.clone(), r.judged, r.passed))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(&after), counts(&scores));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());

    // What it was made of goes along with it, and is told there though the sources are not.
    let mut file = Vec::new();
    store.export_run(&merged, &mut file).await.unwrap();
    let (_elsewhere, there) = common::store().await;
    there
        .import_run(std::io::Cursor::new(file), None)
        .await
        .unwrap();
    assert_eq!(there.get_run(&merged).await.unwrap(), record);

    // Taken back, everything is as before; the merged run can come back, too.
    let back = store
        .undo_regroup(std::slice::from_ref(&merged))
        .await
        .unwrap();
    assert_eq!(back, [a.clone(), b.clone()]);
    assert!(!store.get_run(&a).await.unwrap().archived);
    assert!(store.get_run(&merged).await.is_err());
    assert_eq!(store.deleted_runs().await.unwrap()[0].run.id, merged);
    let error = store.undo_regroup(&[a]).await;
    assert!(
        matches!(error, Err(StoreError::NotRegrouped(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_was_asked_twice_follows_and_is_never_folded() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 2, 3), 6).await;
    let mut other = new_run("b");
    other.spec.seed = 8;
    other.spec.sampling.temperature = 0.8;
    let mut more = several("local:a", 3, 2);
    more.push(planned("local:c", 0, 0));
    let b = keep(&store, other, more, 7).await;

    let plan = store.plan_merge(&[a.clone(), b.clone()]).await.unwrap();
    assert_eq!(plan.renumbered.len(), 1);
    let moved = &plan.renumbered[0];
    assert_eq!(
        (
            &moved.run,
            moved.model.as_str(),
            moved.problems,
            moved.samples
        ),
        (&b, "local:a", 2, 4)
    );
    assert!(!moved.same_seed);
    assert_eq!(plan.differences.len(), 1);
    assert_eq!(plan.differences[0].what, "temperature");
    assert_eq!(
        plan.differences[0].values,
        [Some("0".to_owned()), Some("0.8".to_owned())]
    );
    store.merge_runs(plan, new("m"), quietly()).await.unwrap();

    let all = samples(&store, &RunId::from("m")).await;
    let at = |model: &str, problem: &str| {
        let of = all
            .iter()
            .filter(|s| s.key.model == model && s.key.problem.as_str() == problem);
        of.map(|s| (s.key.index, s.cleaned.clone().unwrap()))
            .collect::<Vec<_>>()
    };
    let of = |index, program: &str| (index, program.to_owned());
    assert_eq!(
        at("local:a", "p/0"),
        [
            of(0, "a 0"),
            of(1, "a 1"),
            of(2, "a 2"),
            of(3, "b 0"),
            of(4, "b 1")
        ]
    );
    assert_eq!(at("local:a", "p/2"), [of(0, "b 4"), of(1, "b 5")]);
    assert_eq!(at("local:c", "p/0"), [of(0, "b 6")]);
    let spec = store.get_run(&RunId::from("m")).await.unwrap().spec;
    assert_eq!(spec.samples, 5);
}

#[tokio::test]
async fn the_same_seed_is_told() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 1, 1), 1).await;
    let b = keep(&store, new_run("b"), several("local:a", 1, 1), 1).await;
    let plan = store.plan_merge(&[a, b]).await.unwrap();
    assert!(plan.renumbered[0].same_seed);
}

#[tokio::test]
async fn runs_of_different_data_are_refused_with_what_differs() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 1, 1), 1).await;
    let mut version = new_run("b");
    version.environment.dataset_version = "2".into();
    let b = keep(&store, version, several("local:a", 1, 1), 1).await;
    let mut file = new_run("c");
    file.environment.dataset_sha256 = "other".into();
    let c = keep(&store, file, several("local:a", 1, 1), 1).await;
    let mut set = new_run("d");
    set.spec.dataset = "humaneval".into();
    let d = keep(&store, set, several("local:a", 1, 1), 1).await;
    for (other, says) in [
        (b, "starter 2"),
        (c, "different files of starter 1"),
        (d, "humaneval 1"),
    ] {
        let error = store.plan_merge(&[a.clone(), other]).await.unwrap_err();
        assert!(matches!(error, StoreError::RunsDiffer(_)), "{error:?}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let one = store.plan_merge(&[a.clone(), a.clone()]).await;
    assert!(matches!(one, Err(StoreError::BadMerge)), "{one:?}");

    store
        .create_run(new_run("on"), several("local:a", 1, 1))
        .await
        .unwrap();
    let busy = store.plan_merge(&[a, RunId::from("on")]).await;
    assert!(matches!(busy, Err(StoreError::RunBusy(_))), "{busy:?}");
}

#[tokio::test]
async fn a_plan_that_is_out_of_date_is_not_carried_out() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 1, 1), 1).await;
    let b = keep(&store, new_run("b"), several("local:b", 2, 1), 1).await;
    let plan = store.plan_merge(&[a, b.clone()]).await.unwrap();
    assert_eq!(plan.outstanding, 1);
    store.claim_run(&b).await.unwrap();
    let sample = pending(&store, &b).await[0];
    store.record_generation(sample, answer(None)).await.unwrap();
    store
        .finish_run(&b, RunStatus::Completed, None, None)
        .await
        .unwrap();
    let changed = store.merge_runs(plan, new("m"), quietly()).await;
    assert!(
        matches!(changed, Err(StoreError::RunsChanged)),
        "{changed:?}"
    );
    assert_eq!(store.list_runs().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_copy_tells_how_far_it_is_and_can_be_stopped_without_a_trace() {
    let (_folder, store) = store().await;
    let a = keep(&store, new_run("a"), several("local:a", 400, 4), 1).await;
    let b = keep(&store, new_run("b"), several("local:b", 300, 4), 0).await;
    let plan = store.plan_merge(&[a.clone(), b.clone()]).await.unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let stopping: Step = Box::new(move |done, all| {
        heard.lock().unwrap().push((done, all));
        if done > 1_000 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let stopped = store.merge_runs(plan.clone(), new("m"), stopping).await;
    assert!(matches!(stopped, Err(StoreError::Cancelled)), "{stopped:?}");
    assert_eq!(*told.lock().unwrap(), [(1_000, 2_800), (1_600, 2_800)]);
    assert_eq!(store.list_runs().await.unwrap().len(), 2);
    assert!(!store.get_run(&a).await.unwrap().archived);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());

    store.merge_runs(plan, new("m"), quietly()).await.unwrap();
    let summary = store.run_summary(&RunId::from("m")).await.unwrap();
    assert_eq!((summary.totals.total, summary.totals.done), (2_800, 1));
    assert_eq!(summary.run.status, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_split_makes_a_run_of_each_model_or_language() {
    let (_folder, store) = store().await;
    let mut mixed = common::plan(&["local:a", "local:b"], 2, 2);
    for sample in common::plan(&["local:a"], 2, 1) {
        mixed.push(PlannedSample {
            language: Language::new("go"),
            ..sample
        });
    }
    let mut head = new_run("r");
    head.spec.languages.push(Language::new("go"));
    head.environment
        .toolchains
        .insert("go".into(), "Go 1.24".into());
    head.environment
        .toolchains
        .insert("python".into(), "Python 3.11".into());
    let run = keep(&store, head, mixed, 8).await;
    let before = samples(&store, &run).await;

    let plan = store.plan_split(&run, SplitBy::Model).await.unwrap();
    let parts: Vec<_> = plan
        .parts
        .iter()
        .map(|p| (p.key.as_str(), p.samples, p.outstanding))
        .collect();
    assert_eq!(parts, [("local:a", 6, 2), ("local:b", 4, 0)]);
    let missing = store
        .split_run(plan.clone(), vec![new("1")], quietly())
        .await;
    assert!(
        matches!(missing, Err(StoreError::RunsChanged)),
        "{missing:?}"
    );
    store
        .split_run(plan, vec![new("1"), new("2")], quietly())
        .await
        .unwrap();
    let of_1 = samples(&store, &RunId::from("1")).await;
    let of_2 = samples(&store, &RunId::from("2")).await;
    assert!(of_1.iter().all(|s| s.key.model == "local:a"));
    assert!(of_2.iter().all(|s| s.key.model == "local:b"));
    assert_eq!(
        sorted(of_1.into_iter().chain(of_2)),
        sorted(before.iter().cloned())
    );
    let first = store.get_run(&RunId::from("1")).await.unwrap();
    let second = store.get_run(&RunId::from("2")).await.unwrap();
    assert_eq!(
        (first.status, second.status),
        (RunStatus::Cancelled, RunStatus::Completed)
    );
    assert_eq!(first.origin, RunOrigin::Split);
    assert_eq!(first.spec.models.len(), 1);
    assert!(store.get_run(&run).await.unwrap().archived);
    assert_eq!(samples(&store, &run).await, before);
    let back = store.undo_regroup(&[first.id, second.id]).await.unwrap();
    assert_eq!(back, std::slice::from_ref(&run));

    let plan = store.plan_split(&run, SplitBy::Language).await.unwrap();
    store
        .split_run(plan, vec![new("p"), new("g")], quietly())
        .await
        .unwrap();
    let go = store.get_run(&RunId::from("g")).await.unwrap();
    assert_eq!(go.spec.languages, [Language::new("go")]);
    assert_eq!(go.environment.toolchains.len(), 1);
    assert_eq!(samples(&store, &go.id).await.len(), 2);
    let one = store.plan_split(&go.id, SplitBy::Model).await;
    assert!(
        matches!(one, Err(StoreError::BadSplit { by: "model", .. })),
        "{one:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is merged: every sample once, those of a run in their order, and no two at one index.
    #[test]
    fn no_sample_is_lost_or_folded(shapes in proptest::collection::vec(
        proptest::collection::vec((0..2u32, 0..3u32, 0..4u32), 1..8), 2..4)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, store) = store().await;
            let mut runs = Vec::new();
            let mut all = Vec::new();
            for (n, shape) in shapes.iter().enumerate() {
                let mut cells = shape.clone();
                cells.sort_unstable();
                cells.dedup();
                let plan: Vec<_> = cells.iter().map(|&(m, p, i)| planned(&format!("local:{m}"), p, i)).collect();
                let answered = plan.len() / 2;
                let run = keep(&store, new_run(&format!("r{n}")), plan, answered).await;
                all.extend(samples(&store, &run).await);
                runs.push(run);
            }
            let plan = store.plan_merge(&runs).await.unwrap();
            let stated: u32 = plan.renumbered.iter().map(|r| r.samples).sum();
            store.merge_runs(plan, new("m"), quietly()).await.unwrap();
            let merged = samples(&store, &RunId::from("m")).await;
            assert_eq!(sorted(merged.clone()), sorted(all.clone()));
            assert!(merged.iter().any(|s| s.stage == SampleStage::Pending) || all.iter().all(|s| s.stage != SampleStage::Pending));

            // As many moved as was said.
            let kept = merged.iter().filter(|m| all.iter().any(|s| s.key.index == m.key.index && bare(s.clone()) == bare((*m).clone()))).count();
            assert!(kept + stated as usize >= merged.len());
        });
    }
}

#[tokio::test]
async fn a_part_of_a_merged_run_has_the_settings_of_those_it_came_from() {
    let (_folder, store) = store().await;
    let keep_with = |id: &'static str, model: &'static str, strategy: &'static str| {
        let store = store.clone();
        async move {
            let mut head = new_run(id);
            head.spec.models = vec![model.parse().unwrap()];
            head.spec.strategy = strategy.into();
            keep(&store, head, several(model, 1, 1), 1).await
        }
    };
    let a = keep_with("a", "local:a", "instruct").await;
    let b = keep_with("b", "local:a", "completion").await;
    let c = keep_with("c", "local:c", "completion").await;
    let plan = store.plan_merge(&[a, b, c]).await.unwrap();
    store.merge_runs(plan, new("m"), quietly()).await.unwrap();
    let merged = store.get_run(&RunId::from("m")).await.unwrap();
    assert_eq!(merged.spec.strategy.as_str(), "several");
    assert_eq!(merged.differences()[0].what, "strategy");
    let plan = store.plan_split(&merged.id, SplitBy::Model).await.unwrap();
    store
        .split_run(plan, vec![new("1"), new("2")], quietly())
        .await
        .unwrap();
    let strategy = |id: &'static str| {
        let store = store.clone();
        async move { store.get_run(&RunId::from(id)).await.unwrap().spec.strategy }
    };
    assert_eq!(strategy("1").await.as_str(), "several");
    assert_eq!(strategy("2").await.as_str(), "completion");
}
