//! From what a person asks for to a run's spec, and what it will take.

use std::sync::Arc;

use assay_core::{
    AdaptiveSpec, CacheUse, Cleaning, DatasetId, EarlyStop, ErrorInfo, Language, Limits, ModelRef,
    Priority, Problem, ProblemId, ProblemSelection, QualityWeights, RunSpec, Sampling, StrategyId,
};

use assay_prompting::{ADAPTIVE, Strategy};
use assay_providers::{PromptSize, Workload, estimate};

use crate::dto::Estimate;
use crate::{App, AppError};

/// Above it several samples of one problem are worth having.
const SEVERAL_SAMPLES_TEMPERATURE: f64 = 0.8;

/// An evaluation in the words of the command line.
#[derive(Debug, Clone)]
pub struct EvalRequest {
    pub models: Vec<ModelRef>,
    pub dataset: String,
    /// Python when empty.
    pub languages: Vec<Language>,
    /// The first N, or ids separated by commas; all when `None`.
    pub problems: Option<String>,
    pub strategy: String,
    pub samples: u32,
    /// 0, or 0.8 with several samples, when `None`.
    pub temperature: Option<f64>,
    pub top_p: Option<f64>,
    pub max_tokens: u32,
    pub seed: u64,
    pub timeout_s: f64,
    pub concurrency: u32,
    pub name: Option<String>,
    pub cleaning: Cleaning,
    pub weights: QualityWeights,
    pub cache: CacheUse,
    /// Stop sampling a problem once it is decided.
    pub early_stop: bool,
    pub priority: Priority,
    /// The policy of the strategy `adaptive`; the usual one when `None`.
    pub policy: Option<String>,
    /// Whether that policy is to learn from this run.
    pub learn: bool,
    /// The k of pass@k that will be asked for.
    pub k: Vec<u32>,
}

impl App {
    /// The spec of a request. What is wrong with its form is told here; what is missing for it, when it
    /// is started.
    ///
    /// # Errors
    /// A k above the number of samples, a number out of range; a policy, or none that learns, where no policy chooses.
    pub fn spec(&self, request: EvalRequest) -> Result<RunSpec, AppError> {
        check_ks(&request.k, request.samples)?;
        let adaptive = adaptive_spec(&request)?;
        let several = request.samples > 1;
        let default = if several {
            SEVERAL_SAMPLES_TEMPERATURE
        } else {
            0.0
        };
        Ok(RunSpec {
            name: request.name,
            models: request.models,
            dataset: DatasetId::new(request.dataset),
            languages: if request.languages.is_empty() {
                vec![Language::python()]
            } else {
                request.languages
            },
            problems: match request.problems.as_deref() {
                None => ProblemSelection::All,
                Some(text) => match text.trim().parse::<u32>() {
                    Ok(count) => ProblemSelection::First { count },
                    Err(_) => ProblemSelection::Ids {
                        ids: text
                            .split(',')
                            .map(|id| ProblemId::new(id.trim()))
                            .collect(),
                    },
                },
            },
            strategy: StrategyId::new(request.strategy),
            samples: request.samples,
            sampling: Sampling {
                temperature: request.temperature.unwrap_or(default),
                top_p: request.top_p,
                max_tokens: request.max_tokens,
                stop: Vec::new(),
            },
            seed: request.seed,
            limits: Limits {
                wall_ms: crate::exec::wall_ms(request.timeout_s)?,
                ..Limits::default()
            },
            concurrency: request.concurrency,
            cleaning: request.cleaning,
            quality_weights: request.weights,
            cache: request.cache,
            early_stop: early_stop(&request.k, request.early_stop),
            adaptive,
            priority: request.priority,
        })
    }

    /// What a spec will take, and what stands in its way.
    ///
    /// # Errors
    /// When the store cannot be read. Trouble with the spec is in the answer.
    pub async fn estimate(&self, spec: &RunSpec) -> Result<Estimate, AppError> {
        let mut found: Vec<ErrorInfo> = Vec::new();
        let chosen = match self.chosen_problems(spec).await {
            Ok(problems) => problems,
            Err(error) => {
                found.push(error.info);
                Vec::new()
            }
        };
        let problems = chosen.len();
        if let Err(error) = check_numbers(spec) {
            found.push(error.info);
        }
        let mut downloads = Vec::new();
        for model in &spec.models {
            if self.providers.can_bring(model, &self.provider_config) {
                downloads.push(model.to_string());
            } else if let Err(error) = self.provider(model) {
                found.push(error.info);
            }
        }
        for language in &spec.languages {
            let ready = match self.sandbox().await {
                Ok(sandbox) => sandbox.require(language).await.map(|_| ()),
                Err(error) => Err(error),
            };
            if let Err(error) = ready {
                found.push(AppError::from(error).info);
                break;
            }
        }
        let per_model = problems as u64 * u64::from(spec.samples);
        let samples = per_model * spec.models.len() as u64;
        let cost = self.expected_cost(spec, &chosen);
        let (seconds, basis) = self.expected_seconds(spec, per_model).await?;
        Ok(Estimate {
            problems: u32::try_from(problems).unwrap_or(u32::MAX),
            samples: u32::try_from(samples).unwrap_or(u32::MAX),
            max_completion_tokens: samples
                * u64::from(spec.sampling.max_tokens)
                * u64::from(self.shape_of(&spec.strategy).0),
            cost_low: cost.0,
            cost_high: cost.1,
            cost_basis: cost.2,
            seconds,
            downloads,
            basis,
            problems_found: found,
        })
    }

    /// Turns of a strategy at most, and the examples it shows.
    fn shape_of(&self, id: &StrategyId) -> (u32, u64) {
        let strategies = self.strategy_set();
        let meant = |strategy: &&Strategy| strategies.may_ask_by(id, strategy);
        let turns = strategies.iter().filter(meant).map(Strategy::turns).max();
        let examples = strategies.iter().filter(meant).map(|s| s.examples).max();
        let turns = u32::try_from(turns.unwrap_or(1).max(1)).unwrap_or(1);
        (turns, examples.unwrap_or(0) as u64)
    }

    /// In US dollars: the bounds, and what they rest on. The lower one is a single turn of short answers. The upper
    /// one has every turn, each with all the replies before it at their longest, and the examples that are shown.
    fn expected_cost(
        &self,
        spec: &RunSpec,
        problems: &[Arc<Problem>],
    ) -> (Option<f64>, Option<f64>, String) {
        let (turns, examples) = self.shape_of(&spec.strategy);
        let bytes: u64 = problems.iter().map(|p| p.prompt.len() as u64).sum();
        let longest = problems
            .iter()
            .map(|p| p.prompt.len() + p.canonical_solution.as_deref().map_or(0, str::len))
            .max()
            .unwrap_or(0) as u64;
        let samples = u64::from(spec.samples);
        let count = problems.len() as u64 * samples;
        let requests = u32::try_from(count).unwrap_or(u32::MAX);
        // A token of a reply is taken as four bytes of the next prompt; what a strategy writes around is a
        // thousand bytes a request.
        let replies = u64::from(spec.sampling.max_tokens) * 4 * u64::from(turns * (turns - 1) / 2);
        let around = u64::from(turns) * (1_000 + examples * longest);
        let most = bytes * samples * u64::from(turns) + count * (replies + around);
        let (mut low, mut high, mut sources) = (0.0, 0.0, Vec::new());
        for model in &spec.models {
            let facts = self.facts(model);
            let Some(price) = facts.price else {
                let why = facts.source.unwrap_or_else(|| {
                    format!("no price of {model} is known; it can be written into prices.toml")
                });
                return (None, None, why);
            };
            let work = |requests: u32, bytes: u64| Workload {
                requests,
                prompts: PromptSize::Bytes { bytes },
                max_tokens: spec.sampling.max_tokens,
            };
            low += estimate(&work(requests, bytes * samples), price).low_usd;
            high += estimate(&work(requests.saturating_mul(turns), most), price).high_usd;
            sources.push(format!(
                "{}: {}",
                model.name,
                facts.source.unwrap_or_default()
            ));
        }
        let basis = format!(
            "from answers of one token to answers of {} tokens; {}",
            spec.sampling.max_tokens,
            sources.join(", ")
        );
        (Some(low), Some(high), basis)
    }

    /// From what the same models took in earlier runs, at the same number of requests in flight.
    async fn expected_seconds(
        &self,
        spec: &RunSpec,
        samples_per_model: u64,
    ) -> Result<(Option<f64>, String), AppError> {
        let runs = self.store().await?.list_runs().await?;
        let mut slowest: f64 = 0.0;
        let mut total: f64 = 0.0;
        for model in &spec.models {
            let name = model.to_string();
            // Newest first: the machine as it is now. Runs of several models share their time and say
            // nothing of one.
            let past = runs.iter().find(|summary| {
                summary.run.spec.models.len() == 1
                    && summary.run.spec.models[0] == *model
                    && summary.totals.done >= 3
                    && summary.run.elapsed_s > 0.0
            });
            let Some(past) = past else {
                return Ok((None, format!("{name} has not been run here before")));
            };
            let each = past.run.elapsed_s / f64::from(past.totals.done);
            let tokens = f64::from(spec.sampling.max_tokens)
                / f64::from(past.run.spec.sampling.max_tokens.max(1));
            // An answer may end early; a higher limit makes it longer at most in proportion.
            let seconds = each * samples_per_model as f64 * tokens.max(1.0);
            slowest = slowest.max(seconds);
            if matches!(model.provider.as_str(), "local" | "hf") {
                total += seconds;
            }
        }
        // Local models share one processor, servers work side by side.
        let seconds = slowest.max(total);
        Ok((
            Some(seconds),
            "from the last runs of these models on this machine".to_owned(),
        ))
    }

    /// The problems of a spec, in the data set's order, in all of its languages.
    pub(crate) async fn chosen_problems(
        &self,
        spec: &RunSpec,
    ) -> Result<Vec<Arc<Problem>>, AppError> {
        let all = self.problems(&spec.dataset, &spec.languages).await?;
        let chosen: Vec<Arc<Problem>> = match &spec.problems {
            ProblemSelection::All => all.into_iter().map(Arc::new).collect(),
            ProblemSelection::First { count } => {
                let mut seen: Vec<ProblemId> = Vec::new();
                all.into_iter()
                    .filter(|problem| {
                        if !seen.contains(&problem.id) {
                            seen.push(problem.id.clone());
                        }
                        seen.iter()
                            .position(|id| *id == problem.id)
                            .is_some_and(|at| at < *count as usize)
                    })
                    .map(Arc::new)
                    .collect()
            }
            ProblemSelection::Ids { ids } => {
                if let Some(unknown) = ids.iter().find(|id| !all.iter().any(|p| p.id == **id)) {
                    let example = all.first().map(|p| p.id.to_string()).unwrap_or_default();
                    return Err(AppError::usage(
                        "unknown-problem",
                        format!("the data set {} has no problem {unknown}", spec.dataset),
                        format!("ids look like {example}"),
                    ));
                }
                all.into_iter()
                    .filter(|p| ids.contains(&p.id))
                    .map(Arc::new)
                    .collect()
            }
        };
        if chosen.is_empty() {
            return Err(AppError::usage(
                "no-problems",
                "no problem is chosen",
                "choose at least one problem, in a language the data set has",
            ));
        }
        Ok(chosen)
    }
}

/// Which policy chooses, where one is to choose.
fn adaptive_spec(request: &EvalRequest) -> Result<Option<AdaptiveSpec>, AppError> {
    let policy = request.policy.clone();
    if request.strategy == ADAPTIVE {
        return Ok(Some(AdaptiveSpec {
            policy: policy.unwrap_or_else(|| AdaptiveSpec::default().policy),
            learn: request.learn,
        }));
    }
    if policy.is_some() || !request.learn {
        return Err(AppError::usage(
            "not-adaptive",
            format!(
                "no policy chooses in a run by the strategy {}",
                request.strategy
            ),
            "add --strategy adaptive, or leave --policy and --no-learning out",
        ));
    }
    Ok(None)
}

/// The rule of early stopping, under which every k that is asked for stays defined.
fn early_stop(ks: &[u32], wanted: bool) -> Option<EarlyStop> {
    let rule = EarlyStop::default();
    let largest = ks.iter().copied().max().unwrap_or(1);
    wanted.then(|| EarlyStop {
        at_least: rule.at_least.max(largest),
        ..rule
    })
}

/// Refuses a k that the number of samples leaves undefined: it is never clamped.
pub(crate) fn check_ks(ks: &[u32], samples: u32) -> Result<(), AppError> {
    match ks.iter().find(|k| **k == 0 || **k > samples) {
        None => Ok(()),
        Some(k) => Err(AppError::usage(
            "bad-k",
            format!("pass@{k} is undefined for {samples} samples per problem"),
            format!("give a k from 1 to {samples}, or more samples"),
        )),
    }
}

/// Refuses numbers that no run can be made of.
pub(crate) fn check_numbers(spec: &RunSpec) -> Result<(), AppError> {
    let sampling = &spec.sampling;
    let bad = |what: &str, hint: &str| Err(AppError::usage("bad-spec", what, hint));
    if spec.models.is_empty() {
        return bad("no model is chosen", "choose at least one model");
    }
    if spec.languages.is_empty() {
        return bad("no language is chosen", "choose at least one language");
    }
    if !(sampling.temperature.is_finite() && (0.0..=2.0).contains(&sampling.temperature)) {
        return bad(
            "the temperature is out of range",
            "give a temperature between 0 and 2",
        );
    }
    if sampling.top_p.is_some_and(|p| !(p > 0.0 && p <= 1.0)) {
        return bad("top-p is out of range", "give a top-p above 0 and up to 1");
    }
    if spec.samples == 0 || spec.samples > 10_000 {
        return bad(
            "the number of samples is out of range",
            "ask for 1 to 10,000 samples a problem",
        );
    }
    if let Some(defect) = spec.quality_weights.defect() {
        return bad(
            &format!("the weights of quality are wrong: {defect}"),
            "give at least one part a weight above 0",
        );
    }
    if let Some(rule) = spec.early_stop {
        let fine = rule.at_least >= 1
            && rule.low > 0.0
            && rule.high > rule.low
            && rule.high < 1.0
            && rule.error > 0.0
            && rule.error < 0.5;
        if !fine {
            return bad(
                "the rule of early stopping is wrong",
                "give 0 < low < high < 1, an error between 0 and 0.5, and at least one sample",
            );
        }
        if spec.samples <= rule.at_least {
            return bad(
                "early stopping has nothing to stop",
                &format!("ask for more than {} samples a problem", rule.at_least),
            );
        }
    }
    if sampling.max_tokens == 0 || spec.concurrency == 0 {
        return bad("a limit is 0", "allow at least one token and one request");
    }
    if spec.samples > 1 && sampling.temperature == 0.0 {
        return bad(
            "several samples at temperature 0 would all be the same",
            "raise the temperature, or ask for one sample",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> EvalRequest {
        EvalRequest {
            models: vec!["local:m".parse().unwrap()],
            dataset: "starter".to_owned(),
            languages: Vec::new(),
            problems: None,
            strategy: "auto".to_owned(),
            samples: 1,
            temperature: None,
            top_p: None,
            max_tokens: 64,
            seed: 0,
            timeout_s: 3.0,
            concurrency: 1,
            name: None,
            cleaning: Cleaning::default(),
            weights: QualityWeights::default(),
            k: vec![1],
            cache: CacheUse::default(),
            early_stop: false,
            policy: None,
            learn: true,
            priority: Priority::default(),
        }
    }

    async fn app() -> App {
        App::open(crate::AppConfig::new("/nonexistent"))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn problems_are_a_number_or_ids() {
        let app = app().await;
        let problems = |text: &str| {
            let request = EvalRequest {
                problems: Some(text.to_owned()),
                ..request()
            };
            app.spec(request).unwrap().problems
        };
        assert_eq!(problems("5"), ProblemSelection::First { count: 5 });
        assert_eq!(
            problems("HumanEval/0, HumanEval/7"),
            ProblemSelection::Ids {
                ids: vec!["HumanEval/0".into(), "HumanEval/7".into()]
            }
        );
    }

    #[tokio::test]
    async fn a_k_above_the_samples_is_refused_never_clamped() {
        let app = app().await;
        let error = app
            .spec(EvalRequest {
                k: vec![1, 10],
                samples: 5,
                ..request()
            })
            .unwrap_err();
        assert_eq!(error.info.code, "bad-k");
        assert!(error.info.message.contains("pass@10"));
    }

    #[tokio::test]
    async fn several_samples_are_not_drawn_greedily() {
        let app = app().await;
        assert_eq!(app.spec(request()).unwrap().sampling.temperature, 0.0);
        let several = app
            .spec(EvalRequest {
                samples: 5,
                ..request()
            })
            .unwrap();
        assert_eq!(several.sampling.temperature, SEVERAL_SAMPLES_TEMPERATURE);
        let mut same = several;
        same.sampling.temperature = 0.0;
        assert!(check_numbers(&same).is_err());
    }
}
