//! What the two steps of a sample share, and the second of them; the first is in `generate`. Each runs in a task of its own,
//! holds one permit, and answers only when its outcome is stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_core::{
    Coded, Content, ErrorInfo, Price, Problem, Quality, RunId, RunSpec, SampleId, Transport, Usage,
    Verdict,
};
use assay_prompting::{ExamplePool, Strategies};
use assay_providers::CancellationToken;
use assay_quality::observe;
use assay_sandbox::{Program, Sandbox};
use assay_store::{OutstandingSample, Store, StoreError};

use crate::RunnerError;
use crate::plan::ProblemIndex;

/// What every step of a run uses.
pub(crate) struct Context {
    pub store: Store,
    pub strategies: Arc<Strategies>,
    pub problems: ProblemIndex,
    pub examples: Arc<ExamplePool>,
    pub sandbox: Arc<dyn Sandbox>,
    pub spec: RunSpec,
    /// By model, as they were when the run was made.
    pub prices: BTreeMap<String, Price>,
    pub run: RunId,
    pub stop: CancellationToken,
}

/// A sample that waits for its execution.
pub(crate) struct Ready {
    pub sample: OutstandingSample,
    /// `None` where the answer was stored in an earlier attempt: it is then read from there.
    pub answer: Option<Answer>,
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
        sample: SampleId,
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

/// Executes one program, stores its verdict.
pub(crate) async fn execute(context: Arc<Context>, ready: Ready) -> Done {
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
    let execution = context
        .sandbox
        .execute(&program, &context.spec.limits, &context.stop)
        .await;
    if execution.verdict == Verdict::Infrastructure && context.stop.is_cancelled() {
        return Done::GivenBack { lane: None, sample };
    }
    let (verdict, detail) = (execution.verdict, execution.detail.clone());
    let observed = quality.map(|q| observe(&q, &execution, &context.spec.quality_weights));
    match context
        .store
        .record_execution(sample.id, execution, observed)
        .await
    {
        Ok(()) => Done::Executed {
            sample,
            transport,
            content,
            verdict,
            detail,
        },
        Err(error) => error.into(),
    }
}
