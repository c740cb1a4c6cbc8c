//! One problem: its text, everyone's answers to it, and who solves it.

use std::collections::{BTreeMap, BTreeSet};

use assay_analytics::{Evidence, GroupBy, RunFacts, Score, ScoreOptions, ScoreRow};
use assay_core::{DatasetId, Problem, ProblemId, RunId};
use assay_report::figures::answers::{self, Solver};
use assay_report::figures::dot_interval::color_name;
use assay_report::{Colors, Figure, tables};

use crate::compare::{group_by, once_each};
use crate::dto::{ProblemAnswer, ProblemQuery, ProblemView};
use crate::samples::row_view;
use crate::{App, AppError};

/// Answers that are shown at most, each with its program.
const MOST_ANSWERS: u32 = 400;

impl App {
    /// A problem with its translations, and everyone's answers to them.
    ///
    /// # Errors
    /// When neither the data set nor a run has such a problem, or a run is unknown.
    pub async fn problem(&self, query: &ProblemQuery) -> Result<ProblemView, AppError> {
        let store = self.store().await?;
        let known = store.list_runs().await?;
        let of_dataset = |run: &RunId| {
            known
                .iter()
                .any(|k| k.run.id == *run && k.run.dataset == query.dataset)
        };
        let runs: Vec<RunId> = if query.runs.is_empty() {
            let all = known.iter().rev().map(|k| k.run.id.clone());
            all.filter(|run| of_dataset(run)).collect()
        } else {
            let chosen = once_each(&query.runs);
            if let Some(unknown) = chosen
                .iter()
                .find(|r| !known.iter().any(|k| k.run.id == **r))
            {
                // The store says it best.
                store.get_run(unknown).await?;
            }
            chosen.into_iter().filter(|run| of_dataset(run)).collect()
        };
        let found = store
            .answers_to(&query.dataset, &query.problem, &runs, MOST_ANSWERS)
            .await?;
        let text = self.text_of(&query.dataset, &query.problem).await;
        if text.problems.is_empty() && found.total == 0 {
            return Err(AppError::missing(
                "problem-not-found",
                format!(
                    "there is no problem '{}' in {}",
                    query.problem, query.dataset
                ),
                "`assay datasets list` shows the data sets; of one that is not installed, only problems \
                 that a run asked are known",
            ));
        }
        let facts: Vec<RunFacts> = known
            .iter()
            .filter(|k| runs.contains(&k.run.id))
            .map(|k| RunFacts {
                id: k.run.id.clone(),
                name: k.run.name.clone(),
                dataset: k.run.dataset.clone(),
                dataset_version: k.run.dataset_version.clone(),
            })
            .collect();
        let names: BTreeMap<RunId, String> = facts
            .iter()
            .map(|run| (run.id.clone(), run.name.clone()))
            .collect();
        let models = known.into_iter().rev().flat_map(|k| k.models);
        let colors = Colors::in_order(models.map(|(model, _)| model));
        let evidence = Evidence {
            runs: facts,
            rows: found.counts.into_iter().map(ScoreRow::from).collect(),
        };
        let (passed, judged) = evidence
            .rows
            .iter()
            .fold((0, 0), |(p, j), row| (p + row.passed, j + row.judged));
        Ok(ProblemView {
            figure: figure(query, &evidence, &colors)?,
            query: query.clone(),
            title: self
                .dataset_title(&query.dataset)
                .await
                .unwrap_or_else(|_| query.dataset.to_string()),
            problems: text.problems,
            previous: text.previous,
            next: text.next,
            answers: found
                .answers
                .into_iter()
                .map(|answer| ProblemAnswer {
                    run_name: names
                        .get(&answer.sample.key.run)
                        .cloned()
                        .unwrap_or_default(),
                    sample: row_view(answer.sample),
                    program: answer.program,
                })
                .collect(),
            total: found.total,
            passed,
            judged,
        })
    }

    /// The data set that has a problem of this id: the one that is named, or else the one of the newest run
    /// that asked it, or else the first installed one that has it.
    ///
    /// # Errors
    /// When none has it.
    pub async fn dataset_of_problem(&self, problem: &ProblemId) -> Result<DatasetId, AppError> {
        let mut seen = BTreeSet::new();
        let store = self.store().await?;
        for known in store.list_runs().await? {
            let dataset = known.run.dataset;
            let runs = std::slice::from_ref(&known.run.id);
            let found = store.answers_to(&dataset, problem, runs, 1).await?;
            if found.total > 0 {
                return Ok(dataset);
            }
            seen.insert(dataset);
        }
        for listed in self.list_datasets().await? {
            if !self.text_of(&listed.id, problem).await.problems.is_empty() {
                return Ok(listed.id);
            }
        }
        Err(AppError::missing(
            "problem-not-found",
            format!("no data set and no run has a problem '{problem}'"),
            "name its data set with --dataset, and install it with `assay datasets pull`",
        ))
    }

    /// What the data set says of a problem; nothing where the data set is not installed: the answers are
    /// whole without it.
    async fn text_of(&self, dataset: &DatasetId, problem: &ProblemId) -> Text {
        self.problems(dataset, &[])
            .await
            .map(|all| Text::find(all, problem))
            .unwrap_or_default()
    }
}

/// A problem's text in all languages, and its neighbours.
#[derive(Debug, Default, PartialEq)]
struct Text {
    problems: Vec<Problem>,
    previous: Option<ProblemId>,
    next: Option<ProblemId>,
}

impl Text {
    fn find(all: Vec<Problem>, id: &ProblemId) -> Self {
        let Some(cluster) = all
            .iter()
            .find(|p| p.id == *id)
            .or_else(|| all.iter().find(|p| p.cluster == id.as_str()))
            .map(|p| p.cluster.clone())
        else {
            return Self::default();
        };
        let (mut previous, mut next) = (None, None);
        if let Some(at) = all
            .iter()
            .position(|p| p.id == *id)
            .or_else(|| all.iter().position(|p| p.cluster == cluster))
        {
            let language = &all[at].language;
            let same = |p: &&Problem| p.language == *language;
            previous = all[..at].iter().rev().find(same).map(|p| p.id.clone());
            next = all[at + 1..].iter().find(same).map(|p| p.id.clone());
        }
        Self {
            problems: all.into_iter().filter(|p| p.cluster == cluster).collect(),
            previous,
            next,
        }
    }
}

fn figure(query: &ProblemQuery, evidence: &Evidence, models: &Colors) -> Result<Figure, AppError> {
    let by = group_by(query.by);
    let scores: Vec<Score> = if evidence.rows.is_empty() {
        Vec::new()
    } else {
        let options = ScoreOptions {
            resamples: 1_000,
            ..ScoreOptions::default()
        };
        let mut scores = assay_analytics::scores(evidence, by, &options)?;
        let share = |s: &Score| f64::from(s.n_passed) / f64::from(s.n_samples.max(1));
        scores.sort_by(|a, b| {
            share(b)
                .total_cmp(&share(a))
                .then_with(|| a.label.cmp(&b.label))
        });
        scores
    };
    let solvers: Vec<Solver> = scores
        .iter()
        .map(|score| Solver {
            key: score.key.clone(),
            label: score.label.clone(),
            color: color_name(score, by).to_owned(),
            judged: score.n_samples,
            passed: score.n_passed,
        })
        .collect();
    let versions: BTreeSet<&str> = evidence
        .runs
        .iter()
        .map(|run| run.dataset_version.as_str())
        .collect();
    let versions: Vec<&str> = versions.into_iter().collect();
    let dataset = format!("{} {}", query.dataset, versions.join(", "));
    let colors = match by {
        GroupBy::Series | GroupBy::Model => models.clone(),
        GroupBy::Strategy | GroupBy::Language => {
            Colors::apart(solvers.iter().map(|s| s.color.as_str()))
        }
    };
    Ok(answers::figure(
        query.problem.as_str(),
        dataset.trim_end(),
        tables::group_heading(by),
        &solvers,
        &colors,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_core::{Language, TestForm};

    fn problem(id: &str, cluster: &str, language: &str) -> Problem {
        Problem {
            dataset: DatasetId::from("set"),
            id: ProblemId::new(id),
            cluster: cluster.to_owned(),
            language: Language::new(language),
            prompt: String::new(),
            entry_point: "f".to_owned(),
            canonical_solution: None,
            setup: String::new(),
            tests: String::new(),
            test_form: TestForm::Statements,
        }
    }

    #[test]
    fn a_problem_is_found_with_its_translations_and_its_neighbours_of_one_language() {
        let all = || {
            vec![
                problem("py/1", "S/1", "python"),
                problem("py/2", "S/2", "python"),
                problem("py/3", "S/3", "python"),
                problem("go/1", "S/1", "go"),
                problem("go/2", "S/2", "go"),
            ]
        };
        let of = |id: &str| Text::find(all(), &ProblemId::new(id));
        let second = of("py/2");
        let ids: Vec<&str> = second.problems.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids, ["py/2", "go/2"]);
        assert_eq!(second.previous, Some(ProblemId::new("py/1")));
        assert_eq!(second.next, Some(ProblemId::new("py/3")));
        let in_go = of("go/2");
        assert_eq!(in_go.previous, Some(ProblemId::new("go/1")));
        assert_eq!(in_go.next, None);
        // The name of what was translated leads there too.
        assert_eq!(of("S/2"), second);
        assert_eq!(of("S/9"), Text::default());
    }
}
