//! The first step of a sample: asking, in one turn or several, and making a program of the answer.
//!
//! A conversation is stored when it is whole. One that is cut short, by a cancelled run or a killed program, is begun anew.

mod talk;

use std::sync::Arc;

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, as_it_came, clean};
use assay_core::{
    Cleaning, Coded, Content, ErrorInfo, Fingerprint, FinishReason, Generation, GenerationRequest,
    Problem, Quality, QualityWeights, RequestOrigin, SampleStage, StrategyId, Transport,
};
use assay_prompting::{BuiltPrompt, Plan, PromptingError, PublicProblem};
use assay_providers::{CancellationToken, Failure, Provider, ProviderError, ignore_deltas};
use assay_quality::{QualityInput, fingerprint, score};
use assay_store::{
    CacheKey, FailureRecord, GenerationRecord, KeptAnswer, OutstandingSample, StoreError,
};

use crate::adapt::Report;
use crate::adaptive::Choosing;
use crate::cache::AnswerKey;
use crate::plan::facts;
use crate::public_check::{Checked, checked, no_code, public_program};
use crate::share::Place;
use talk::{Broke, Talk};

use crate::steps::{Answer, Context, Done, Executed, Ready, Spent};

/// Asks for one answer, makes a program of it, stores both.
///
/// An answer's place goes back as soon as it is there: the next may be asked while it is stored. A failure's goes back with
/// what it means, so that no other is asked before that is known.
pub(crate) async fn generate(
    context: Arc<Context>,
    lane: usize,
    provider: Arc<dyn Provider>,
    cancel: CancellationToken,
    sample: OutstandingSample,
    place: Place,
) -> (Done, Option<Place>) {
    let problem = match context.problem(&sample) {
        Ok(problem) => problem,
        Err(error) => return (Done::Broken { error }, Some(place)),
    };
    let mut talk = Talk::default();
    let asked = Asked {
        context: &context,
        provider: provider.as_ref(),
        cancel: &cancel,
        sample: &sample,
        problem: &problem,
    };
    let answered = asked.converse(&mut talk).await;
    let report = talk.report();
    let record = match answered {
        Ok(record) => record,
        Err(Broke::Empty { prompt, finish }) => talk.nothing_said(prompt, finish),
        Err(broke) => {
            let done = failed(&context, lane, sample, broke, talk).await;
            return (done, Some(place));
        }
    };
    drop(place);
    (keep(&context, lane, sample, record, report).await, None)
}

/// What a conversation that was not answered comes to.
async fn failed(
    context: &Context,
    lane: usize,
    sample: OutstandingSample,
    broke: Broke,
    talk: Talk,
) -> Done {
    match broke {
        Broke::Unanswered { prompt, error } => {
            unanswered(context, lane, sample, prompt, error, talk).await
        }
        Broke::Refused(error) => Done::Refused {
            lane,
            sample,
            error,
        },
        Broke::Broken(error) => Done::Broken { error },
        // An empty answer is one.
        Broke::GivenBack | Broke::Empty { .. } => Done::GivenBack {
            lane: Some(lane),
            sample,
        },
    }
}

/// Stores an answer.
async fn keep(
    context: &Context,
    lane: usize,
    sample: OutstandingSample,
    record: GenerationRecord,
    report: Option<Report>,
) -> Done {
    let record = GenerationRecord {
        cost_usd: context.cost(&sample.model, record.usage),
        ..record
    };
    let (transport, content) = (record.transport, record.content);
    let spent = Spent {
        completion_tokens: record.usage.completion_tokens,
        cost_usd: record.cost_usd,
        known: record.cached,
        report,
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
        (Ok(_), _) => match context.learn(&sample).await {
            Err(error) => Done::Broken { error },
            Ok(()) => Done::WithoutCode {
                lane,
                sample,
                transport,
                content,
                spent,
            },
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
    /// The strategy that asks: the run's, or what its policy chooses for this sample.
    async fn strategy(&self) -> Result<StrategyId, Broke> {
        let Some(spec) = self.context.chooser() else {
            return Ok(self.sample.strategy.clone());
        };
        let choosing = Choosing {
            run: &self.context.run,
            spec: &spec,
            sample: self.sample,
            problem: &PublicProblem::of(self.problem),
            facts: &facts(self.provider),
            strategies: &self.context.strategies,
        };
        let chosen = self.context.adaptive.choose(&choosing).await;
        chosen.map_err(|error| Broke::Broken(error.info()))
    }

    fn plan(&self, strategy: &StrategyId) -> Result<Plan, PromptingError> {
        let strategies = &self.context.strategies;
        let facts = facts(self.provider);
        let public = PublicProblem::of(self.problem);
        let count = strategies.resolve(strategy, &facts)?.examples;
        let examples = self
            .context
            .examples
            .choose(&public, count, self.context.spec.seed);
        strategies.plan(strategy, public, &facts, examples)
    }

    /// Asks turn after turn until the strategy has its answer.
    async fn converse(&self, talk: &mut Talk) -> Result<GenerationRecord, Broke> {
        let strategy = self.strategy().await?;
        let plan = self.plan(&strategy)?;
        let mut prompt = plan.first()?;
        loop {
            let shown = prompt.prompt.display_text();
            let generation = match self.ask(&strategy, &prompt, talk.history.len()).await {
                Ok(generation) => generation,
                Err(Unasked::Store(error)) => return Err(Broke::Broken(error.info())),
                Err(Unasked::Provider(error)) => return Err(talk.broke(shown, error)),
            };
            let Heard {
                generation,
                key,
                known,
            } = generation;
            talk.heard(&generation, known);
            let cost = self.context.cost(&self.sample.model, generation.usage);
            let keep = key.map(|key| KeptAnswer {
                key,
                answer: generation.clone(),
                cost_usd: cost,
            });
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
                    let (cleaned, told) = scored(
                        cleaned,
                        generation.finish,
                        Arc::clone(self.problem),
                        self.context.spec.quality_weights,
                    )
                    .await
                    .map_err(Broke::Broken)?;
                    talk.keep = keep;
                    return Ok(talk.record(shown, generation, cleaned, told));
                }
                Some(next) => {
                    if let Some(kept) = keep {
                        // Paid for, whatever becomes of the conversation.
                        self.context
                            .store
                            .keep_answer(kept)
                            .await
                            .map_err(|e| Broke::Broken(e.info()))?;
                    }
                    talk.goes_on(shown, generation);
                    prompt = next;
                }
            }
        }
    }

    async fn ask(
        &self,
        strategy: &StrategyId,
        built: &BuiltPrompt,
        turn: usize,
    ) -> Result<Heard, Unasked> {
        let mut sampling = self.context.spec.sampling.clone();
        for stop in &built.stop {
            if !sampling.stop.contains(stop) {
                sampling.stop.push(stop.clone());
            }
        }
        let seed_sent = self.provider.capabilities().seed;
        let request = GenerationRequest {
            prompt: built.prompt.clone(),
            sampling,
            seed: self.sample.seed.filter(|_| seed_sent),
            origin: Some(RequestOrigin {
                language: self.sample.language.clone(),
                problem: self.sample.problem.clone(),
                index: self.sample.index,
                turn: u32::try_from(turn).unwrap_or(u32::MAX),
            }),
        };
        let context = self.context;
        let key = AnswerKey {
            model: &self.sample.model,
            model_digest: context
                .model_digests
                .get(&self.sample.model)
                .map(String::as_str),
            strategy,
            prompt: &request.prompt,
            sampling: &request.sampling,
            seed: self.sample.seed,
            seed_sent,
            index: self.sample.index,
        };
        let key = context.keeps().then(|| key.key()).flatten();
        if let Some(key) = key.filter(|_| context.takes_known()) {
            let known = context.store.cached_answer(key).await;
            if let Some(generation) = known.map_err(Unasked::Store)? {
                context.cached.answer(true);
                return Ok(Heard {
                    generation,
                    key: None,
                    known: true,
                });
            }
            context.cached.answer(false);
        }
        let generation = self
            .provider
            .generate(&request, &ignore_deltas, self.cancel)
            .await;
        // What was given up for the run's end says nothing of the model.
        let given_up =
            matches!(&generation, Err(error) if matches!(error.failure, Failure::Cancelled));
        if !given_up {
            context
                .adaptive
                .asked(&self.sample.model, generation.is_ok());
        }
        let generation = generation.map_err(Unasked::Provider)?;
        Ok(Heard {
            generation,
            key,
            known: false,
        })
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
            let executed = self.context.executed(&program, self.cancel).await;
            let Executed {
                execution, keep, ..
            } = executed.map_err(|e| Broke::Broken(e.info()))?;
            if self.cancel.is_cancelled() {
                return Err(Broke::GivenBack);
            }
            if let Some(key) = keep {
                let kept = self
                    .context
                    .store
                    .keep_execution(key, execution.clone())
                    .await;
                kept.map_err(|e| Broke::Broken(e.info()))?;
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

/// One answer.
struct Heard {
    generation: Generation,
    /// Under which it is to be kept.
    key: Option<CacheKey>,
    /// It was known already.
    known: bool,
}

enum Unasked {
    Provider(ProviderError),
    Store(StoreError),
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

/// Scores what was taken, tells it from others, and gives it back.
async fn scored(
    cleaned: Cleaned,
    finish: FinishReason,
    problem: Arc<Problem>,
    weights: QualityWeights,
) -> Result<(Cleaned, Option<(Quality, Fingerprint)>), ErrorInfo> {
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
        let fingerprint = fingerprint(&cleaned.program, &problem.language);
        (cleaned, Some((quality, fingerprint)))
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
    let overloaded = error.failure.is_transient();
    let of_the_model = !matches!(error.failure, Failure::PromptTooLong { .. });
    let transport = error.transport().unwrap_or(Transport::HttpError);
    // Another strategy might have been answered.
    let refused_as_asked = matches!(
        error.failure,
        Failure::Http {
            status: 400 | 404 | 405 | 422 | 501,
            ..
        } | Failure::Unsupported { .. }
            | Failure::PromptTooLong { .. }
    );
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
        known: false,
        report: Some(Report {
            latency_ms: None,
            completion_tokens: None,
            overloaded,
        }),
    };
    if let Err(error) = context.store.record_failed(sample.id, record).await {
        return error.into();
    }
    let learned = if refused_as_asked {
        context.learn_refused(&sample).await
    } else {
        Ok(())
    };
    match learned {
        Ok(()) => Done::Unanswered {
            lane,
            sample,
            transport,
            error: info,
            of_the_model,
            spent,
        },
        Err(error) => Done::Broken { error },
    }
}
