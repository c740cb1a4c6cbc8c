//! The two steps of a sample. Each runs in a task of its own, holds one permit, and answers only
//! when its outcome is stored.

use std::sync::Arc;

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, clean};
use assay_core::{
    Coded, Content, ErrorInfo, FinishReason, Generation, GenerationRequest, Problem, RunId,
    RunSpec, SampleId, SampleStage, Transport, Usage, Verdict,
};
use assay_prompting::{BuiltPrompt, Strategies};
use assay_providers::{CancellationToken, Failure, Provider, ProviderError, ignore_deltas};
use assay_sandbox::{Program, Sandbox};
use assay_store::{FailureRecord, GenerationRecord, OutstandingSample, Store, StoreError};

use crate::RunnerError;
use crate::plan::ProblemIndex;

/// What every step of a run uses.
pub(crate) struct Context {
    pub store: Store,
    pub strategies: Arc<Strategies>,
    pub problems: ProblemIndex,
    pub sandbox: Arc<dyn Sandbox>,
    pub spec: RunSpec,
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
}

/// How a step ended. Everything but `GivenBack`, `Refused` and `Broken` is stored.
pub(crate) enum Done {
    /// Answered, with a program to execute.
    Generated {
        lane: usize,
        ready: Ready,
        completion_tokens: Option<u32>,
    },
    /// Answered, and there is nothing to execute.
    WithoutCode {
        lane: usize,
        sample: OutstandingSample,
        transport: Transport,
        content: Content,
        completion_tokens: Option<u32>,
    },
    /// The request failed for good.
    Unanswered {
        lane: usize,
        sample: OutstandingSample,
        transport: Transport,
        error: ErrorInfo,
        /// Whether it may be the model's or the server's state rather than this one request.
        of_the_model: bool,
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
    fn problem(&self, sample: &OutstandingSample) -> Result<Arc<Problem>, ErrorInfo> {
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

/// Asks for one answer, makes a program of it, stores both.
pub(crate) async fn generate(
    context: Arc<Context>,
    lane: usize,
    provider: Arc<dyn Provider>,
    cancel: CancellationToken,
    sample: OutstandingSample,
) -> Done {
    let problem = match context.problem(&sample) {
        Ok(problem) => problem,
        Err(error) => return Done::Broken { error },
    };
    let capabilities = provider.capabilities();
    let built = match context
        .strategies
        .build(&sample.strategy, &problem, capabilities.chat)
    {
        Ok(built) => built,
        Err(error) => {
            return Done::Refused {
                lane,
                sample: sample.id,
                error: error.info(),
            };
        }
    };
    let BuiltPrompt {
        prompt, stop, mode, ..
    } = built;
    let shown = prompt.display_text();
    let mut sampling = context.spec.sampling.clone();
    for stop in stop {
        if !sampling.stop.contains(&stop) {
            sampling.stop.push(stop);
        }
    }
    let request = GenerationRequest {
        prompt,
        sampling,
        seed: sample.seed.filter(|_| capabilities.seed),
    };
    let answered = provider.generate(&request, &ignore_deltas, &cancel).await;
    let record = match answered {
        Ok(generation) => match make_program(generation, shown, problem, mode).await {
            Ok(record) => record,
            Err(error) => return Done::Broken { error },
        },
        Err(error) if error.is_cancelled() => {
            return Done::GivenBack {
                lane: Some(lane),
                sample,
            };
        }
        Err(error) if error.failure.is_fatal() => {
            return Done::Refused {
                lane,
                sample: sample.id,
                error: error.info(),
            };
        }
        Err(ProviderError {
            failure: Failure::Empty { finish, usage },
            attempts,
        }) => nothing_said(shown, finish, usage, attempts),
        Err(error) => return unanswered(&context, lane, sample, shown, error).await,
    };
    let (transport, content) = (record.transport, record.content);
    let completion_tokens = record.usage.completion_tokens;
    let program = record.program.clone();
    match (
        context.store.record_generation(sample.id, record).await,
        program,
    ) {
        (Ok(SampleStage::Generated), Some(program)) => Done::Generated {
            lane,
            ready: Ready {
                sample,
                answer: Some(Answer {
                    program,
                    transport,
                    content,
                }),
            },
            completion_tokens,
        },
        (Ok(_), _) => Done::WithoutCode {
            lane,
            sample,
            transport,
            content,
            completion_tokens,
        },
        (Err(error), _) => error.into(),
    }
}

/// Cleaning parses, and parsing a long answer would hold up the tasks beside it.
async fn make_program(
    generation: Generation,
    prompt: String,
    problem: Arc<Problem>,
    mode: ResponseMode,
) -> Result<GenerationRecord, ErrorInfo> {
    let cleaning = tokio::task::spawn_blocking(move || {
        let cleaned = clean(&CleaningInput {
            response: &generation.text,
            languages: std::slice::from_ref(&problem.language),
            prompt: &problem.prompt,
            entry_point: &problem.entry_point,
            mode,
            finish: Some(generation.finish),
        });
        (generation, cleaned)
    });
    let (generation, cleaned) = cleaning
        .await
        .map_err(|e| crate::runner::internal(&format!("cleaning an answer: {e}")))?;
    let Cleaned {
        program,
        rule,
        warnings,
        content,
        ..
    } = cleaned;
    Ok(GenerationRecord {
        prompt: Some(prompt),
        raw: Some(generation.text),
        program: (content != Content::NoCode).then_some(program),
        rule: Some(rule),
        warnings,
        transport: Transport::Ok,
        content,
        finish: Some(generation.finish),
        usage: generation.usage,
        latency_ms: Some(generation.latency_ms),
        first_token_ms: generation.first_token_ms,
        served_model: generation.served_model,
        attempts: generation.attempts,
    })
}

/// The model was asked, and answered with nothing: an answer without code, not a failed request.
fn nothing_said(
    prompt: String,
    finish: FinishReason,
    usage: Usage,
    attempts: u32,
) -> GenerationRecord {
    GenerationRecord {
        prompt: Some(prompt),
        raw: Some(String::new()),
        program: None,
        rule: None,
        warnings: Vec::new(),
        transport: Transport::Empty,
        content: Content::NoCode,
        finish: Some(finish),
        usage,
        latency_ms: None,
        first_token_ms: None,
        served_model: None,
        attempts,
    }
}

async fn unanswered(
    context: &Context,
    lane: usize,
    sample: OutstandingSample,
    prompt: String,
    error: ProviderError,
) -> Done {
    let info = error.info();
    let of_the_model = !matches!(error.failure, Failure::PromptTooLong { .. });
    let transport = error.transport().unwrap_or(Transport::HttpError);
    let raw = match error.failure {
        Failure::Truncated { partial, .. } => Some(partial),
        _ => None,
    };
    let record = FailureRecord {
        prompt: Some(prompt),
        raw,
        transport,
        detail: info.message.clone(),
        attempts: error.attempts,
        latency_ms: None,
    };
    match context.store.record_failed(sample.id, record).await {
        Ok(()) => Done::Unanswered {
            lane,
            sample,
            transport,
            error: info,
            of_the_model,
        },
        Err(error) => error.into(),
    }
}

/// Executes one program, stores its verdict.
pub(crate) async fn execute(context: Arc<Context>, ready: Ready) -> Done {
    let Ready { sample, answer } = ready;
    let problem = match context.problem(&sample) {
        Ok(problem) => problem,
        Err(error) => return Done::Broken { error },
    };
    let (program, transport, content) = match answer {
        Some(answer) => (answer.program, answer.transport, Some(answer.content)),
        None => match context.store.sample(sample.id).await {
            Ok(stored) => (
                stored.cleaned.unwrap_or_default(),
                stored.transport.unwrap_or(Transport::Ok),
                stored.content,
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
    match context.store.record_execution(sample.id, execution).await {
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
