//! The first step of a sample: asking, in one turn or several, and making a program of the answer.
//!
//! A conversation is stored when it is whole. One that is cut short, by a cancelled run or a killed program, is begun anew.

use std::sync::Arc;

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, as_it_came, clean};
use assay_core::{
    Cleaning, Coded, Content, DetectedLanguage, ErrorInfo, FinishReason, Generation,
    GenerationRequest, Problem, Quality, QualityWeights, RequestOrigin, SampleStage, Transport,
    Turn, Usage,
};
use assay_prompting::{BuiltPrompt, Plan, PromptingError, PublicProblem, TurnReply};
use assay_providers::{CancellationToken, Failure, Provider, ProviderError, ignore_deltas};
use assay_quality::{QualityInput, score};
use assay_store::{FailureRecord, GenerationRecord, OutstandingSample};

use crate::plan::facts;
use crate::public_check::{Checked, checked, no_code, public_program};
use crate::steps::{Answer, Context, Done, Ready, Spent};

/// What the requests of a sample came to together.
#[derive(Default)]
struct Talk {
    history: Vec<TurnReply>,
    /// Every turn but the last.
    earlier: Vec<Turn>,
    usage: Option<Usage>,
    latency_ms: f64,
    first_token_ms: Option<f64>,
    attempts: u32,
    warnings: Vec<String>,
}

/// How a conversation ended, when it was not answered.
enum Broke {
    GivenBack,
    Refused(ErrorInfo),
    Broken(ErrorInfo),
    Empty {
        prompt: String,
        finish: FinishReason,
    },
    Unanswered {
        prompt: String,
        error: ProviderError,
    },
}

impl From<PromptingError> for Broke {
    fn from(error: PromptingError) -> Self {
        Self::Refused(error.info())
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
    let mut talk = Talk::default();
    let asked = Asked {
        context: &context,
        provider: provider.as_ref(),
        cancel: &cancel,
        sample: &sample,
        problem: &problem,
    };
    let record = match asked.converse(&mut talk).await {
        Ok(record) => record,
        Err(Broke::Empty { prompt, finish }) => talk.nothing_said(prompt, finish),
        Err(Broke::GivenBack) => {
            return Done::GivenBack {
                lane: Some(lane),
                sample,
            };
        }
        Err(Broke::Refused(error)) => {
            return Done::Refused {
                lane,
                sample: sample.id,
                error,
            };
        }
        Err(Broke::Broken(error)) => return Done::Broken { error },
        Err(Broke::Unanswered { prompt, error }) => {
            return unanswered(&context, lane, sample, prompt, error, talk).await;
        }
    };
    let record = GenerationRecord {
        cost_usd: context.cost(&sample.model, record.usage),
        ..record
    };
    let (transport, content) = (record.transport, record.content);
    let spent = Spent {
        completion_tokens: record.usage.completion_tokens,
        cost_usd: record.cost_usd,
    };
    let quality = record.quality.clone();
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
                    quality,
                }),
            },
            spent,
        },
        (Ok(_), _) => Done::WithoutCode {
            lane,
            sample,
            transport,
            content,
            spent,
        },
        (Err(error), _) => error.into(),
    }
}

/// One sample at one model.
struct Asked<'a> {
    context: &'a Context,
    provider: &'a dyn Provider,
    cancel: &'a CancellationToken,
    sample: &'a OutstandingSample,
    problem: &'a Arc<Problem>,
}

impl Asked<'_> {
    fn plan(&self) -> Result<Plan, PromptingError> {
        let strategies = &self.context.strategies;
        let facts = facts(self.provider);
        let public = PublicProblem::of(self.problem);
        let count = strategies.resolve(&self.sample.strategy, &facts)?.examples;
        let examples = self
            .context
            .examples
            .choose(&public, count, self.context.spec.seed);
        strategies.plan(&self.sample.strategy, public, &facts, examples)
    }

    /// Asks turn after turn until the strategy has its answer.
    async fn converse(&self, talk: &mut Talk) -> Result<GenerationRecord, Broke> {
        let plan = self.plan()?;
        let mut prompt = plan.first()?;
        loop {
            let shown = prompt.prompt.display_text();
            let generation = match self.ask(&prompt, talk.history.len()).await {
                Ok(generation) => generation,
                Err(error) => return Err(talk.broke(shown, error)),
            };
            talk.heard(&generation);
            let text = plan.response(&talk.history, &prompt);
            let cleaned = taken(
                text,
                prompt.mode,
                generation.finish,
                Arc::clone(self.problem),
                self.context.spec.cleaning,
            )
            .await
            .map_err(Broke::Broken)?;
            if plan.checks(talk.history.len() - 1) {
                self.check(&plan, &cleaned, talk).await?;
            }
            match plan.next(&talk.history)? {
                None => {
                    let (cleaned, quality) = scored(
                        cleaned,
                        generation.finish,
                        Arc::clone(self.problem),
                        self.context.spec.quality_weights,
                    )
                    .await
                    .map_err(Broke::Broken)?;
                    return Ok(talk.record(shown, generation, cleaned, quality));
                }
                Some(next) => {
                    talk.goes_on(shown, generation);
                    prompt = next;
                }
            }
        }
    }

    async fn ask(&self, built: &BuiltPrompt, turn: usize) -> Result<Generation, ProviderError> {
        let mut sampling = self.context.spec.sampling.clone();
        for stop in &built.stop {
            if !sampling.stop.contains(stop) {
                sampling.stop.push(stop.clone());
            }
        }
        let request = GenerationRequest {
            prompt: built.prompt.clone(),
            sampling,
            seed: self
                .sample
                .seed
                .filter(|_| self.provider.capabilities().seed),
            origin: Some(RequestOrigin {
                language: self.sample.language.clone(),
                problem: self.sample.problem.clone(),
                index: self.sample.index,
                turn: u32::try_from(turn).unwrap_or(u32::MAX),
            }),
        };
        self.provider
            .generate(&request, &ignore_deltas, self.cancel)
            .await
    }

    /// Looks at the last answer with nothing but what everybody may see, for the turn after it.
    async fn check(&self, plan: &Plan, cleaned: &Cleaned, talk: &mut Talk) -> Result<(), Broke> {
        let feedback = if cleaned.content == Content::NoCode {
            Some(no_code())
        } else {
            let Some(program) = public_program(self.problem, plan.problem(), &cleaned.program)
            else {
                return Ok(());
            };
            let execution = self
                .context
                .sandbox
                .execute(&program, &self.context.spec.limits, self.cancel)
                .await;
            if self.cancel.is_cancelled() {
                return Err(Broke::GivenBack);
            }
            match checked(&execution) {
                Checked::Fine => None,
                Checked::Wrong(feedback) => Some(feedback),
                Checked::Unknown(why) => {
                    talk.warnings.push(format!(
                        "the public check of answer {} could not be made: {why}",
                        talk.history.len()
                    ));
                    None
                }
            }
        };
        if let Some(last) = talk.history.last_mut() {
            last.feedback = feedback;
        }
        Ok(())
    }
}

impl Talk {
    /// Counts an answer in.
    fn heard(&mut self, generation: &Generation) {
        self.history.push(TurnReply {
            reply: generation.text.clone(),
            feedback: None,
        });
        self.count(generation.usage);
        for warning in &generation.warnings {
            // Each turn tells the same of its server.
            if !self.warnings.contains(warning) {
                self.warnings.push(warning.clone());
            }
        }
        self.latency_ms += generation.latency_ms;
        self.attempts += generation.attempts;
        if self.earlier.is_empty() {
            self.first_token_ms = generation.first_token_ms;
        }
    }

    /// A sum of what is known of every turn: one that did not say leaves it unknown.
    fn count(&mut self, usage: Usage) {
        let add = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
        self.usage = Some(match self.usage {
            None => usage,
            Some(before) => Usage {
                prompt_tokens: add(before.prompt_tokens, usage.prompt_tokens),
                completion_tokens: add(before.completion_tokens, usage.completion_tokens),
            },
        });
    }

    /// Keeps a turn that another one follows.
    fn goes_on(&mut self, prompt: String, generation: Generation) {
        let feedback = self.history.last().and_then(|turn| turn.feedback.as_ref());
        self.earlier.push(Turn {
            prompt,
            feedback: feedback.map(|feedback| feedback.message.clone()),
            reply: generation.text,
            usage: generation.usage,
        });
    }

    fn broke(&mut self, prompt: String, error: ProviderError) -> Broke {
        if error.is_cancelled() {
            return Broke::GivenBack;
        }
        if error.failure.is_fatal() {
            return Broke::Refused(error.info());
        }
        self.attempts += error.attempts;
        match error.failure {
            Failure::Empty { finish, usage } => {
                self.count(usage);
                Broke::Empty { prompt, finish }
            }
            _ => Broke::Unanswered { prompt, error },
        }
    }

    fn record(
        &mut self,
        prompt: String,
        generation: Generation,
        cleaned: Cleaned,
        quality: Option<Quality>,
    ) -> GenerationRecord {
        let Cleaned {
            program,
            rule,
            warnings,
            content,
            language,
            confidence,
            ..
        } = cleaned;
        let mut told = std::mem::take(&mut self.warnings);
        told.extend(warnings);
        GenerationRecord {
            prompt: Some(prompt),
            raw: Some(generation.text),
            program: (content != Content::NoCode).then_some(program),
            rule: Some(rule),
            warnings: told,
            transport: Transport::Ok,
            content,
            finish: Some(generation.finish),
            usage: self.usage.unwrap_or_default(),
            latency_ms: Some(self.latency_ms),
            first_token_ms: self.first_token_ms,
            served_model: generation.served_model,
            attempts: self.attempts,
            detected: language.map(|language| DetectedLanguage {
                language,
                confidence,
            }),
            quality,
            turns: std::mem::take(&mut self.earlier),
            cost_usd: None,
        }
    }

    /// The model was asked, and answered with nothing: an answer without code, not a failed request.
    fn nothing_said(self, prompt: String, finish: FinishReason) -> GenerationRecord {
        GenerationRecord {
            prompt: Some(prompt),
            raw: Some(String::new()),
            program: None,
            rule: None,
            warnings: self.warnings,
            transport: Transport::Empty,
            content: Content::NoCode,
            finish: Some(finish),
            usage: self.usage.unwrap_or_default(),
            latency_ms: None,
            first_token_ms: None,
            served_model: None,
            attempts: self.attempts,
            detected: None,
            quality: None,
            turns: self.earlier,
            cost_usd: None,
        }
    }
}

/// The program of an answer. Cleaning parses, and parsing a long answer would hold up the tasks beside it.
async fn taken(
    text: String,
    mode: ResponseMode,
    finish: FinishReason,
    problem: Arc<Problem>,
    cleaning: Cleaning,
) -> Result<Cleaned, ErrorInfo> {
    tokio::task::spawn_blocking(move || {
        let input = CleaningInput {
            response: &text,
            languages: std::slice::from_ref(&problem.language),
            prompt: &problem.prompt,
            entry_point: &problem.entry_point,
            mode,
            finish: Some(finish),
        };
        match cleaning {
            Cleaning::Full => clean(&input),
            Cleaning::Off => as_it_came(&input),
        }
    })
    .await
    .map_err(|e| crate::runner::internal(&format!("cleaning an answer: {e}")))
}

/// Scores what was taken, and gives it back.
async fn scored(
    cleaned: Cleaned,
    finish: FinishReason,
    problem: Arc<Problem>,
    weights: QualityWeights,
) -> Result<(Cleaned, Option<Quality>), ErrorInfo> {
    if cleaned.content == Content::NoCode {
        return Ok((cleaned, None));
    }
    tokio::task::spawn_blocking(move || {
        let quality = score(&QualityInput {
            program: &cleaned.program,
            language: &problem.language,
            prompt: &problem.prompt,
            entry_point: &problem.entry_point,
            reference: problem.canonical_solution.as_deref(),
            finish: Some(finish),
            content: Some(cleaned.content),
            weights,
        });
        (cleaned, Some(quality))
    })
    .await
    .map_err(|e| crate::runner::internal(&format!("scoring an answer: {e}")))
}

async fn unanswered(
    context: &Context,
    lane: usize,
    sample: OutstandingSample,
    prompt: String,
    error: ProviderError,
    talk: Talk,
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
        attempts: talk.attempts,
        latency_ms: None,
        cost_usd: talk
            .usage
            .and_then(|usage| context.cost(&sample.model, usage)),
        usage: talk.usage.unwrap_or_default(),
        turns: talk.earlier,
    };
    let spent = Spent {
        completion_tokens: record.usage.completion_tokens,
        cost_usd: record.cost_usd,
    };
    match context.store.record_failed(sample.id, record).await {
        Ok(()) => Done::Unanswered {
            lane,
            sample,
            transport,
            error: info,
            of_the_model,
            spent,
        },
        Err(error) => error.into(),
    }
}
