//! The runner against the same work done one sample after another.
//!
//! A server stands in for the models and takes as long as they would; everything else is real: prompts, requests over
//! HTTP, cleaning, scoring, containers, the store. Both ways use the same code, in stores of their own.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use assay_core::{
    CacheUse, Cleaning, DatasetId, Environment, Language, Limits, ModelRef, Priority, Problem,
    ProblemSelection, QualityWeights, RunEvent, RunSpec, RunStatus, Sample, Sampling, StrategyId,
    Verdict,
};
use assay_providers::bench::{cpu_s, stand_in};
use assay_providers::{HttpConfig, Provider, ProviderConfig, ProviderRegistry};
use assay_runner::{Evaluation, Means, Runner, RunnerConfig};
use assay_sandbox::{DockerSandbox, Sandbox as _, SandboxConfig};
use assay_store::Store;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::machine::{Full, MachineTime, Peak, machine};
use super::work::{answers, first, spread};
use crate::dto::{BenchPass, BenchRecord, RunnerBench, TaskProgress};
use crate::{App, AppError, VERSION};

const HISTORY: &str = "bench-runner";
/// Measurements that are kept.
const KEPT: usize = 100;
const SEED: u64 = 5;

/// A way of doing the work, measured.
struct Pass {
    pass: BenchPass,
    samples: Vec<Sample>,
    /// Seconds a sample took from its request to its verdict.
    each_s: Vec<f64>,
}

/// What both ways use.
struct Work<'a> {
    request: &'a RunnerBench,
    problems: &'a [Arc<Problem>],
    providers: Vec<Arc<dyn Provider>>,
    sandbox: Arc<DockerSandbox>,
}

impl App {
    /// Earlier measurements of the runner, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn bench_records(&self) -> Result<Vec<BenchRecord>, AppError> {
        let kept: Option<Vec<BenchRecord>> = self.store().await?.setting(HISTORY).await?;
        Ok(kept.unwrap_or_default())
    }

    /// Does the same work one sample after another (a part of it) and all at once, at a server that takes as long as
    /// models do, and keeps the measurement.
    ///
    /// # Errors
    /// When the data set, the engine or an image is missing, or the work is none.
    pub async fn bench_runner(
        &self,
        request: RunnerBench,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<BenchRecord, AppError> {
        check(&request)?;
        let task = self.begin_task(task);
        let all = self.problems(&request.dataset, &request.languages).await?;
        let problems = first(all, request.problems);
        if problems.is_empty() {
            return Err(AppError::usage(
                "no-problems",
                "there is no problem to do",
                "choose a data set with solutions in these languages",
            ));
        }
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        let address = listener
            .local_addr()
            .map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        let served = Arc::new(answers(&request, &problems));
        let server = tokio::spawn(stand_in(listener, served));
        let sandbox =
            Arc::new(DockerSandbox::open(SandboxConfig::new(&self.config.data_dir)).await?);
        let folder =
            tempfile::tempdir().map_err(|e| AppError::failed("bench-failed", e.to_string()))?;
        let measured = async {
            for language in &request.languages {
                sandbox.require(language).await?;
                on_progress(step(&format!("starting containers for {language}"), None));
                sandbox.warm_up(language, &Limits::default()).await?;
            }
            let providers = self.stand_ins(&request, &format!("http://{address}/v1"))?;
            let work = Work {
                request: &request,
                problems: &problems,
                providers,
                sandbox: Arc::clone(&sandbox),
            };
            let peak = Peak::watch();
            let tell = |name: &'static str| {
                let on_progress = &on_progress;
                move |done: u32, total: u32| {
                    let fraction = f64::from(done) / f64::from(total.max(1));
                    on_progress(step(&format!("{name}: {done} of {total}"), Some(fraction)));
                }
            };
            let one = self
                .pass(
                    &work,
                    true,
                    folder.path(),
                    &tell("one after another"),
                    &task.cancel,
                )
                .await?;
            let every = self
                .pass(
                    &work,
                    false,
                    folder.path(),
                    &tell("all at once"),
                    &task.cancel,
                )
                .await?;
            Ok::<_, AppError>(record(&request, one, every, peak.highest()))
        }
        .await;
        server.abort();
        sandbox.close().await;
        let record = measured?;
        let mut kept = self.bench_records().await?;
        kept.insert(0, record.clone());
        kept.truncate(KEPT);
        self.store().await?.set_setting(HISTORY, &kept).await?;
        Ok(record)
    }

    /// Stands in for a model at an address of the loopback that `say` hears: answers a data set's prompts with its
    /// solutions, mostly right, as slowly as a model would; until the program ends.
    ///
    /// # Errors
    /// When the data set is not there, or no port can be had.
    pub async fn bench_stand_in(
        &self,
        dataset: &DatasetId,
        language: &Language,
        latency_ms: (u32, u32),
        say: impl Fn(String),
    ) -> Result<(), AppError> {
        let failed = |e: std::io::Error| AppError::failed("bench-failed", e.to_string());
        let request = RunnerBench {
            latency_low_ms: latency_ms.0,
            latency_high_ms: latency_ms.1,
            ..RunnerBench::default()
        };
        check(&request)?;
        let problems = self
            .problems(dataset, std::slice::from_ref(language))
            .await?;
        let served = Arc::new(answers(&request, &first(problems, None)));
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        say(format!("http://{address}/v1"));
        stand_in(listener, served).await;
        Ok(())
    }

    fn stand_ins(
        &self,
        request: &RunnerBench,
        url: &str,
    ) -> Result<Vec<Arc<dyn Provider>>, AppError> {
        let config = ProviderConfig {
            http: HttpConfig {
                concurrency: request.concurrency as usize,
                ..HttpConfig::default()
            },
            ..ProviderConfig::new(&self.config.data_dir)
        };
        let registry = ProviderRegistry::new();
        (0..request.models)
            .map(|number| {
                let model = ModelRef {
                    provider: "openai".to_owned(),
                    name: format!("bench-{number}"),
                    url: Some(url.to_owned()),
                };
                Ok(registry.open(&model, &config)?)
            })
            .collect()
    }

    /// Does the work, or in sequence a part of it.
    async fn pass(
        &self,
        work: &Work<'_>,
        in_sequence: bool,
        folder: &Path,
        tell: &(dyn Fn(u32, u32) + Send + Sync),
        cancel: &CancellationToken,
    ) -> Result<Pass, AppError> {
        let request = work.request;
        let name = if in_sequence { "sequence" } else { "together" };
        let store = Store::open(folder.join(format!("{name}.db"))).await?;
        let config = RunnerConfig {
            in_sequence,
            ..RunnerConfig::default()
        };
        let runner = Runner::new(store.clone(), self.strategy_set(), config);
        let mut problems = work.problems.to_vec();
        let mut samples = request.samples;
        if in_sequence {
            samples = 1;
            let each = (request.baseline / request.models).max(1) as usize;
            problems = spread(problems, each);
        }
        let total = request.models * u32::try_from(problems.len()).unwrap_or(u32::MAX) * samples;
        let spec = spec(request, &work.providers, samples, in_sequence);
        let evaluation = Evaluation {
            id: Runner::new_id(),
            name: name.to_owned(),
            note: None,
            spec,
            environment: Environment::default(),
            means: Means {
                problems,
                providers: work.providers.clone(),
                sandbox: Arc::clone(&work.sandbox) as _,
                examples: Arc::default(),
            },
        };
        let run = evaluation.id.clone();
        let (own, machine, start) = (cpu_s(), MachineTime::now(), Instant::now());
        let handle = runner.start(evaluation).await?;
        let mut events = handle.subscribe();
        let mut full = Full::default();
        loop {
            tokio::select! {
                event = events.next() => match event {
                    Some(RunEvent::Progress { progress, .. }) => {
                        full.look(progress.waiting > 0);
                        tell(progress.done, total);
                    }
                    Some(_) => {}
                    None => break,
                },
                () = cancel.cancelled() => {
                    handle.cancel();
                    handle.join().await;
                    store.close().await;
                    return Err(AppError::interrupted("the measurement was stopped"));
                }
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let machine_busy = MachineTime::busy_since(machine);
        let own_cpu = own.zip(cpu_s()).map(|(before, after)| after - before);
        let outcome = handle.join().await;
        if outcome.status != RunStatus::Completed {
            store.close().await;
            return Err(match outcome.error {
                Some(info) => AppError::failed("bench-failed", info.message),
                None => AppError::failed("bench-failed", "the run did not end".to_owned()),
            });
        }
        let samples = store.samples_after(&run, None, u32::MAX).await?;
        store.close().await;
        let n = u32::try_from(samples.len()).unwrap_or(u32::MAX);
        let mean = |of: &dyn Fn(&Sample) -> Option<f64>| {
            let all: Vec<f64> = samples.iter().filter_map(of).collect();
            all.iter().sum::<f64>() / all.len().max(1) as f64
        };
        let executed = |sample: &Sample| sample.execution.as_ref().map(|e| e.duration_ms);
        Ok(Pass {
            pass: BenchPass {
                samples: n,
                passed: outcome.progress.passed,
                seconds,
                per_s: f64::from(n) / seconds,
                generation_ms: mean(&|sample| sample.latency_ms),
                execution_ms: mean(&executed),
                own_cpu_ms: own_cpu.map(|s| s * 1e3 / f64::from(n.max(1))),
                machine_busy,
                machine_busy_when_full: full.busy(),
            },
            each_s: samples
                .iter()
                .map(|s| (s.latency_ms.unwrap_or(0.0) + executed(s).unwrap_or(0.0)) / 1e3)
                .collect(),
            samples,
        })
    }
}

fn check(request: &RunnerBench) -> Result<(), AppError> {
    let fine = (1..=64).contains(&request.models)
        && (1..=1_000).contains(&request.samples)
        && request.baseline >= request.models
        && request.concurrency >= 1
        && request.latency_low_ms >= 1
        && request.latency_high_ms >= request.latency_low_ms
        && !request.languages.is_empty();
    if fine {
        return Ok(());
    }
    Err(AppError::usage(
        "bad-bench",
        "the work of the measurement is out of range",
        "give 1 to 64 models, 1 to 1,000 samples, a baseline of at least a sample a model, at least one request at once, \
         and times of which the second is not smaller",
    ))
}

fn step(message: &str, fraction: Option<f64>) -> TaskProgress {
    TaskProgress {
        message: message.to_owned(),
        fraction,
    }
}

fn spec(
    request: &RunnerBench,
    providers: &[Arc<dyn Provider>],
    samples: u32,
    in_sequence: bool,
) -> RunSpec {
    RunSpec {
        name: None,
        models: providers.iter().map(|p| p.model().clone()).collect(),
        dataset: request.dataset.clone(),
        languages: request.languages.clone(),
        problems: ProblemSelection::All,
        strategy: StrategyId::from("completion"),
        samples,
        sampling: Sampling {
            temperature: 0.8,
            ..Sampling::default()
        },
        seed: SEED,
        limits: Limits::default(),
        cleaning: Cleaning::Full,
        quality_weights: QualityWeights::default(),
        concurrency: if in_sequence { 1 } else { request.concurrency },
        // Everything is to be done.
        cache: CacheUse::Off,
        early_stop: None,
        adaptive: None,
        priority: Priority::Normal,
    }
}

fn record(request: &RunnerBench, one: Pass, every: Pass, peak: Option<u64>) -> BenchRecord {
    let speedup = every.pass.per_s / one.pass.per_s;
    // How much the mean of the sequential samples may be off, as a share of it: the interval of the ratio.
    let n = one.each_s.len().max(2) as f64;
    let mean = one.each_s.iter().sum::<f64>() / n;
    let variance = one.each_s.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let off = 1.96 * (variance / n).sqrt() / mean.max(1e-9);
    let key = |sample: &Sample| {
        let key = &sample.key;
        (
            key.model.clone(),
            key.language.clone(),
            key.problem.clone(),
            key.index,
        )
    };
    let verdict = |sample: &Sample| sample.execution.as_ref().map(|e| e.verdict);
    let known: BTreeMap<_, Option<Verdict>> =
        every.samples.iter().map(|s| (key(s), verdict(s))).collect();
    let pairs: Vec<bool> = one
        .samples
        .iter()
        .filter_map(|s| Some(*known.get(&key(s))? == verdict(s)))
        .collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    BenchRecord {
        at: Timestamp::now().to_string(),
        version: VERSION.to_owned(),
        machine: machine(),
        work: request.clone(),
        speedup,
        speedup_low: speedup * (1.0 - off),
        speedup_high: speedup * (1.0 + off),
        compared: count(pairs.len()),
        same_verdicts: count(pairs.iter().filter(|same| **same).count()),
        sequential: one.pass,
        optimised: every.pass,
        peak_memory_mb: peak.map(|bytes| bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_is_none_is_refused() {
        assert!(check(&RunnerBench::default()).is_ok());
        for wrong in [
            RunnerBench {
                models: 0,
                ..RunnerBench::default()
            },
            RunnerBench {
                baseline: 1,
                ..RunnerBench::default()
            },
            RunnerBench {
                latency_high_ms: 1,
                ..RunnerBench::default()
            },
            RunnerBench {
                languages: Vec::new(),
                ..RunnerBench::default()
            },
        ] {
            assert_eq!(check(&wrong).unwrap_err().info.code, "bad-bench");
        }
    }
}
