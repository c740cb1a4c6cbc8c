//! A model and a sandbox that do what a test tells them, and a data set to ask.

#![allow(dead_code)] // Each test file uses a part.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use assay_core::{
    Environment, Execution, FinishReason, Generation, GenerationRequest, Language, Limits,
    ModelRef, Problem, ProblemSelection, Prompt, RunEvent, RunId, RunSpec, Sampling, TestForm,
    Usage, Verdict,
};
use assay_prompting::Strategies;
use assay_providers::{
    CancellationToken, Capabilities, Check, Failure, ModelInfo, OnDelta, Provider, ProviderError,
};
use assay_runner::{Evaluation, Means, RunHandle, Runner, RunnerConfig};
use assay_sandbox::{Gauges, Health, Program, Sandbox};
use assay_store::Store;
use async_trait::async_trait;

/// How many are under way, and how many ever were at once.
#[derive(Debug, Default)]
pub struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

pub struct Inside<'a>(&'a Crowd);

impl Crowd {
    pub fn enter(&self) -> Inside<'_> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Inside(self)
    }

    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub fn now(&self) -> usize {
        self.now.load(Ordering::SeqCst)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

type Reply = dyn Fn(&GenerationRequest, usize) -> Result<String, Failure> + Send + Sync;

/// A base model: what it says is decided by a function of the request and the number of requests
/// that came before it.
pub struct FakeModel {
    model: ModelRef,
    pub latency: Duration,
    pub permits: usize,
    pub chat: bool,
    /// More requests at once than this are answered only after retries.
    pub overloaded_above: Option<usize>,
    /// What each answer is told with.
    pub warnings: Vec<String>,
    reply: Box<Reply>,
    pub calls: AtomicUsize,
    /// Requests by seed: a seed is a sample.
    pub by_seed: Mutex<HashMap<u64, usize>>,
    pub crowd: Crowd,
}

impl std::fmt::Debug for FakeModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FakeModel({})", self.model)
    }
}

impl FakeModel {
    pub fn new(
        name: &str,
        reply: impl Fn(&GenerationRequest, usize) -> Result<String, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self {
            model: format!("openai:{name}@http://127.0.0.1:1/v1")
                .parse()
                .unwrap(),
            latency: Duration::from_millis(1),
            permits: 64,
            chat: false,
            overloaded_above: None,
            warnings: Vec::new(),
            reply: Box::new(reply),
            calls: AtomicUsize::new(0),
            by_seed: Mutex::new(HashMap::new()),
            crowd: Crowd::default(),
        }
    }

    /// Always right, and never twice with the same words.
    pub fn right(name: &str) -> Self {
        Self::new(name, |_, call| Ok(right_answer(call)))
    }

    pub fn slow(mut self, milliseconds: u64) -> Self {
        self.latency = Duration::from_millis(milliseconds);
        self
    }

    /// Answers messages, too.
    pub fn talking(mut self) -> Self {
        self.chat = true;
        self
    }

    pub fn name(&self) -> String {
        self.model.to_string()
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub fn most_for_one_sample(&self) -> usize {
        self.by_seed
            .lock()
            .unwrap()
            .values()
            .copied()
            .max()
            .unwrap_or(0)
    }
}

pub fn right_answer(nonce: impl std::fmt::Display) -> String {
    format!("    return number  # {nonce}\n")
}

pub fn refused() -> Failure {
    Failure::Refused {
        url: "http://127.0.0.1:1/v1".into(),
        detail: "connection refused".into(),
    }
}

#[async_trait]
impl Provider for FakeModel {
    fn model(&self) -> &ModelRef {
        &self.model
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            completion: true,
            chat: self.chat,
            streaming: false,
            seed: true,
            context_length: None,
            concurrency: self.permits,
        }
    }

    async fn check(&self, _: &CancellationToken) -> Result<Check, ProviderError> {
        Ok(Check {
            listed: None,
            summary: "a fake".into(),
        })
    }

    async fn list_models(&self, _: &CancellationToken) -> Result<Vec<ModelInfo>, ProviderError> {
        Ok(Vec::new())
    }

    async fn generate(
        &self,
        request: &GenerationRequest,
        _: OnDelta<'_>,
        cancel: &CancellationToken,
    ) -> Result<Generation, ProviderError> {
        let _inside = self.crowd.enter();
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        let seed = request.seed.unwrap();
        *self.by_seed.lock().unwrap().entry(seed).or_default() += 1;
        tokio::select! {
            () = cancel.cancelled() => return Err(ProviderError::new(Failure::Cancelled, 1)),
            () = tokio::time::sleep(self.latency) => {}
        }
        let overloaded = self
            .overloaded_above
            .is_some_and(|most| self.crowd.now() > most);
        let text = (self.reply)(request, call).map_err(|f| ProviderError::new(f, 3))?;
        Ok(Generation {
            text,
            finish: FinishReason::Stop,
            usage: Usage {
                prompt_tokens: Some(10),
                completion_tokens: Some(5),
            },
            latency_ms: 1.0,
            first_token_ms: None,
            attempts: if overloaded { 3 } else { 1 },
            served_model: None,
            warnings: self.warnings.clone(),
        })
    }
}

type Judge = dyn Fn(&Program, usize) -> Execution + Send + Sync;

pub struct FakeSandbox {
    pub latency: Duration,
    identity: Option<String>,
    judge: Box<Judge>,
    pub calls: AtomicUsize,
    pub crowd: Crowd,
}

impl FakeSandbox {
    pub fn new(judge: impl Fn(&Program, usize) -> Execution + Send + Sync + 'static) -> Self {
        Self {
            latency: Duration::from_millis(1),
            identity: None,
            judge: Box::new(judge),
            calls: AtomicUsize::new(0),
            crowd: Crowd::default(),
        }
    }

    /// Passes what returns the number; says in its detail which execution it was.
    pub fn fair() -> Self {
        Self::new(|program, call| {
            let verdict = if program.source.contains("return number") {
                Verdict::Passed
            } else {
                Verdict::Failed
            };
            execution(verdict, call)
        })
    }

    pub fn slow(mut self, milliseconds: u64) -> Self {
        self.latency = Duration::from_millis(milliseconds);
        self
    }

    /// Says what it is, so that its executions may be kept.
    pub fn known_as(mut self, identity: &str) -> Self {
        self.identity = Some(identity.to_owned());
        self
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

pub fn execution(verdict: Verdict, nonce: impl std::fmt::Display) -> Execution {
    Execution {
        verdict,
        detail: Some(nonce.to_string()),
        duration_ms: 1.0,
        ..Execution::infrastructure("")
    }
}

#[async_trait]
impl Sandbox for FakeSandbox {
    async fn identity(&self, _: &Language) -> Option<String> {
        self.identity.clone()
    }

    async fn execute(
        &self,
        program: &Program,
        _: &Limits,
        cancel: &CancellationToken,
    ) -> Execution {
        let _inside = self.crowd.enter();
        let call = self.calls.fetch_add(1, Ordering::SeqCst);
        tokio::select! {
            () = cancel.cancelled() => return Execution::infrastructure("cancelled"),
            () = tokio::time::sleep(self.latency) => {}
        }
        (self.judge)(program, call)
    }

    fn concurrency(&self) -> usize {
        2
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

pub fn problems(count: usize) -> Vec<Arc<Problem>> {
    (0..count)
        .map(|n| {
            Arc::new(Problem {
                dataset: "fake".into(),
                id: format!("Fake/{n}").as_str().into(),
                cluster: format!("Fake/{n}"),
                language: Language::python(),
                prompt: format!(
                    "def same_{n}(number: int) -> int:\n    \"\"\"Returns number.\"\"\"\n"
                ),
                entry_point: format!("same_{n}"),
                canonical_solution: Some("    return number\n".into()),
                setup: String::new(),
                tests: format!("assert same_{n}(3) == 3\n"),
                test_form: TestForm::Statements,
            })
        })
        .collect()
}

/// Which problem a request asks.
pub fn asked(request: &GenerationRequest) -> usize {
    let Prompt::Completion { text } = &request.prompt else {
        panic!("a base model is asked to complete");
    };
    let name = text.split_once("same_").unwrap().1;
    name.split_once('(').unwrap().0.parse().unwrap()
}

pub fn spec(models: &[Arc<FakeModel>], samples: u32, concurrency: u32) -> RunSpec {
    RunSpec {
        cleaning: assay_core::Cleaning::default(),
        quality_weights: assay_core::QualityWeights::default(),
        name: None,
        models: models.iter().map(|m| m.model.clone()).collect(),
        dataset: "fake".into(),
        languages: vec![Language::python()],
        problems: ProblemSelection::All,
        strategy: "auto".into(),
        samples,
        sampling: Sampling::default(),
        seed: 11,
        limits: Limits::default(),
        concurrency,
        cache: assay_core::CacheUse::default(),
        early_stop: None,
        adaptive: None,
        priority: assay_core::Priority::default(),
    }
}

/// Everything a test of a run needs; small pages and short waits, so that every edge is met.
pub struct Bench {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub runner: Runner,
}

pub fn config() -> RunnerConfig {
    RunnerConfig {
        patience: 4,
        waiting_programs: 6,
        waiting_bytes: 1 << 20,
        memory: None,
        cache_bytes: Arc::new((1 << 30).into()),
        page: 3,
        progress_every: Duration::from_millis(100),
        heartbeat_every: Duration::from_millis(20),
        in_sequence: false,
    }
}

pub async fn runner_at(path: &Path) -> (Store, Runner) {
    let store = Store::open(path).await.unwrap();
    let strategies = Arc::new(Strategies::builtin().unwrap());
    let runner = Runner::new(store.clone(), strategies, config());
    (store, runner)
}

impl Bench {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, runner) = runner_at(&folder.path().join("assay.db")).await;
        Self {
            folder,
            store,
            runner,
        }
    }
}

pub fn means(models: &[Arc<FakeModel>], sandbox: &Arc<FakeSandbox>, count: usize) -> Means {
    Means {
        problems: problems(count),
        providers: models
            .iter()
            .map(|m| Arc::clone(m) as Arc<dyn Provider>)
            .collect(),
        sandbox: Arc::clone(sandbox) as Arc<dyn Sandbox>,
        examples: Arc::default(),
    }
}

pub fn evaluation(
    id: &str,
    models: &[Arc<FakeModel>],
    sandbox: &Arc<FakeSandbox>,
    count: usize,
    samples: u32,
) -> Evaluation {
    Evaluation {
        id: RunId::from(id),
        name: id.into(),
        note: None,
        spec: spec(models, samples, 3),
        environment: Environment::default(),
        means: means(models, sandbox, count),
    }
}

pub async fn wait_until(mut condition: impl AsyncFnMut() -> bool) {
    let begin = Instant::now();
    while !condition().await {
        assert!(begin.elapsed() < Duration::from_secs(60), "waited in vain");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub async fn done(store: &Store, run: &RunId) -> u32 {
    store.run_summary(run).await.unwrap().totals.done
}

pub async fn everything(store: &Store, run: &RunId) -> Vec<assay_core::Sample> {
    store.samples_after(run, None, 10_000).await.unwrap()
}

pub async fn events(handle: &RunHandle) -> Vec<RunEvent> {
    let mut heard = Vec::new();
    let mut subscription = handle.subscribe();
    while let Some(event) = subscription.next().await {
        heard.push(event);
    }
    heard
}
