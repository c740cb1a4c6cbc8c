//! What the two steps of a sample share, and the second of them; the first is in `generate`. Each runs in a task of its own,
//! holds one permit, and answers only when its outcome is stored.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use assay_core::{
    AdaptiveSpec, CacheUse, Coded, Content, ErrorInfo, Execution, Language, Price, Problem,
    Quality, RunId, RunSpec, Transport, Usage, Verdict,
};
use assay_prompting::{ADAPTIVE, ExamplePool, Strategies};
use assay_providers::CancellationToken;
use assay_quality::observe;
use assay_sandbox::{Program, Sandbox};
use assay_store::{CacheKey, ExecutionRecord, OutstandingSample, Store, StoreError};
use tokio::sync::Mutex;

use crate::RunnerError;
use crate::adapt::Report;
use crate::adaptive::Adaptive;
use crate::cache::execution_key;
use crate::plan::ProblemIndex;
use crate::progress::CacheCounts;
use crate::share::Place;

/// What every step of a run uses.
pub(crate) struct Context {
    pub store: Store,
    pub adaptive: Adaptive,
    pub strategies: Arc<Strategies>,
    pub problems: ProblemIndex,
    pub examples: Arc<ExamplePool>,
    pub sandbox: Arc<dyn Sandbox>,
    pub spec: RunSpec,
    /// By model, as they were when the run was made.
    pub prices: BTreeMap<String, Price>,
    /// File digests by model, as they were when the run was made.
    pub model_digests: BTreeMap<String, String>,
    /// The sandbox's identity by language, once asked for.
    pub identities: Mutex<HashMap<Language, Option<String>>>,
    pub cached: CacheCounts,
    pub run: RunId,
    pub stop: CancellationToken,
}

/// A sample that waits for its execution.
pub(crate) struct Ready {
    pub sample: OutstandingSample,
    /// `None` where the answer was stored in an earlier attempt: it is then read from there.
    pub answer: Option<Answer>,
}

impl Ready {
    /// What it takes while it waits.
    pub(crate) fn bytes(&self) -> usize {
        let program = self
            .answer
            .as_ref()
            .map_or(0, |answer| answer.program.len());
        size_of::<Self>() + program
    }
}

pub(crate) struct Answer {
    pub program: String,
    pub transport: Transport,
    pub content: Content,
    /// From the text alone.
    pub quality: Option<Quality>,
}

/// What an answer took, all its turns together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    pub completion_tokens: Option<u32>,
    pub cost_usd: Option<f64>,
    /// The answer was known already, and cost nothing again.
    pub known: bool,
    /// What it told of the server; nothing where no server was asked.
    pub report: Option<Report>,
}

/// How a step ended. Everything but `GivenBack`, `Refused` and `Broken` is stored.
pub(crate) enum Done {
    /// Answered, with a program to execute.
    Generated {
        lane: usize,
        ready: Ready,
        spent: Spent,
    },
    /// Answered, and there is nothing to execute.
    WithoutCode {
        lane: usize,
        sample: OutstandingSample,
        transport: Transport,
        content: Content,
        spent: Spent,
    },
    /// The request failed for good.
    Unanswered {
        lane: usize,
        sample: OutstandingSample,
        transport: Transport,
        error: ErrorInfo,
        /// Whether it may be the model's or the server's state rather than this one request.
        of_the_model: bool,
        /// By the turns that were answered before.
        spent: Spent,
    },
    /// No request to this model can succeed.
    Refused {
        lane: usize,
        sample: OutstandingSample,
        error: ErrorInfo,
    },
    Executed {
        sample: OutstandingSample,
        transport: Transport,
        content: Option<Content>,
        verdict: Verdict,
        detail: Option<String>,
    },
    /// Given up before it had an outcome; it is still outstanding.
    GivenBack {
        /// The lane of a request, nothing for an execution.
        lane: Option<usize>,
        sample: OutstandingSample,
    },
    /// The run cannot go on.
    Broken { error: ErrorInfo },
}

impl From<StoreError> for Done {
    fn from(error: StoreError) -> Self {
        Self::Broken {
            error: error.info(),
        }
    }
}

impl Context {
    /// Whether what is known may be taken.
    pub(crate) fn takes_known(&self) -> bool {
        self.spec.cache == CacheUse::Full
    }

    /// Whether what is new is to be kept.
    pub(crate) fn keeps(&self) -> bool {
        self.spec.cache != CacheUse::Off
    }

    /// Under which key the program's execution is kept; `None` where it is not.
    async fn execution_key(&self, program: &Program) -> Option<CacheKey> {
        if !self.keeps() {
            return None;
        }
        let mut identities = self.identities.lock().await;
        let identity = match identities.get(&program.language) {
            Some(known) => known.clone(),
            None => {
                let found = self.sandbox.identity(&program.language).await;
                identities.insert(program.language.clone(), found.clone());
                found
            }
        };
        drop(identities);
        execution_key(identity.as_deref()?, program, &self.spec.limits)
    }

    /// The program's execution, made or known already, and the key it is to be kept under.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn executed(
        &self,
        program: &Program,
        cancel: &CancellationToken,
    ) -> Result<Executed, StoreError> {
        let key = self.execution_key(program).await;
        if let Some(key) = key.filter(|_| self.takes_known()) {
            if let Some(execution) = self.store.cached_execution(key).await? {
                self.cached.execution(true);
                return Ok(Executed {
                    execution,
                    cached: true,
                    keep: None,
                });
            }
            self.cached.execution(false);
        }
        let execution = self
            .sandbox
            .execute(program, &self.spec.limits, cancel)
            .await;
        Ok(Executed {
            // What the machine failed to judge is to be tried again.
            keep: key.filter(|_| execution.verdict.is_judged()),
            execution,
            cached: false,
        })
    }

    /// Which policy chooses the strategies, where one does.
    pub(crate) fn chooser(&self) -> Option<AdaptiveSpec> {
        (self.spec.strategy.as_str() == ADAPTIVE)
            .then(|| self.spec.adaptive.clone().unwrap_or_default())
    }

    /// Teaches a sample that is done to the policy that chose for it.
    pub(crate) async fn learn(&self, sample: &OutstandingSample) -> Result<(), ErrorInfo> {
        match self.chooser() {
            Some(chooser) if chooser.learn => self
                .adaptive
                .learn(sample.id)
                .await
                .map_err(|error| error.info()),
            _ => Ok(()),
        }
    }

    /// Teaches that a sample's strategy cannot ask its model: nothing else would keep a policy from choosing it again.
    pub(crate) async fn learn_refused(&self, sample: &OutstandingSample) -> Result<(), ErrorInfo> {
        match self.chooser() {
            Some(chooser) if chooser.learn => self
                .adaptive
                .learn_refused(sample.id)
                .await
                .map_err(|error| error.info()),
            _ => Ok(()),
        }
    }

    /// In US dollars, where the run knows the model's price.
    pub(crate) fn cost(&self, model: &str, usage: Usage) -> Option<f64> {
        self.prices.get(model)?.cost(usage)
    }

    pub(crate) fn problem(&self, sample: &OutstandingSample) -> Result<Arc<Problem>, ErrorInfo> {
        self.problems
            .get(&(sample.language.clone(), sample.problem.clone()))
            .cloned()
            .ok_or_else(|| {
                RunnerError::UnknownProblem {
                    problem: sample.problem.clone(),
                    language: sample.language.clone(),
                }
                .info()
            })
    }
}

pub(crate) struct Executed {
    pub execution: Execution,
    pub cached: bool,
    pub keep: Option<CacheKey>,
}

/// Executes one program, stores its verdict.
pub(crate) async fn execute(
    context: Arc<Context>,
    ready: Ready,
    place: Place,
) -> (Done, Option<Place>) {
    (judge(&context, ready).await, Some(place))
}

async fn judge(context: &Context, ready: Ready) -> Done {
    let Ready { sample, answer } = ready;
    let problem = match context.problem(&sample) {
        Ok(problem) => problem,
        Err(error) => return Done::Broken { error },
    };
    let (program, transport, content, quality) = match answer {
        Some(answer) => (
            answer.program,
            answer.transport,
            Some(answer.content),
            answer.quality,
        ),
        None => match context.store.sample(sample.id).await {
            Ok(stored) => (
                stored.cleaned.unwrap_or_default(),
                stored.transport.unwrap_or(Transport::Ok),
                stored.content,
                stored.quality,
            ),
            Err(error) => return error.into(),
        },
    };
    let program = Program::answer(&problem, program);
    let Executed {
        execution,
        cached,
        keep,
    } = match context.executed(&program, &context.stop).await {
        Ok(executed) => executed,
        Err(error) => return error.into(),
    };
    if execution.verdict == Verdict::Infrastructure && context.stop.is_cancelled() {
        return Done::GivenBack { lane: None, sample };
    }
    let (verdict, detail) = (execution.verdict, execution.detail.clone());
    let observed = quality.map(|q| observe(&q, &execution, &context.spec.quality_weights));
    let record = ExecutionRecord {
        execution,
        quality: observed,
        cached,
        keep,
    };
    if let Err(error) = context.store.record_execution(sample.id, record).await {
        return error.into();
    }
    match context.learn(&sample).await {
        Ok(()) => Done::Executed {
            sample,
            transport,
            content,
            verdict,
            detail,
        },
        Err(error) => Done::Broken { error },
    }
}
