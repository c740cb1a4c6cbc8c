//! Programs scored from their text; nothing is executed or stored.

use std::collections::BTreeMap;
use std::path::PathBuf;

use assay_cleaning::{Cleaned, CleaningInput};
use assay_core::{
    Content, DatasetId, FinishReason, Language, Problem, ProblemId, Quality, QualityReason,
    QualityWeights, ResponseMode,
};
use assay_datasets::SampleText;
use assay_quality::QualityInput;
use serde::Serialize;

use crate::dto::TaskProgress;
use crate::grade::{cleaned_sample, routed};
use crate::tasks::Steps;
use crate::{App, AppError};

/// What `assay score` is asked for.
#[derive(Debug, Clone)]
pub struct ScoreRequest {
    /// JSON lines, plain or `.gz`; `-` is standard input.
    pub file: PathBuf,
    /// Lines are samples of this data set, which has prompt, entry point and reference.
    pub dataset: Option<String>,
    /// `None`: what a line says, or else what its text looks like.
    pub language: Option<Language>,
    pub weights: QualityWeights,
}

/// One program's score.
#[derive(Debug, Clone, Serialize)]
pub struct ScoredLine {
    pub id: String,
    pub syntactic: f64,
    pub semantic: f64,
    pub completeness: f64,
    pub executability: f64,
    pub overall: f64,
    pub reasons: Vec<QualityReason>,
}

impl ScoredLine {
    fn new(id: String, quality: Quality) -> Self {
        Self {
            id,
            syntactic: quality.syntactic,
            semantic: quality.semantic,
            completeness: quality.completeness,
            executability: quality.executability,
            overall: quality.overall,
            reasons: quality.reasons,
        }
    }
}

/// Languages that are told from a text when neither the line nor the request names one.
const LANGUAGES: [&str; 8] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "cpp",
    "go",
    "rust",
    "php",
];

impl App {
    /// Scores each line of a file, in its order.
    ///
    /// # Errors
    /// Weights that are none; a bad line, with its number and field; a data set that is missing, or a task
    /// that it does not have; when it is cancelled.
    pub async fn score_file(
        &self,
        request: ScoreRequest,
        task: &str,
        on_progress: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<Vec<ScoredLine>, AppError> {
        let task = self.begin_task(task);
        let steps = Steps::new(&task, on_progress);
        if let Some(defect) = request.weights.defect() {
            return Err(AppError::usage(
                "bad-weights",
                format!("the weights are wrong: {defect}"),
                "syntactic, completeness, semantic and executability, as in semantic=0.5,syntactic=0.1",
            ));
        }
        match request.dataset.clone() {
            Some(dataset) => {
                self.score_samples(DatasetId::new(dataset), request, &steps)
                    .await
            }
            None => {
                steps
                    .work(move |steps| score_programs(&request, steps))
                    .await
            }
        }
    }

    async fn score_samples(
        &self,
        dataset: DatasetId,
        request: ScoreRequest,
        steps: &Steps,
    ) -> Result<Vec<ScoredLine>, AppError> {
        let languages = match &request.language {
            Some(language) => vec![language.clone()],
            None => self.library().manifest(dataset.as_str())?.languages,
        };
        let problems = self.problems(&dataset, &languages).await?;
        let meaning = self.generations_of(&dataset)?;
        let work = move |steps: &Steps| {
            let mut known: BTreeMap<&ProblemId, Vec<&Problem>> = BTreeMap::new();
            for problem in &problems {
                known.entry(&problem.id).or_default().push(problem);
            }
            let mut scored = Vec::new();
            let samples = assay_datasets::read_samples_file(&request.file)?;
            let all = samples.len();
            for sample in samples {
                let Some(translations) = known.get(&sample.task_id) else {
                    return Err(AppError::usage(
                        "unknown-problem",
                        format!(
                            "{}: line {}, field task_id: the data set {dataset} has no problem {}",
                            request.file.display(),
                            sample.line,
                            sample.task_id
                        ),
                        "name the data set that the samples are of with --dataset",
                    ));
                };
                let problem = routed(&sample.text, translations);
                let text = match sample.text.understood(meaning, &problem.prompt) {
                    SampleText::Generation(text) => SampleText::Program(text),
                    other => other,
                };
                let made = cleaned_sample(&text, problem);
                scored.push(ScoredLine::new(
                    sample.task_id.to_string(),
                    of_problem(
                        problem,
                        &made.program,
                        Some(made.content),
                        None,
                        None,
                        request.weights,
                    ),
                ));
                steps.done(scored.len(), all, "samples")?;
            }
            Ok(scored)
        };
        steps.work(work).await
    }
}

/// The static score of a program that answers `problem`. `reference` stands in for the problem's own solution
/// where it has none.
pub(crate) fn of_problem(
    problem: &Problem,
    program: &str,
    content: Option<Content>,
    finish: Option<FinishReason>,
    reference: Option<&str>,
    weights: QualityWeights,
) -> Quality {
    assay_quality::score(&QualityInput {
        program,
        language: &problem.language,
        prompt: &problem.prompt,
        entry_point: &problem.entry_point,
        reference: problem.canonical_solution.as_deref().or(reference),
        finish,
        content,
        weights,
    })
}

fn score_programs(request: &ScoreRequest, steps: &Steps) -> Result<Vec<ScoredLine>, AppError> {
    let languages = LANGUAGES.map(Language::new);
    let given = assay_datasets::read_programs_file(&request.file)?;
    let all = given.len();
    let mut scored = Vec::with_capacity(all);
    for line in given {
        let language = line.language.or_else(|| request.language.clone());
        let language = language
            .unwrap_or_else(|| assay_cleaning::detect(&line.text, None, &languages).language);
        let prompt = line.prompt.unwrap_or_default();
        let entry_point = line.entry_point.unwrap_or_default();
        let cleaned: Option<Cleaned> = line.is_response.then(|| {
            assay_cleaning::clean(&CleaningInput {
                response: &line.text,
                languages: std::slice::from_ref(&language),
                prompt: &prompt,
                entry_point: &entry_point,
                mode: ResponseMode::Chat,
                finish: line.finish,
            })
        });
        let quality = assay_quality::score(&QualityInput {
            program: cleaned.as_ref().map_or(&line.text, |c| &c.program),
            language: &language,
            prompt: &prompt,
            entry_point: &entry_point,
            reference: line.reference.as_deref(),
            finish: line.finish,
            content: cleaned.as_ref().map(|c| c.content),
            weights: request.weights,
        });
        scored.push(ScoredLine::new(line.id, quality));
        steps.done(scored.len(), all, "programs")?;
    }
    Ok(scored)
}
