//! A run of very many samples, its resumption, and the same run again, with models and a sandbox that answer at once:
//!
//! ```sh
//! cargo run --release -p assay-runner --example million -- 1000000 [FOLDER]
//! ```

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A measurement, not a part of the program.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use assay_core::*;
use assay_prompting::Strategies;
use assay_providers::{
    CancellationToken, Capabilities, Check, ModelInfo, OnDelta, Provider, ProviderError,
};
use assay_runner::{Evaluation, Means, Runner, RunnerConfig};
use assay_sandbox::{Gauges, Health, Program, Sandbox};
use assay_store::{Cache, Store};
use async_trait::async_trait;

const PROBLEMS: usize = 1_000;
const MODELS: usize = 10;

#[derive(Debug)]
struct Model {
    model: ModelRef,
    calls: Arc<AtomicUsize>,
}

#[async_trait]
impl Provider for Model {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            completion: true,
            chat: false,
            streaming: false,
            seed: true,
            context_length: None,
            concurrency: 64,
        }
    }

    async fn check(&self, _: &CancellationToken) -> Result<Check, ProviderError> {
        Ok(Check {
            listed: None,
            summary: String::new(),
        })
    }

    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        Ok(Vec::new())
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        _: OnDelta<'_>,
        _: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(Generation {
            text: format!("    return number  # {:?}\n", request.seed),
            finish: FinishReason::Stop,
            usage: Usage::default(),
            latency_ms: 1.0,
            first_token_ms: None,
            attempts: 1,
            served_model: None,
            warnings: Vec::new(),
        })
    }
}

struct Box_ {
    calls: AtomicUsize,
}

#[async_trait]
impl Sandbox for Box_ {
    async fn execute(&self, _: &Program, _: &Limits, _: &CancellationToken) -> Execution {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Execution {
            verdict: Verdict::Passed,
            detail: None,
            duration_ms: 1.0,
            ..Execution::infrastructure("")
        }
    }

    async fn identity(&self, _: &Language) -> Option<String> {
        Some("image".to_owned())
    }

    fn concurrency(&self) -> usize {
        8
    }

    async fn health(&self) -> Health {
        Health {
            engine: None,
            images: Vec::new(),
            timeout_scale: None,
            gauges: Gauges::default(),
        }
    }

    async fn close(&self) {}
}

fn problems() -> Vec<Arc<Problem>> {
    (0..PROBLEMS)
        .map(|n| {
            Arc::new(Problem {
                dataset: "fake".into(),
                id: format!("Fake/{n}").as_str().into(),
                cluster: format!("Fake/{n}"),
                language: Language::python(),
                prompt: format!("def same_{n}(number: int) -> int:\n"),
                entry_point: format!("same_{n}"),
                canonical_solution: Some("    return number\n".into()),
                setup: String::new(),
                tests: format!("assert same_{n}(3) == 3\n"),
                test_form: TestForm::Statements,
            })
        })
        .collect()
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let total: usize = args.next().map_or(1_000_000, |n| n.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let folder = args
        .next()
        .map_or(temporary.path().to_owned(), PathBuf::from);
    let samples = u32::try_from((total / MODELS / PROBLEMS).max(1)).unwrap();
    let total = MODELS * PROBLEMS * samples as usize;
    let path = folder.join("million.db");
    let calls = Arc::new(AtomicUsize::new(0));
    let sandbox = Arc::new(Box_ {
        calls: AtomicUsize::new(0),
    });
    let models: Vec<Arc<dyn Provider>> = (0..MODELS)
        .map(|n| {
            Arc::new(Model {
                model: format!("openai:m{n}@http://127.0.0.1:1/v1")
                    .parse()
                    .unwrap(),
                calls: Arc::clone(&calls),
            }) as Arc<dyn Provider>
        })
        .collect();
    let means = || Means {
        problems: problems(),
        providers: models.clone(),
        sandbox: Arc::clone(&sandbox) as Arc<dyn Sandbox>,
        examples: Arc::default(),
    };
    let evaluation = |id: &str| Evaluation {
        id: RunId::from(id),
        name: id.to_owned(),
        note: None,
        spec: RunSpec {
            name: None,
            models: models.iter().map(|m| m.model().clone()).collect(),
            dataset: "fake".into(),
            languages: vec![Language::python()],
            problems: ProblemSelection::All,
            strategy: "completion".into(),
            samples,
            sampling: Sampling {
                temperature: 0.8,
                ..Sampling::default()
            },
            seed: 1,
            limits: Limits::default(),
            cleaning: Cleaning::Full,
            quality_weights: QualityWeights::default(),
            concurrency: 64,
            cache: CacheUse::Full,
            early_stop: None,
            adaptive: None,
            priority: Priority::Normal,
        },
        environment: Environment::default(),
        means: means(),
    };
    let store = Store::open(&path).await.unwrap();
    let config = RunnerConfig {
        cache_bytes: Arc::new((64 << 30).into()),
        ..RunnerConfig::default()
    };
    let runner = Runner::new(
        store.clone(),
        Arc::new(Strategies::builtin().unwrap()),
        config,
    );

    // In a folder where this was cut short it goes on with what is there.
    if store.get_run(&RunId::from("one")).await.is_err() {
        let start = Instant::now();
        let handle = runner.start(evaluation("one")).await.unwrap();
        println!(
            "{total} samples planned and stored: {:.2?}",
            start.elapsed()
        );
        // All but the last thousand.
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if handle
                .progress()
                .is_some_and(|p| p.done as usize + 1_000 >= total)
            {
                break;
            }
        }
        handle.cancel();
        let progress = handle.join().await.progress;
        let s = start.elapsed().as_secs_f64();
        println!(
            "asked and executed: {} in {s:.1} s, {:.0} a second",
            progress.done,
            f64::from(progress.done) / s
        );
    }

    for attempt in 0..3 {
        let before = calls.load(Ordering::Relaxed);
        let start = Instant::now();
        let handle = runner.resume(&RunId::from("one"), means()).await.unwrap();
        let claimed = start.elapsed();
        println!("resumed: decided in {claimed:.2?}");
        // What was known after all is not asked.
        let mut ended = std::pin::pin!(handle.join());
        while calls.load(Ordering::Relaxed) == before {
            let pause = tokio::time::sleep(Duration::from_micros(200));
            tokio::select! { () = pause => {}, _ = &mut ended => break }
        }
        println!("  first request, or the end, after {:.2?}", start.elapsed());
        if attempt < 2 {
            handle.cancel();
        }
        handle.join().await;
    }

    let (asked, executed) = (
        calls.load(Ordering::Relaxed),
        sandbox.calls.load(Ordering::Relaxed),
    );
    let start = Instant::now();
    let handle = runner.start(evaluation("two")).await.unwrap();
    let planned = start.elapsed();
    let outcome = handle.join().await;
    let s = start.elapsed().as_secs_f64();
    println!(
        "the same again: {:?}, {} done in {s:.1} s ({planned:.1?} to plan), {:.0} a second; {} requests, {} executions",
        outcome.status,
        outcome.progress.done,
        f64::from(outcome.progress.done) / s,
        calls.load(Ordering::Relaxed) - asked,
        sandbox.calls.load(Ordering::Relaxed) - executed
    );
    let stats = store.cache_stats(Cache::Answers).await.unwrap();
    println!(
        "answers kept: {} in {:.0} MB",
        stats.entries,
        stats.bytes as f64 / 1e6
    );
    let size = std::fs::metadata(&path).unwrap().len();
    println!("the store: {:.0} MB", size as f64 / 1e6);
}
