//! What is said of a grid.

use assay_bandit::{GridEvaluation, GridPlan, Learning, Regret};
use assay_core::StrategyId;
use assay_report::figures::adaptive::RegretLine;
use assay_runner::PolicySettings;

use super::collect::Collected;
use crate::bandit::setup::algorithm_in_words;
use crate::dto::Bounded;

const ALPHA: f64 = 0.05;

pub(super) fn subtitle(one: &Collected, clusters: usize) -> String {
    let datasets: Vec<String> = one.datasets.iter().map(ToString::to_string).collect();
    let languages: Vec<&str> = one.languages.iter().map(|l| l.title()).collect();
    format!(
        "{}, {}; {} problems of {clusters} source problems",
        datasets.join(", "),
        languages.join(", "),
        one.grid.rows.len()
    )
}

pub(super) fn scores_caption(
    plan: &GridPlan,
    found: &GridEvaluation,
    settings: &PolicySettings,
    as_set_up: bool,
) -> String {
    let how = algorithm_in_words(&settings.policy.algorithm);
    let how = if as_set_up {
        format!("{how}, ridge {}", settings.policy.ridge)
    } else {
        let ridges = super::RIDGES.map(|ridge| ridge.to_string()).join(", ");
        format!(
            "{how}, its ridge (of {ridges}), or one strategy for all, chosen within the other folds"
        )
    };
    let learned = match plan.learning {
        Learning::Everything => "every outcome of the other folds",
        Learning::OwnChoices => "the outcomes of its own choices on the other folds",
    };
    format!(
        "pass@1 over {} problems with {:.0} % bootstrap intervals over {} source problems (seed {}). Adaptive: {}, cross-fitted over {} folds of source problems: for \
         each it has learned {learned}, and from nothing of the problems it chooses for. Hollow grey: what nobody can choose without knowing the outcomes.",
        found.rows,
        plan.level * 100.0,
        found.clusters,
        plan.seed,
        how,
        found.folds
    )
}

pub(super) fn regret_caption(online: &Regret, settings: &PolicySettings) -> String {
    format!(
        "Cumulative regret in reward of {} that begins with nothing and learns its own choices alone, through the problems in random order; mean over {} \
         orders with bootstrap intervals. Against the best strategy of each problem, and against the one that is best over all in hindsight (below 0: the policy is \
         better). Exact, because every outcome is known.",
        algorithm_in_words(&settings.policy.algorithm),
        online.repeats
    )
}

/// Two lines, thinned out.
pub(super) fn regret_lines(online: &Regret, points: usize) -> Vec<RegretLine> {
    let every = online.curve.len().div_ceil(points).max(1);
    let last = online.curve.len().saturating_sub(1);
    let line =
        |key: &str, label: &str, of: &dyn Fn(usize) -> assay_bandit::MeanOfRepeats| RegretLine {
            key: key.to_owned(),
            label: label.to_owned(),
            points: (0..online.curve.len())
                .filter(|at| at % every == every - 1 || *at == last)
                .map(|at| {
                    let value = of(at);
                    let (low, high) = value
                        .interval
                        .map_or((value.mean, value.mean), |i| (i.low, i.high));
                    (online.curve[at].round as f64, value.mean, low, high)
                })
                .collect(),
        };
    vec![
        line("oracle", "beside the best of each", &|at| {
            online.curve[at].oracle
        }),
        line("best-fixed", "beside the best one", &|at| {
            online.curve[at].best_fixed
        }),
    ]
}

/// What the grid says, in sentences. Nothing that is not significant is told as a win.
pub(super) fn verdict(
    found: &GridEvaluation,
    baseline: &StrategyId,
    gain: Option<Bounded>,
    title: &dyn Fn(&StrategyId) -> String,
) -> String {
    let points = |d: f64| format!("{:+.1} points", d * 100.0);
    let against =
        |arm: Option<&StrategyId>| found.comparisons.iter().find(|c| c.against.as_ref() == arm);
    let mut sentences = Vec::new();
    if let Some(beside) = against(Some(baseline)) {
        let name = title(baseline);
        let interval = format!(
            "{} (interval {:+.1} to {:+.1}, p = {:.4} after correction)",
            points(beside.difference),
            beside.interval.low * 100.0,
            beside.interval.high * 100.0,
            beside.p_holm
        );
        if beside.p_holm < ALPHA {
            let more = if beside.difference > 0.0 {
                "more"
            } else {
                "less"
            };
            sentences.push(format!(
                "Choosing strategies solves {more} than {name} everywhere: {interval}."
            ));
            if let Some(gain) = gain {
                sentences.push(format!(
                    "That is {:+.0} % of what {name} solves ({:+.0} % to {:+.0} %).",
                    gain.value * 100.0,
                    gain.low * 100.0,
                    gain.high * 100.0
                ));
            }
        } else {
            sentences.push(format!(
                "No difference is shown between choosing strategies and {name} everywhere: {interval}."
            ));
            if let Some(detectable) = found.detectable {
                sentences.push(format!(
                    "So many problems would show a difference of {:.1} points four times out of five, after correction for {} \
                     comparisons.",
                    detectable * 100.0,
                    found.comparisons.len()
                ));
            } else {
                sentences.push(format!(
                    "It solves as much as {name} of every source problem, so that nothing tells which difference could be found."
                ));
            }
        }
    }
    if let Some(beside) = against(None) {
        let word = if beside.p_holm >= ALPHA {
            "no difference is shown"
        } else if beside.difference > 0.0 {
            "choosing is better"
        } else {
            "choosing is worse"
        };
        sentences.push(format!(
            "Beside the one strategy that was best on the other folds, {word} ({}, p = {:.4}).",
            points(beside.difference),
            beside.p_holm
        ));
    }
    sentences.push(format!(
        "The best strategy of each problem, which nobody knows beforehand, solves {:.1} %.",
        found.oracle.mean * 100.0
    ));
    sentences.join(" ")
}
