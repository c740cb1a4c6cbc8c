//! Samples and runs come back as they went in.

#![allow(clippy::unwrap_used)] // In a test's helpers too, a panic is a failed test.

mod common;

use std::io::Cursor;

use assay_core::{
    Compilation, Content, DetectedLanguage, ErrorInfo, Execution, Fingerprint, FinishReason, RunId,
    RunOrigin, RunStatus, SampleStage, Transport, Turn, Usage, Verdict,
};
use assay_store::{
    ExecutionRecord, FailureRecord, GenerationRecord, OutstandingCursor, Store, StoreError,
};
use common::{answer, execution, new_run, plan, planned, store};
use proptest::prelude::*;

/// Any text at all: a model's answer may hold anything that is UTF-8.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~\n]{0,80}",
        Just("\u{0}\u{1}'\"\\\u{fffd}😀\r\n".to_owned()),
    ]
}

fn number() -> impl Strategy<Value = f64> {
    (-1e300..1e300f64).prop_union(0.0..1e5f64)
}

prop_compose! {
    fn any_answer()(
        prompt in proptest::option::of(text()), raw in proptest::option::of(text()), program in text(),
        rule in proptest::option::of("[a-z_]{1,12}"), warnings in proptest::collection::vec(text(), 0..3),
        transport in prop_oneof![Just(Transport::Ok), Just(Transport::Provided), Just(Transport::Empty)],
        content in prop_oneof![Just(Content::Ok), Just(Content::SyntaxError), Just(Content::WrongLanguage), Just(Content::Incomplete), Just(Content::Placeholder)],
        finish in proptest::option::of(prop_oneof![Just(FinishReason::Stop), Just(FinishReason::Length), Just(FinishReason::Other)]),
        tokens in any::<(Option<u32>, Option<u32>)>(),
        times in (proptest::option::of(number()), proptest::option::of(number())),
        served_model in proptest::option::of(text()), attempts in any::<u32>(),
        judged in (proptest::option::of(number()), proptest::option::of(number()), proptest::option::of(number())),
        turns in proptest::collection::vec((text(), text(), proptest::option::of(text())), 0..3),
    ) -> GenerationRecord {
        GenerationRecord {
            prompt, raw, program: Some(program), rule, warnings, transport, content, finish,
            usage: Usage { prompt_tokens: tokens.0, completion_tokens: tokens.1 },
            latency_ms: times.0, first_token_ms: times.1, served_model, attempts,
            detected: judged.0.map(|confidence| DetectedLanguage { language: assay_core::Language::new("go"), confidence }),
            quality: judged.1.map(common::quality), cost_usd: judged.2,
            cached: attempts % 2 == 0, keep: None,
            fingerprint: judged.0.map(|x| Fingerprint { program: x.to_bits(), shape: !x.to_bits() }),
            turns: turns.into_iter().map(|(prompt, reply, feedback)| Turn { prompt, reply, usage: Usage::default(), feedback }).collect(),
        }
    }
}

prop_compose! {
    fn any_execution()(
        verdict in proptest::sample::select(Verdict::ALL.to_vec()),
        detail in proptest::option::of(text()), exit_code in any::<Option<i32>>(), signal in any::<Option<i32>>(),
        stdout in text(), stderr in text(), truncated in any::<bool>(), duration_ms in number(),
        peak_memory_kb in any::<Option<u32>>(), cpu_ms in proptest::option::of(number()),
        compiled in proptest::option::of((any::<bool>(), number(), text())),
        toolchain in proptest::option::of(text()), image in proptest::option::of(text()),
    ) -> Execution {
        Execution { verdict, detail, exit_code, signal, stdout, stderr, truncated, duration_ms, cpu_ms, peak_memory_kb, compilation: compiled.map(|(ok, duration_ms, diagnostics)| Compilation { ok, duration_ms, diagnostics }), toolchain, image }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_sample_comes_back_as_it_was_recorded_and_as_it_was_exported(
        given in any_answer(), ran in any_execution(), seed in any::<Option<u64>>(),
        problem in "[^\\p{Cc}]{1,20}",
    ) {
        runtime().block_on(async {
            let (_folder, store) = store().await;
            let mut sample = planned("local:a", 0, 3);
            sample.seed = seed;
            sample.problem = problem.as_str().into();
            store.create_run(new_run("r"), [sample]).await.unwrap();
            let run = RunId::from("r");
            let open = store
                .outstanding(&run, SampleStage::Pending, None, OutstandingCursor::default(), 9)
                .await
                .unwrap();
            prop_assert_eq!(open[0].seed, seed);
            let id = open[0].id;
            store.record_generation(id, given.clone()).await.unwrap();
            let better = given.quality.clone().map(|q| assay_core::Quality { executability: 1.0, overall: 0.625, basis: assay_core::QualityBasis::Executed, ..q });
            store.record_execution(id, ExecutionRecord { quality: better.clone(), cached: ran.truncated, ..ran.clone().into() }).await.unwrap();
            let sample = store.sample(id).await.unwrap();
            prop_assert_eq!(&sample.prompt, &given.prompt);
            prop_assert_eq!(&sample.raw, &given.raw);
            prop_assert_eq!((sample.answer_cached, sample.execution_cached), (given.cached, ran.truncated));
            prop_assert_eq!(sample.fingerprint, given.fingerprint);
            prop_assert_eq!(&sample.cleaned, &given.program);
            prop_assert_eq!(&sample.rule, &given.rule);
            prop_assert_eq!(&sample.warnings, &given.warnings);
            prop_assert_eq!(sample.transport, Some(given.transport));
            prop_assert_eq!(sample.content, Some(given.content));
            prop_assert_eq!(sample.finish, given.finish);
            prop_assert_eq!(sample.usage, given.usage);
            prop_assert_eq!(sample.latency_ms, given.latency_ms);
            prop_assert_eq!(sample.first_token_ms, given.first_token_ms);
            prop_assert_eq!(&sample.served_model, &given.served_model);
            prop_assert_eq!(sample.attempts, given.attempts);
            prop_assert_eq!(sample.seed, seed);
            prop_assert_eq!(&sample.detected, &given.detected);
            prop_assert_eq!(&sample.quality, &better);
            prop_assert_eq!(&sample.turns, &given.turns);
            prop_assert_eq!(sample.cost_usd, given.cost_usd);
            prop_assert_eq!(sample.execution.as_ref(), Some(&ran));
            prop_assert_eq!(sample.key.problem.as_str(), problem.as_str());

            let mut file = Vec::new();
            store.export_run(&run, &mut file).await.unwrap();
            let (_other, there) = self::store().await;
            there.import_run(Cursor::new(file), None).await.unwrap();
            let copies = there.samples_after(&run, None, 9).await.unwrap();
            prop_assert_eq!(copies.len(), 1);
            let mut copy = copies[0].clone();
            copy.id = sample.id;
            prop_assert_eq!(copy, sample);
            Ok(())
        })?;
    }
}

/// A run with a sample in every state.
async fn mixed(store: &Store, id: &str) -> RunId {
    let run = RunId::from(id);
    let mut new = new_run(id);
    new.note = Some("a note".into());
    store
        .create_run(new, plan(&["local:a", "local:b"], 2, 2))
        .await
        .unwrap();
    let open = store
        .outstanding(
            &run,
            SampleStage::Pending,
            None,
            OutstandingCursor::default(),
            99,
        )
        .await
        .unwrap();
    store
        .record_generation(open[0].id, answer(Some("x")))
        .await
        .unwrap();
    store
        .record_execution(open[0].id, execution(Verdict::Passed))
        .await
        .unwrap();
    store
        .record_generation(open[1].id, answer(None))
        .await
        .unwrap();
    store
        .record_generation(open[2].id, answer(Some("y")))
        .await
        .unwrap();
    store
        .record_failed(
            open[3].id,
            FailureRecord {
                prompt: None,
                raw: Some("half an ans".into()),
                transport: Transport::Truncated,
                detail: "broke off".into(),
                attempts: 3,
                latency_ms: Some(1.5),
                usage: Usage::default(),
                cost_usd: None,
                turns: Vec::new(),
            },
        )
        .await
        .unwrap();
    run
}

#[tokio::test]
async fn a_whole_run_crosses_to_another_store() {
    let (_folder, store) = store().await;
    let run = mixed(&store, "r").await;
    let error = ErrorInfo::new("engine-unreachable", "gone").with_hint("start it");
    store
        .finish_run(&run, RunStatus::Failed, Some(12.25), Some(&error))
        .await
        .unwrap();
    let mut file = Vec::new();
    assert_eq!(store.export_run(&run, &mut file).await.unwrap(), 8);

    let (_other, there) = common::store().await;
    // Ids are another's there.
    mixed(&there, "before").await;
    let imported = there
        .import_run(Cursor::new(file.clone()), None)
        .await
        .unwrap();
    assert_eq!(imported, run);
    assert_eq!(
        there.get_run(&run).await.unwrap(),
        store.get_run(&run).await.unwrap()
    );
    assert_eq!(
        there.run_summary(&run).await.unwrap(),
        store.run_summary(&run).await.unwrap()
    );
    let both = [run.clone()];
    assert_eq!(
        there.score_rows(&both).await.unwrap(),
        store.score_rows(&both).await.unwrap()
    );
    let strip = |mut samples: Vec<assay_core::Sample>| {
        for sample in &mut samples {
            sample.id = assay_core::SampleId(0);
        }
        samples
    };
    assert_eq!(
        strip(there.samples_after(&run, None, 99).await.unwrap()),
        strip(store.samples_after(&run, None, 99).await.unwrap())
    );

    let again = there.import_run(Cursor::new(file), None).await;
    assert!(matches!(again, Err(StoreError::RunExists(_))), "{again:?}");
}

#[tokio::test]
async fn an_imported_run_may_be_labelled_and_is_never_at_work() {
    let (_folder, store) = store().await;
    let run = mixed(&store, "r").await;
    let mut file = Vec::new();
    store.export_run(&run, &mut file).await.unwrap();
    let (_other, there) = common::store().await;
    there
        .import_run(Cursor::new(file), Some(RunOrigin::SampleWorkspace))
        .await
        .unwrap();
    let record = there.get_run(&run).await.unwrap();
    assert_eq!(record.origin, RunOrigin::SampleWorkspace);
    assert_eq!(record.status, RunStatus::Interrupted);
    there.claim_run(&run).await.unwrap();
}

#[tokio::test]
async fn bad_files_name_the_line_and_leave_nothing_behind() {
    let (_folder, store) = store().await;
    let run = mixed(&store, "r").await;
    let mut file = Vec::new();
    store.export_run(&run, &mut file).await.unwrap();
    let whole = String::from_utf8(file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let (_other, there) = common::store().await;
    let join = |lines: &[&str]| lines.iter().map(|l| format!("{l}\n")).collect::<String>();
    let mut swapped = lines.clone();
    let bad = lines[3]
        .replace("\"done\"", "\"dnoe\"")
        .replace("\"generated\"", "\"dnoe\"");
    swapped[3] = &bad;
    let newer = lines[0].replace("\"version\":1", "\"version\":2");
    let mut from_future = lines.clone();
    from_future[0] = &newer;
    for (text, line, words) in [
        (join(&lines[..4]), 5, "ends too early"),
        (join(&lines[..lines.len() - 1]), 10, "ends too early"),
        (join(&swapped), 4, "dnoe"),
        (join(&from_future), 1, "newer version"),
        ("{\"format\":\"x\",\"version\":1}\n".to_owned(), 1, "format"),
        ("nonsense\n".to_owned(), 1, "expected"),
        (String::new(), 1, "ends too early"),
    ] {
        match there.import_run(Cursor::new(text), None).await {
            Err(StoreError::Import { line: at, why }) => {
                assert_eq!(at, line, "{why}");
                assert!(why.contains(words), "{why}");
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(there.list_runs().await.unwrap(), []);
}

#[tokio::test]
async fn answers_made_elsewhere_wait_only_for_their_execution() {
    let (_folder, store) = store().await;
    let run = RunId::from("g");
    let samples = (0..3).map(|n| {
        let mut sample = planned("someone", n, 0);
        sample.generation = Some(GenerationRecord {
            transport: Transport::Provided,
            ..answer((n != 1).then_some("program"))
        });
        sample
    });
    store
        .create_run(new_run("g"), samples.collect::<Vec<_>>())
        .await
        .unwrap();
    let open = store
        .outstanding(
            &run,
            SampleStage::Generated,
            None,
            OutstandingCursor::default(),
            9,
        )
        .await
        .unwrap();
    assert_eq!(open.len(), 2);
    assert_eq!(store.program(open[0].id).await.unwrap(), "program");
    let totals = store.run_summary(&run).await.unwrap().totals;
    assert_eq!((totals.generated, totals.done, totals.judged), (2, 1, 1));
}
