//! What choosing strategies is worth, on runs that asked the same problems by every strategy.

mod collect;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_bandit::{
    Algorithm, Bounds, GridEvaluation, GridPlan, Learning, PolicyConfig, check_estimators,
    evaluate, evaluate_selected, regret,
};
use assay_core::StrategyId;
use assay_report::Figure;
use assay_report::figures::adaptive as figures;
use assay_runner::PolicySettings;

use self::collect::Collected;
pub(super) use self::collect::reward_of;
use super::estimates::estimator_name;
use crate::dto::{
    Bounded, ChoiceRole, ChoiceView, EstimatorView, GridFigure, GridFigureQuery, GridModelView,
    GridQuery, GridView, PickedArm, TaskProgress,
};
use crate::tasks::Steps;
use crate::{App, AppError, lock};

const LEVEL: f64 = 0.95;
/// Of the settings that are chosen among where no policy is named.
pub(super) const RIDGES: [f64; 3] = [1.0, 10.0, 100.0];
const ALPHA: f64 = 0.05;
const RESAMPLES: usize = 2_000;
/// Orders of the rows that regret is told over.
const REPEATS: usize = 30;
/// Times through the rows, for regret and for the log of the estimators.
const PASSES: usize = 4;
/// Points of a curve that are drawn.
const POINTS: usize = 40;
/// The share of random choices in the log that the estimators are checked by, at least.
const LOGGED_EXPLORATION: f64 = 0.2;

impl App {
    /// Evaluates a policy's set-up on the full grids that runs make, one a model: cross-fitted by source problem, with
    /// paired tests, regret and off-policy estimates beside the truth. Can be stopped by the name of its task.
    ///
    /// # Errors
    /// When there is no such run, policy or strategy; when a run's data set is gone, or runs asked different versions of it;
    /// when it is cancelled.
    pub async fn evaluate_grid(
        &self,
        query: &GridQuery,
        task: &str,
        tell: impl Fn(TaskProgress) + Send + Sync + 'static,
    ) -> Result<GridView, AppError> {
        if query.runs.is_empty() {
            return Err(AppError::usage(
                "no-runs",
                "no run is chosen",
                "choose runs that asked the same problems by different strategies",
            ));
        }
        if !(2..=1_000).contains(&query.folds) {
            return Err(AppError::usage(
                "bad-folds",
                format!("{} folds are not possible", query.folds),
                "give 2 to 1,000 folds, such as 10",
            ));
        }
        let task = self.begin_task(task);
        let settings = match &query.policy {
            None => PolicySettings::default(),
            Some(name) => {
                let record = self.store().await?.policy(name).await?;
                PolicySettings::from_json(&record.config)?
            }
        };
        let runs = crate::compare::once_each(&query.runs);
        let (collected, mut notes) = self.collect(&runs, &settings).await?;
        let titles: BTreeMap<StrategyId, String> = collected
            .iter()
            .flat_map(|one| &one.grid.arms)
            .map(|arm| (arm.clone(), self.arm_title(arm)))
            .collect();
        let steps = Steps::new(&task, tell);
        let asked = query.clone();
        let made = steps
            .work(move |steps| {
                let all = collected.len();
                let mut models = Vec::with_capacity(all);
                let mut left = Vec::new();
                for (done, one) in collected.iter().enumerate() {
                    steps.done(done, all, "models")?;
                    match model_view(one, &asked, &settings, &titles) {
                        Ok(view) => models.push(view),
                        Err(why) => left.push(format!("{}: {}", one.model, why.info.message)),
                    }
                }
                steps.done(all, all, "models")?;
                Ok((models, left))
            })
            .await;
        let (models, left) = made?;
        notes.extend(left);
        let view = GridView {
            query: query.clone(),
            models,
            notes,
        };
        *lock(&self.grid) = Some(Arc::new(view.clone()));
        Ok(view)
    }

    /// A figure of a grid, for export: of the one that was evaluated last where it is that.
    ///
    /// # Errors
    /// As [`App::evaluate_grid`]; when the model is not part of it.
    pub(crate) async fn grid_figure(&self, query: &GridFigureQuery) -> Result<Figure, AppError> {
        let last = lock(&self.grid).clone();
        let view = match last.filter(|last| last.query == query.grid) {
            Some(last) => last,
            None => Arc::new(
                self.evaluate_grid(&query.grid, "grid-figure", |_| {})
                    .await?,
            ),
        };
        let model = view.models.iter().find(|m| m.model == query.model);
        let model = model.ok_or_else(|| {
            AppError::usage(
                "unknown-model",
                format!("{} is not part of this grid", query.model),
                "choose one of its models",
            )
        })?;
        Ok(match query.figure {
            GridFigure::Scores => model.scores.clone(),
            GridFigure::Regret => model.regret.clone(),
        })
    }
}

/// Settings to choose from: how much must be seen before a context counts, or that none should.
fn candidates(settings: &PolicySettings, arms: &[StrategyId]) -> Vec<PolicyConfig> {
    let ridges = RIDGES.into_iter().map(|ridge| PolicyConfig {
        ridge,
        ..settings.policy.clone()
    });
    let fixed = arms.iter().map(|arm| PolicyConfig {
        algorithm: Algorithm::Fixed { arm: arm.clone() },
        ..settings.policy.clone()
    });
    ridges.chain(fixed).collect()
}

fn bandit_error(error: assay_bandit::BanditError) -> AppError {
    AppError::failed("grid-unusable", error.to_string())
}

fn bounded(value: f64, bounds: Bounds) -> Bounded {
    Bounded {
        value,
        low: bounds.low,
        high: bounds.high,
    }
}

fn model_view(
    one: &Collected,
    query: &GridQuery,
    settings: &PolicySettings,
    titles: &BTreeMap<StrategyId, String>,
) -> Result<GridModelView, AppError> {
    let grid = &one.grid;
    let baseline = baseline(one, query)?;
    let plan = GridPlan {
        config: settings.policy.clone(),
        baseline: baseline.clone(),
        folds: query.folds as usize,
        passes: PASSES,
        seed: query.seed,
        level: LEVEL,
        resamples: RESAMPLES,
        learning: if query.own_choices {
            Learning::OwnChoices
        } else {
            Learning::Everything
        },
    };
    // Without a policy's own settings, they are chosen where the policy learns: on the other folds.
    let found = match &query.policy {
        Some(_) => evaluate(grid, &plan),
        None => evaluate_selected(grid, &plan, &candidates(settings, &grid.arms))
            .map(|selected| selected.evaluation),
    }
    .map_err(bandit_error)?;
    let online = regret(grid, &plan, REPEATS).map_err(bandit_error)?;
    // A log by which other policies can be told needs chance.
    let logging = GridPlan {
        config: PolicyConfig {
            exploration: settings.policy.exploration.max(LOGGED_EXPLORATION),
            ..settings.policy.clone()
        },
        folds: 2,
        ..plan.clone()
    };
    let checked = check_estimators(grid, &logging).map_err(bandit_error)?;
    let title = |arm: &StrategyId| titles.get(arm).cloned().unwrap_or_else(|| arm.to_string());
    let choices = choices(&found, &baseline, &title);
    let picked = picked(&found, &title);
    let gain = found.relative_gain.and_then(|gain| {
        let bounds = gain.interval?;
        Some(bounded(gain.value, bounds))
    });
    let datasets: Vec<_> = one.datasets.iter().cloned().collect();
    let languages: Vec<_> = one.languages.iter().cloned().collect();
    let subtitle = words::subtitle(one, found.clusters);
    let scores = figures::choices(
        &format!("adaptive-scores-{}", slug(&one.model)),
        &format!(
            "pass@1 by choice of strategy, {}",
            assay_analytics::short_model_name(&one.model)
        ),
        &subtitle,
        &drawn(&choices, baseline.as_str()),
        &words::scores_caption(&plan, &found, settings, query.policy.is_some()),
    );
    let regret = figures::regret(
        &format!("adaptive-regret-{}", slug(&one.model)),
        &format!("Regret, {}", assay_analytics::short_model_name(&one.model)),
        &subtitle,
        &words::regret_lines(&online, POINTS),
        &words::regret_caption(&online, settings),
    );
    Ok(GridModelView {
        words: words::verdict(&found, &baseline, gain, &title),
        model: one.model.clone(),
        datasets,
        languages,
        n_problems: count(found.rows),
        n_clusters: count(found.clusters),
        n_left_out: one.left_out,
        baseline,
        choices,
        gain,
        detectable: found.detectable,
        picked,
        scores,
        regret,
        estimators: checked
            .estimators
            .iter()
            .filter_map(|one| {
                let bounds = one.estimate.interval?;
                Some(EstimatorView {
                    name: estimator_name(one.estimate.estimator).to_owned(),
                    estimate: bounded(one.estimate.value, bounds),
                    truth: checked.truth,
                    covers: one.covered.unwrap_or(false),
                    n: count(one.estimate.n),
                    effective_n: one.estimate.effective_sample_size,
                })
            })
            .collect(),
    })
}

/// A model's name as a part of a file's.
fn slug(model: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let words: String = assay_analytics::short_model_name(model)
        .chars()
        .map(plain)
        .collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The strategy that is measured by: the one that is asked for, the plain way, or the first there is.
fn baseline(one: &Collected, query: &GridQuery) -> Result<StrategyId, AppError> {
    let arms = &one.grid.arms;
    match &query.baseline {
        Some(asked) if arms.contains(asked) => Ok(asked.clone()),
        Some(asked) => Err(AppError::usage(
            "unknown-baseline",
            format!("{asked} was not asked of all problems"),
            "choose one of the strategies of the runs",
        )),
        None => {
            let plain = one.plain.as_ref().filter(|plain| arms.contains(plain));
            plain
                .or(arms.first())
                .cloned()
                .ok_or_else(|| AppError::failed("grid-unusable", "it has no strategy"))
        }
    }
}

fn choices(
    found: &GridEvaluation,
    baseline: &StrategyId,
    title: &dyn Fn(&StrategyId) -> String,
) -> Vec<ChoiceView> {
    let scored = |score: assay_bandit::MeanScore| bounded(score.mean, score.interval);
    let beside = |against: Option<&StrategyId>| {
        found
            .comparisons
            .iter()
            .find(|c| c.against.as_ref() == against)
    };
    let view = |key: &str, label: String, role, score, against: Option<Option<&StrategyId>>| {
        let compared = against.and_then(beside);
        ChoiceView {
            key: key.to_owned(),
            label,
            role,
            is_baseline: key == baseline.as_str(),
            score,
            difference: compared.map(|c| bounded(c.difference, c.interval)),
            p_adjusted: compared.map(|c| c.p_holm),
            significant: compared.is_some_and(|c| c.p_holm < ALPHA),
        }
    };
    let mut fixed: Vec<ChoiceView> = found
        .fixed
        .iter()
        .map(|arm| {
            view(
                arm.arm.as_str(),
                title(&arm.arm),
                ChoiceRole::Fixed,
                scored(arm.score),
                Some(Some(&arm.arm)),
            )
        })
        .collect();
    fixed.sort_by(|a, b| b.score.value.total_cmp(&a.score.value));
    let mut all = vec![view(
        "adaptive",
        "Adaptive".to_owned(),
        ChoiceRole::Adaptive,
        scored(found.adaptive),
        None,
    )];
    all.extend(fixed);
    all.push(view(
        "best-fixed",
        "Best one of the other folds".to_owned(),
        ChoiceRole::BestFixed,
        scored(found.best_fixed_cross_fitted),
        Some(None),
    ));
    all.push(view(
        "random",
        "At random".to_owned(),
        ChoiceRole::Random,
        scored(found.random),
        None,
    ));
    all.push(view(
        "oracle",
        "Best one of each problem".to_owned(),
        ChoiceRole::Oracle,
        scored(found.oracle),
        None,
    ));
    all
}

fn drawn(choices: &[ChoiceView], baseline: &str) -> Vec<figures::ChoiceScore> {
    choices
        .iter()
        .map(|choice| figures::ChoiceScore {
            key: choice.key.clone(),
            label: choice.label.clone(),
            detail: match choice.role {
                ChoiceRole::Adaptive => Some("cross-fitted".to_owned()),
                ChoiceRole::Fixed if choice.key == baseline => Some("baseline".to_owned()),
                ChoiceRole::Oracle => Some("out of reach".to_owned()),
                _ => None,
            },
            value: choice.score.value,
            low: choice.score.low,
            high: choice.score.high,
            beside: choice.difference.map(|d| d.value).zip(choice.p_adjusted),
            out_of_reach: choice.role == ChoiceRole::Oracle,
            adaptive: choice.role == ChoiceRole::Adaptive,
        })
        .collect()
}

fn picked(found: &GridEvaluation, title: &dyn Fn(&StrategyId) -> String) -> Vec<PickedArm> {
    let mut counts: BTreeMap<&StrategyId, u32> = BTreeMap::new();
    for choice in &found.choices {
        *counts.entry(&choice.arm).or_default() += 1;
    }
    let mut picked: Vec<PickedArm> = counts
        .into_iter()
        .map(|(arm, count)| PickedArm {
            arm: arm.clone(),
            title: title(arm),
            count,
        })
        .collect();
    picked.sort_by_key(|p| std::cmp::Reverse(p.count));
    picked
}
