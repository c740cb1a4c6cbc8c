//! Generations made elsewhere, executed here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assay_cleaning::{Cleaned, CleaningInput};
use assay_core::{
    DatasetId, Language, Limits, Problem, ProblemId, ProblemSelection, ResponseMode, RunEvent,
    RunId, RunSpec, Sampling, StrategyId,
};
use assay_datasets::SampleText;
use assay_runner::{Completion, CompletionText, Grading, Means, Runner};

use crate::evaluate::check_ks;
use crate::runs::listen;
use crate::{App, AppError};

/// What `assay grade` is asked for.
#[derive(Debug, Clone)]
pub struct GradeRequest {
    pub dataset: String,
    /// JSON lines, plain or `.gz`; `-` is standard input.
    pub samples: PathBuf,
    /// `None`: told by each text, among the data set's languages.
    pub language: Option<Language>,
    /// Take the texts as replies of a chat, and their code out of the talk.
    pub clean: bool,
    pub timeout_s: f64,
    /// The k of pass@k that will be asked for.
    pub k: Vec<u32>,
    /// The file's name when `None`.
    pub model: Option<String>,
    pub name: Option<String>,
    /// Leave out samples of tasks that the data set does not have, rather than refuse the file.
    pub skip_unknown: bool,
}

/// A grading under way.
#[derive(Debug, Clone)]
pub struct Graded {
    pub run: RunId,
    /// Samples left out because the data set does not have their tasks.
    pub skipped: u32,
}

/// Unknown ids named in an error at most.
const NAMED: usize = 10;

impl App {
    /// Reads the whole file, checks every line against the data set, then stores and executes.
    ///
    /// # Errors
    /// A bad line (with its number and field), an unknown task (unless these are skipped and others are
    /// left), a missing data set, engine or image. Nothing is stored then.
    pub async fn start_grade(
        &self,
        request: GradeRequest,
        on_event: impl Fn(RunEvent) + Send + Sync + 'static,
    ) -> Result<Graded, AppError> {
        let dataset = DatasetId::new(request.dataset);
        let wall_ms = crate::exec::wall_ms(request.timeout_s)?;
        let languages = match &request.language {
            Some(language) => vec![language.clone()],
            None => self.library().manifest(dataset.as_str())?.languages,
        };
        let problems = self.problems(&dataset, &languages).await?;
        let path = request.samples.clone();
        let given = tokio::task::spawn_blocking(move || assay_datasets::read_samples_file(&path))
            .await
            .map_err(|e| AppError::failed("samples", e.to_string()))??;
        let meaning = self.generations_of(&dataset)?;
        let mut known: BTreeMap<&ProblemId, Vec<&Problem>> = BTreeMap::new();
        for problem in &problems {
            known.entry(&problem.id).or_default().push(problem);
        }
        let mut unknown: Vec<String> = Vec::new();
        let mut next: BTreeMap<(Language, ProblemId), u32> = BTreeMap::new();
        let mut completions = Vec::with_capacity(given.len());
        for sample in given {
            let Some(translations) = known.get(&sample.task_id) else {
                unknown.push(format!("{} (line {})", sample.task_id, sample.line));
                continue;
            };
            let problem = routed(&sample.text, translations);
            let index = next
                .entry((problem.language.clone(), sample.task_id.clone()))
                .or_insert(0);
            let text = if request.clean {
                CompletionText::Program(cleaned(&sample.text, problem))
            } else {
                match sample.text.understood(meaning, &problem.prompt) {
                    SampleText::Completion(text) => CompletionText::Completion(text),
                    SampleText::Program(text) | SampleText::Generation(text) => {
                        CompletionText::Program(text)
                    }
                }
            };
            completions.push(Completion {
                problem: sample.task_id.clone(),
                language: problem.language.clone(),
                index: *index,
                text,
            });
            *index += 1;
        }
        if !unknown.is_empty() && (completions.is_empty() || !request.skip_unknown) {
            return Err(unknown_tasks(
                &request.samples,
                &dataset,
                &unknown,
                &problems,
            ));
        }
        let asked: BTreeSet<ProblemId> = completions.iter().map(|c| c.problem.clone()).collect();
        let samples = next.values().copied().max().unwrap_or(0);
        // What one problem has fewer samples than is undefined for all of them together.
        check_ks(&request.k, next.values().copied().min().unwrap_or(0))?;
        let model = request.model.unwrap_or_else(|| file_stem(&request.samples));
        let spec = RunSpec {
            cache: assay_core::CacheUse::default(),
            early_stop: None,
            adaptive: None,
            priority: assay_core::Priority::default(),
            cleaning: assay_core::Cleaning::default(),
            quality_weights: assay_core::QualityWeights::default(),
            name: request.name.clone(),
            models: Vec::new(),
            dataset: dataset.clone(),
            languages: languages
                .into_iter()
                .filter(|language| completions.iter().any(|c| c.language == *language))
                .collect(),
            problems: if asked.len() == known.len() {
                ProblemSelection::All
            } else {
                // In the data set's order, and once though there be translations.
                let mut left = asked.clone();
                let ids = problems.iter().map(|p| p.id.clone());
                ProblemSelection::Ids {
                    ids: ids.filter(|id| left.remove(id)).collect(),
                }
            },
            strategy: StrategyId::new("provided"),
            samples,
            sampling: Sampling::default(),
            seed: 0,
            limits: Limits {
                wall_ms,
                ..Limits::default()
            },
            concurrency: 1,
        };
        let sandbox = self.sandbox().await?;
        let environment = self.environment(&spec, &sandbox).await?;
        let id = Runner::new_id();
        let problems = problems
            .into_iter()
            .filter(|p| asked.contains(&p.id) && spec.languages.contains(&p.language))
            .map(Arc::new)
            .collect();
        let handle = self
            .runner()
            .await?
            .grade(Grading {
                id: id.clone(),
                name: request
                    .name
                    .unwrap_or_else(|| format!("{model} on {dataset}, graded")),
                note: None,
                model,
                spec,
                environment,
                means: Means {
                    problems,
                    providers: Vec::new(),
                    sandbox,
                    examples: Arc::default(),
                },
                completions,
            })
            .await?;
        listen(&handle, on_event);
        self.snapshot_at_the_end(&handle).await?;
        Ok(Graded {
            run: id,
            skipped: u32::try_from(unknown.len()).unwrap_or(u32::MAX),
        })
    }
}

/// The problem in the language that the text is written in, where there is a choice.
pub(crate) fn routed<'a>(text: &SampleText, translations: &[&'a Problem]) -> &'a Problem {
    let first = translations[0];
    if translations.len() == 1 {
        return first;
    }
    let languages: Vec<Language> = translations.iter().map(|p| p.language.clone()).collect();
    let found = assay_cleaning::detect(text.as_str(), None, &languages);
    translations
        .iter()
        .copied()
        .find(|problem| problem.language == found.language)
        .unwrap_or(first)
}

/// The program in a reply.
fn cleaned(text: &SampleText, problem: &Problem) -> String {
    cleaned_sample(text, problem).program
}

/// A reply with the program that was taken out of it.
pub(crate) fn cleaned_sample(text: &SampleText, problem: &Problem) -> Cleaned {
    let mode = match text {
        SampleText::Completion(_) => ResponseMode::Completion,
        SampleText::Program(_) | SampleText::Generation(_) => ResponseMode::Chat,
    };
    assay_cleaning::clean(&CleaningInput {
        response: text.as_str(),
        languages: std::slice::from_ref(&problem.language),
        prompt: &problem.prompt,
        entry_point: &problem.entry_point,
        mode,
        finish: None,
    })
}

fn unknown_tasks(
    file: &Path,
    dataset: &DatasetId,
    unknown: &[String],
    problems: &[Problem],
) -> AppError {
    let named: Vec<&str> = unknown.iter().take(NAMED).map(String::as_str).collect();
    let more = unknown.len() - named.len();
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let example = problems
        .first()
        .map(|p| p.id.to_string())
        .unwrap_or_default();
    AppError::usage(
        "unknown-problem",
        format!(
            "{}: field task_id: the data set {dataset} has no problem {}{more}",
            file.display(),
            named.join(", ")
        ),
        format!(
            "ids of {dataset} look like {example}; if it is the right data set, `--skip-unknown` leaves these out"
        ),
    )
}

/// `qwen` for `/x/qwen.jsonl.gz`.
fn file_stem(path: &Path) -> String {
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    match name.split('.').next() {
        Some(stem) if !stem.is_empty() && name != "-" => stem.to_owned(),
        _ => "standard input".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graded_model_is_named_after_its_file() {
        assert_eq!(file_stem(Path::new("/x/qwen-7b.jsonl.gz")), "qwen-7b");
        assert_eq!(file_stem(Path::new("-")), "standard input");
    }
}
