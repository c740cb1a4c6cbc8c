//! Runs as lists, pages and scripts see them: records and counters with their scores.

use std::collections::BTreeMap;

use assay_analytics::{GroupBy, Score, ScoreOptions};
use assay_core::{Content, RunId, RunProgress, Spending, StrategyId, Transport, Verdict};
use assay_report::RunSection;
use assay_store::{Counters, RunRecord, RunSummary as StoredSummary};

use crate::dto::{
    DatasetTag, Estimated, FailureKind, Flags, Headline, ModelOutcome, ProgramDiversity, RunDetail,
    RunDifference, RunOutcome, RunSummary, SampleResult, Timing, UsageTotals,
};
use crate::{App, AppError};

/// Samples read at once.
const PAGE: u32 = 1_000;

impl App {
    /// All runs, the newest first, archived ones too; deleted ones not.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_runs(&self) -> Result<Vec<RunSummary>, AppError> {
        let stored = self.store().await?.list_runs().await?;
        let ids: Vec<RunId> = stored
            .iter()
            .map(|summary| summary.run.id.clone())
            .collect();
        let scores = self.scores_by_run(&ids, &[1]).await?;
        Ok(stored
            .into_iter()
            .map(|summary| {
                let scores = scores
                    .get(&summary.run.id)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                run_summary(summary, scores)
            })
            .collect())
    }

    /// # Errors
    /// When there is no such run.
    pub async fn get_run(&self, run: &RunId) -> Result<RunDetail, AppError> {
        let stored = self.store().await?.run_summary(run).await?;
        let scores = self.scores_by_run(std::slice::from_ref(run), &[1]).await?;
        let scores = scores.get(run).map(Vec::as_slice).unwrap_or_default();
        let error = stored.run.error.clone();
        let priority = stored.run.priority;
        let totals = &stored.totals;
        let (saved_usd, answers_cached, executions_cached) = (
            totals.saved_usd,
            totals.answers_cached,
            totals.executions_cached,
        );
        let sources = self.run_sources(&stored.run).await?;
        let failures = self.run_failures(run).await?;
        let diversity = self.store().await?.diversity(run).await?;
        let differences = differences(&stored.run);
        let section = run_section(stored.run.clone(), stored.totals.cost);
        let command = section.command();
        Ok(RunDetail {
            summary: run_summary(stored, scores),
            spec: section.spec,
            environment: section.environment,
            error,
            command,
            priority,
            failures,
            diversity: diversity.into_iter().map(diversity_of).collect(),
            saved_usd,
            answers_cached,
            executions_cached,
            sources,
            differences,
        })
    }

    /// What did not pass in a run, by reason, the most frequent first, each with an example.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn run_failures(&self, run: &RunId) -> Result<Vec<FailureKind>, AppError> {
        let groups = self.store().await?.failure_groups(run).await?;
        Ok(groups
            .into_iter()
            .map(|group| FailureKind {
                transport: group.transport,
                content: group.content,
                verdict: group.verdict,
                count: group.count,
                example: group.example,
                model: group.model,
                problem: group.problem,
                detail: group.detail,
            })
            .collect())
    }

    /// SQLite's own examination of the store's file: what is wrong with it, line by line; nothing when it is sound.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub async fn verify_store(&self) -> Result<Vec<String>, AppError> {
        Ok(self.store().await?.check().await?)
    }

    /// The run whose id begins so.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub async fn resolve_run(&self, prefix: &str) -> Result<RunId, AppError> {
        Ok(self.store().await?.resolve_run(prefix).await?)
    }

    pub(crate) async fn count_runs(&self) -> Result<u32, AppError> {
        Ok(u32::try_from(self.store().await?.list_runs().await?.len()).unwrap_or(u32::MAX))
    }

    /// Everything a script wants to know of a run, with pass@k for these k.
    ///
    /// # Errors
    /// When there is no such run.
    pub async fn outcome(&self, run: &RunId, ks: &[u32]) -> Result<RunOutcome, AppError> {
        let store = self.store().await?;
        let stored = store.run_summary(run).await?;
        let scores = self.scores_by_run(std::slice::from_ref(run), ks).await?;
        let scores = scores.get(run).map(Vec::as_slice).unwrap_or_default();
        let models: Vec<ModelOutcome> = stored
            .models
            .iter()
            .map(|(model, counters)| model_outcome(model, counters, scores))
            .collect();
        let mut warnings: Vec<String> = scores.iter().flat_map(|s| s.notes.clone()).collect();
        for k in ks {
            if !models.is_empty()
                && models
                    .iter()
                    .all(|m| !m.pass_at.contains_key(&k.to_string()))
            {
                warnings.push(format!(
                    "pass@{k} is undefined: no problem has {k} judged samples"
                ));
            }
        }
        let mut results = Vec::new();
        let mut after = None;
        loop {
            let page = store.samples_after(run, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            results.extend(page.into_iter().map(|sample| {
                SampleResult {
                    task_id: sample.key.problem,
                    sample: sample.key.index,
                    model: sample.key.model,
                    language: sample.key.language,
                    transport: sample.transport,
                    content: sample.content,
                    rule: sample.rule,
                    quality: sample.quality.map(|q| q.overall),
                    verdict: sample.execution.as_ref().map(|e| e.verdict),
                    duration_ms: sample.execution.as_ref().map(|e| e.duration_ms),
                    detail: sample
                        .execution
                        .and_then(|e| e.detail)
                        .or(sample.transport_detail),
                }
            }));
        }
        let executed = results.iter().filter(|r| r.verdict.is_some()).count();
        let totals = stored.totals;
        let record = stored.run;
        Ok(RunOutcome {
            run_id: record.id,
            name: record.name,
            status: record.status,
            dataset: DatasetTag {
                id: record.dataset,
                version: record.dataset_version,
                sha256: record.environment.dataset_sha256,
            },
            strategy: record.spec.strategy,
            n_problems: scores.iter().map(|s| s.n_problems).max().unwrap_or(0),
            n_samples: totals.judged,
            pass_at: match models.as_slice() {
                [only] => only.pass_at.clone(),
                _ => BTreeMap::new(),
            },
            verdicts: every_verdict(&totals),
            models,
            results,
            usage: UsageTotals {
                prompt_tokens: totals.prompt_tokens,
                completion_tokens: totals.completion_tokens,
                cost_usd: totals.cost.usd,
                costs_known: totals.cost.known,
                costs_unknown: totals.cost.unknown,
            },
            timing: Timing {
                wall_s: record.elapsed_s,
                programs_per_s: if record.elapsed_s > 0.0 {
                    executed as f64 / record.elapsed_s
                } else {
                    0.0
                },
            },
            warnings,
        })
    }

    /// Scores of each model of each run.
    async fn scores_by_run(
        &self,
        runs: &[RunId],
        ks: &[u32],
    ) -> Result<BTreeMap<RunId, Vec<Score>>, AppError> {
        let evidence = self.evidence(runs).await?;
        if evidence.rows.is_empty() {
            return Ok(BTreeMap::new());
        }
        let options = ScoreOptions {
            k: ks.to_vec(),
            ..ScoreOptions::default()
        };
        let scored = tokio::task::spawn_blocking(move || {
            assay_analytics::scores(&evidence, GroupBy::Series, &options)
        })
        .await
        .map_err(|error| AppError::failed("scoring-failed", error.to_string()))??;
        let mut by_run: BTreeMap<RunId, Vec<Score>> = BTreeMap::new();
        for score in scored {
            if let [run] = score.runs.as_slice() {
                by_run.entry(run.clone()).or_default().push(score);
            }
        }
        Ok(by_run)
    }
}

fn run_summary(stored: StoredSummary, scores: &[Score]) -> RunSummary {
    let progress = progress(&stored.totals, stored.run.elapsed_s);
    let series = stored.series;
    let run = stored.run;
    RunSummary {
        id: run.id,
        name: run.name,
        status: run.status,
        origin: run.origin,
        dataset: run.dataset,
        dataset_version: run.dataset_version,
        languages: run.spec.languages,
        models: stored.models.into_iter().map(|(model, _)| model).collect(),
        strategy: run.spec.strategy,
        created_at: run.created_at.to_string(),
        finished_at: run.finished_at.map(|at| at.to_string()),
        progress,
        tags: run.tags,
        archived: run.archived,
        note: run.note,
        scores: scores
            .iter()
            .filter_map(|score| headline(score, &series))
            .collect(),
    }
}

fn headline(score: &Score, series: &[(String, StrategyId, Counters)]) -> Option<Headline> {
    let pass = score.at(1)?;
    let model = score.models.first()?;
    let strategy = score.strategies.first()?;
    let counters = series
        .iter()
        .find(|(of, by, _)| of == model && by == strategy)
        .map(|(_, _, counters)| counters.clone())
        .unwrap_or_default();
    Some(Headline {
        model: model.clone(),
        strategy: strategy.clone(),
        value: pass.value,
        low: pass.low,
        high: pass.high,
        kind: pass.kind.label().to_owned(),
        n_problems: pass.n_problems,
        n_samples: score.n_samples,
        n_unjudged: score.incomplete.problems,
        flags: flags(&counters),
        quality: mean_quality(&counters),
        cost_usd: counters.cost.usd,
        costs_known: counters.cost.known,
        costs_unknown: counters.cost.unknown,
    })
}

fn flags(counters: &Counters) -> Flags {
    let with_text = |transport: &Transport| transport.has_text();
    Flags {
        asked: counters.transports.values().sum(),
        answered: Transport::ALL
            .iter()
            .filter(|t| with_text(t))
            .filter_map(|t| counters.transports.get(t.as_str()))
            .sum(),
        usable: counters
            .contents
            .get(Content::Ok.as_str())
            .copied()
            .unwrap_or(0),
        transports: counters.transports.clone(),
        contents: counters.contents.clone(),
    }
}

fn mean_quality(counters: &Counters) -> Option<f64> {
    (counters.quality_n > 0).then(|| counters.quality_sum / f64::from(counters.quality_n))
}

fn progress(counters: &Counters, elapsed_s: f64) -> RunProgress {
    RunProgress {
        total: counters.total,
        generated: counters.generated + counters.done,
        done: counters.done,
        passed: counters.passed,
        transport_failed: counters.unanswered,
        content_failed: counters.without_code,
        verdicts: counters.verdicts.clone(),
        completion_tokens: u32::try_from(counters.completion_tokens).unwrap_or(u32::MAX),
        cost_usd: counters.cost.usd,
        costs_known: counters.cost.known,
        costs_unknown: counters.cost.unknown,
        elapsed_s,
        ..RunProgress::default()
    }
}

fn model_outcome(model: &str, counters: &Counters, scores: &[Score]) -> ModelOutcome {
    let score = scores
        .iter()
        .find(|s| s.models.first().is_some_and(|m| m == model));
    ModelOutcome {
        model: model.to_owned(),
        n_problems: score.map_or(0, |s| s.n_problems),
        n_samples: score.map_or(0, |s| s.n_samples),
        n_unjudged: score.map_or(0, |s| s.incomplete.problems),
        pass_at: score
            .map(|s| {
                s.pass_at
                    .iter()
                    .map(|p| {
                        let estimated = Estimated {
                            value: p.value,
                            low: p.low,
                            high: p.high,
                            kind: p.kind.label().to_owned(),
                        };
                        (p.k.to_string(), estimated)
                    })
                    .collect()
            })
            .unwrap_or_default(),
        verdicts: every_verdict(counters),
        transports: counters.transports.clone(),
        contents: counters.contents.clone(),
        quality: mean_quality(counters),
        cost_usd: counters.cost.usd,
        costs_known: counters.cost.known,
        costs_unknown: counters.cost.unknown,
    }
}

/// Scripts read a verdict that did not come up as 0, not as a missing key.
fn every_verdict(counters: &Counters) -> BTreeMap<String, u32> {
    let mut verdicts: BTreeMap<String, u32> = Verdict::ALL
        .iter()
        .map(|v| (v.as_str().to_owned(), 0))
        .collect();
    for (verdict, n) in &counters.verdicts {
        verdicts.insert(verdict.clone(), *n);
    }
    verdicts
}

/// In what the runs differ that a run was merged of.
fn differences(run: &RunRecord) -> Vec<RunDifference> {
    run.differences()
        .into_iter()
        .map(|difference| RunDifference {
            what: difference.what,
            values: difference.values,
        })
        .collect()
}

/// A run as a report tells it.
pub(crate) fn run_section(run: RunRecord, cost: Spending) -> RunSection {
    let told = |difference: RunDifference| {
        let values: Vec<&str> = difference
            .values
            .iter()
            .map(|value| value.as_deref().unwrap_or("–"))
            .collect();
        (difference.what, values.join(" / "))
    };
    RunSection {
        cost,
        differences: differences(&run).into_iter().map(told).collect(),
        sources: run
            .sources
            .iter()
            .map(|source| format!("{} ({})", source.name, source.run))
            .collect(),
        id: run.id,
        name: run.name,
        status: run.status,
        origin: run.origin,
        started_at: run.started_at.map(|at| at.to_string()),
        finished_at: run.finished_at.map(|at| at.to_string()),
        spec: run.spec,
        environment: run.environment,
    }
}

fn diversity_of(found: assay_store::Diversity) -> ProgramDiversity {
    ProgramDiversity {
        model: found.model,
        n_problems: found.problems,
        n_samples: found.samples,
        distinct_programs: found.programs,
        distinct_shapes: found.shapes,
    }
}
