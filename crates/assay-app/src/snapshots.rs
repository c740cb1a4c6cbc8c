//! Snapshots of finished runs: scores and comparisons are read from them.

use std::sync::Arc;
use std::time::Duration;

use assay_analytics::{Comparison, RunFacts, Snapshots};
use assay_core::RunEvent;
use assay_runner::RunHandle;
use assay_store::RunState;

use crate::dto::CompareQuery;
use crate::{App, AppError, lock};

/// In the data folder.
const FOLDER: &str = "snapshots";
/// What is kept of runs in memory at most: some hundreds of runs of 164 problems in seven languages.
const WARM_BYTES: usize = 128 << 20;
/// How long the end of the program waits for a snapshot that is being made. The next start makes what is missing.
const PATIENCE: Duration = Duration::from_secs(2);

impl App {
    /// Opened at the first call; what is left of runs that are gone is removed then.
    pub(crate) async fn snapshots(&self) -> Result<&Snapshots, AppError> {
        let store = self.store().await?;
        Ok(self
            .snapshots
            .get_or_init(|| async {
                let folder = self.config.data_dir.join(FOLDER);
                let snapshots = Snapshots::new(store.clone(), folder, WARM_BYTES);
                let sweeping = snapshots.clone();
                tokio::spawn(async move {
                    if let Err(error) = sweeping.sweep().await {
                        tracing::warn!(%error, "snapshots are not tidied up");
                    }
                });
                snapshots
            })
            .await)
    }

    /// Makes a run's snapshot as soon as the run is over.
    pub(crate) async fn snapshot_at_the_end(&self, handle: &RunHandle) -> Result<(), AppError> {
        let snapshots = self.snapshots().await?.clone();
        let (run, mut events) = (handle.id().clone(), handle.subscribe());
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                if matches!(event, RunEvent::Finished { .. }) {
                    snapshots.settle(run);
                    return;
                }
            }
        });
        Ok(())
    }

    pub(crate) async fn close_snapshots(&self) {
        if let Some(snapshots) = self.snapshots.get() {
            snapshots.close(PATIENCE).await;
        }
    }

    /// The comparison that was made for this before, if nothing of it has changed since.
    pub(crate) fn known_comparison(&self, made_of: &MadeOf) -> Option<Arc<Comparison>> {
        let mut known = lock(&self.comparisons);
        let place = known.iter().position(|(of, _)| of == made_of)?;
        let found = known.remove(place);
        let comparison = Arc::clone(&found.1);
        known.push(found);
        Some(comparison)
    }

    /// Keeps a comparison; those that were not looked at for longest go.
    pub(crate) fn keep_comparison(&self, made_of: MadeOf, comparison: &Arc<Comparison>) {
        let rows = |comparison: &Comparison| comparison.scores.len() + comparison.pairs.len();
        if rows(comparison) > KEPT_ROWS || !made_of.states.iter().all(RunState::is_settled) {
            return;
        }
        let mut known = lock(&self.comparisons);
        known.push((made_of, Arc::clone(comparison)));
        let mut most = KEPT_ROWS;
        let kept = known
            .iter()
            .rev()
            .take_while(|(_, comparison)| {
                let rows = rows(comparison);
                let fits = rows <= most;
                most = most.saturating_sub(rows);
                fits
            })
            .count();
        let gone = known.len() - kept;
        known.drain(..gone);
    }
}

/// Scores and pairs of all comparisons that are kept, together: about half a kilobyte each.
const KEPT_ROWS: usize = 20_000;

/// Everything that decides a comparison: two that are made of the same are the same, chance being seeded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MadeOf {
    pub query: CompareQuery,
    /// In the order asked for.
    pub facts: Vec<RunFacts>,
    /// In the order of the store.
    pub states: Vec<RunState>,
}

#[cfg(test)]
mod tests {
    use assay_analytics::ScoreRow;
    use assay_core::{
        CacheUse, Cleaning, Environment, Language, Limits, Priority, ProblemSelection,
        QualityWeights, RunId, RunOrigin, RunSpec, Sampling,
    };
    use assay_store::{BenchRun, NewRun};

    use super::*;
    use crate::AppConfig;
    use crate::dto::{CompareBy, Correction};

    fn made_up(number: u32) -> BenchRun {
        // Two models of the same name but for whose data end is known.
        let model = ["local:m", "hf:org/Llama-3.1-8B"][number as usize % 2];
        let languages = vec![Language::python(), Language::new("go")];
        BenchRun {
            new: NewRun {
                id: RunId::new(format!("run-{number}")),
                name: format!("run {number}"),
                origin: RunOrigin::Evaluated,
                spec: RunSpec {
                    name: None,
                    models: vec![model.parse().unwrap()],
                    dataset: "humaneval".into(),
                    languages: languages.clone(),
                    problems: ProblemSelection::All,
                    strategy: "instruct".into(),
                    samples: 4,
                    sampling: Sampling::default(),
                    seed: 0,
                    limits: Limits::default(),
                    cleaning: Cleaning::default(),
                    quality_weights: QualityWeights::default(),
                    concurrency: 1,
                    cache: CacheUse::default(),
                    early_stop: None,
                    adaptive: None,
                    priority: Priority::default(),
                },
                environment: Environment::default(),
                note: None,
            },
            model: model.to_owned(),
            skill: 300 + 200 * number,
            languages,
            problems: 9,
            samples: 100,
        }
    }

    fn query(runs: &[RunId], by: CompareBy) -> CompareQuery {
        CompareQuery {
            runs: runs.to_vec(),
            by,
            baseline: None,
            alpha: 0.05,
            correction: Correction::Holm,
            k: 2,
        }
    }

    #[tokio::test]
    async fn a_comparison_is_the_same_however_its_rows_were_read() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(AppConfig::new(folder.path())).await.unwrap();
        let mut runs = Vec::new();
        for number in 0..3 {
            let store = app.store().await.unwrap();
            runs.push(store.make_up_run(made_up(number)).await.unwrap());
        }
        let rows = app.store().await.unwrap().score_rows(&runs).await.unwrap();
        let rows: Vec<ScoreRow> = rows.into_iter().map(ScoreRow::from).collect();
        assert_eq!(rows.len(), 3 * 2 * 9);
        let all_by = [
            CompareBy::Series,
            CompareBy::Model,
            CompareBy::Strategy,
            CompareBy::Language,
        ];
        let mut by_store = Vec::new();
        for by in all_by {
            by_store.push(app.compare(&query(&runs, by)).await.unwrap());
        }
        app.close().await;
        let made = std::fs::read_dir(folder.path().join(FOLDER))
            .unwrap()
            .count();
        assert_eq!(made, 2 * runs.len());

        let app = App::open(AppConfig::new(folder.path())).await.unwrap();
        assert_eq!(app.evidence(&runs).await.unwrap().rows, rows);
        for (by, expected) in all_by.into_iter().zip(by_store) {
            let asked = query(&runs, by);
            assert_eq!(app.compare(&asked).await.unwrap(), expected);
            assert_eq!(app.compare(&asked).await.unwrap(), expected, "known by now");
        }

        // A name is not in the snapshots, and what is known goes by it.
        app.rename_run(&runs[0], "renamed").await.unwrap();
        let renamed = app.compare(&query(&runs, CompareBy::Series)).await.unwrap();
        assert!(
            renamed
                .scores
                .iter()
                .any(|score| score.label.contains("renamed"))
        );

        let one = std::slice::from_ref(&runs[2]);
        let files = || {
            std::fs::read_dir(folder.path().join(FOLDER))
                .unwrap()
                .count()
        };
        app.delete_runs(one).await.unwrap();
        let asked = query(&runs, CompareBy::Series);
        let error = app.compare(&asked).await.unwrap_err();
        assert_eq!(error.info.code, "run-not-found");
        app.restore_runs(one).await.unwrap();
        assert_eq!(app.compare(&asked).await.unwrap(), renamed);
        assert_eq!(files(), 2 * 3);
        app.delete_runs(one).await.unwrap();
        app.purge_runs(one).await.unwrap();
        assert_eq!(files(), 2 * 2);
        app.close().await;
    }

    #[tokio::test]
    async fn a_model_that_may_have_seen_the_problems_is_told_of() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(AppConfig::new(folder.path())).await.unwrap();
        let mut runs = Vec::new();
        for number in 0..2 {
            let store = app.store().await.unwrap();
            runs.push(store.make_up_run(made_up(number)).await.unwrap());
        }
        let told = |view: &crate::dto::ComparisonView| {
            let about: Vec<String> = view
                .warnings
                .iter()
                .filter(|warning| warning.contains("May have seen"))
                .cloned()
                .collect();
            about
        };
        let view = app.compare(&query(&runs, CompareBy::Model)).await.unwrap();
        assert_eq!(
            told(&view),
            [
                "May have seen the problems of humaneval, which were published on 2021-07-07: \
                 Llama-3.1-8B (trained on data up to 2023-12)."
            ]
        );
        let view = app
            .compare(&query(&runs[..1], CompareBy::Model))
            .await
            .unwrap();
        assert_eq!(told(&view), Vec::<String>::new());
        app.close().await;
    }

    #[test]
    fn what_is_kept_of_comparisons_is_bounded() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let app = runtime
            .block_on(App::open(AppConfig::new("/nonexistent")))
            .unwrap();
        let comparison = |pairs: usize| {
            let evidence = assay_analytics::Evidence {
                runs: vec![RunFacts {
                    id: "r".into(),
                    name: String::new(),
                    dataset: "d".into(),
                    dataset_version: "1".to_owned(),
                }],
                rows: ["local:a", "local:b"]
                    .map(|model| ScoreRow {
                        run: "r".into(),
                        model: model.to_owned(),
                        strategy: "s".into(),
                        language: Language::python(),
                        problem: "p".into(),
                        cluster: "p".to_owned(),
                        judged: 1,
                        passed: 1,
                        infrastructure: 0,
                        unanswered: 0,
                        outstanding: 0,
                    })
                    .to_vec(),
            };
            let options = assay_analytics::CompareOptions::default();
            let by = assay_analytics::GroupBy::Series;
            let mut made = assay_analytics::compare(&evidence, by, &options).unwrap();
            made.pairs = vec![made.pairs[0].clone(); pairs];
            Arc::new(made)
        };
        let made_of = |k: u32| MadeOf {
            query: CompareQuery {
                k,
                ..query(&[], CompareBy::Series)
            },
            facts: Vec::new(),
            states: Vec::new(),
        };
        let half = comparison(KEPT_ROWS / 2 - 10);
        let is_known = |k: u32| app.known_comparison(&made_of(k)).is_some();
        for k in [1, 2] {
            app.keep_comparison(made_of(k), &half);
        }
        assert!(is_known(2) && is_known(1));
        app.keep_comparison(made_of(3), &half);
        assert!(is_known(1) && is_known(3) && !is_known(2));
        app.keep_comparison(made_of(4), &comparison(KEPT_ROWS + 1));
        assert!(app.known_comparison(&made_of(4)).is_none());
        assert!(is_known(1) && is_known(3));
    }
}
