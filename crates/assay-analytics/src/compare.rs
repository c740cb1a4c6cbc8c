//! How groups differ on the problems they share: always paired.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::DatasetId;
use assay_stats::{
    McNemarVariant, PairedDifference, SignFlipMethod, benjamini_hochberg, discordant_effect, holm,
    mcnemar, sign_flip,
};
use serde::{Deserialize, Serialize};

use crate::error::check_share;
use crate::group::{Group, GroupBy, groups};
use crate::pairing::{Common, paired};
use crate::power::{Power, add_power};
use crate::ranking::{Ranked, ranking};
use crate::score::{Estimates, IntervalKind, Score, ScoreOptions, count, scored};
use crate::{AnalyticsError, Evidence};

/// How p-values are adjusted for the number of tests shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Controls the chance of any false finding.
    #[default]
    Holm,
    /// Benjamini–Hochberg: controls the expected share of false findings.
    Bh,
}

impl Correction {
    pub fn label(self) -> &'static str {
        match self {
            Self::Holm => "Holm",
            Self::Bh => "Benjamini–Hochberg",
        }
    }

    fn adjust(self, p: &[f64]) -> Result<Vec<f64>, assay_stats::StatsError> {
        match self {
            Self::Holm => holm(p),
            Self::Bh => benjamini_hochberg(p),
        }
    }
}

/// How groups are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareOptions {
    /// The scores shown beside the comparison, and level, resamples and seed of its intervals. The
    /// first k is the one compared.
    pub score: ScoreOptions,
    /// Key or label of the group each other is compared with; without it all pairs are tested.
    pub baseline: Option<String>,
    /// Adjusted p-values below it count as significant.
    pub alpha: f64,
    pub correction: Correction,
}

impl Default for CompareOptions {
    fn default() -> Self {
        Self {
            score: ScoreOptions::default(),
            baseline: None,
            alpha: 0.05,
            correction: Correction::Holm,
        }
    }
}

/// The test behind a p-value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestKind {
    McnemarExact,
    McnemarMidP,
    SignFlipExact,
    SignFlipMonteCarlo,
}

impl TestKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::McnemarExact => "McNemar, exact",
            Self::McnemarMidP => "McNemar, mid-p",
            Self::SignFlipExact => "sign-flip permutation, exact",
            Self::SignFlipMonteCarlo => "sign-flip permutation, Monte Carlo",
        }
    }
}

/// How lopsided the problems are that only one of two solved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Solved by `a` alone over solved by `b` alone; `None` when the latter is 0.
    pub odds_ratio: Option<f64>,
    /// Share of discordant problems that `a` solved, less one half; `None` when there are none.
    pub cohens_g: Option<f64>,
}

/// Two groups on the problems both have judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Keys of the two. With a baseline, `b` is the baseline; without, `a` scores at least as high.
    pub a: String,
    pub b: String,
    pub label_a: String,
    pub label_b: String,
    /// Problems both have a value for; source problems among them.
    pub n: u32,
    pub n_clusters: u32,
    /// pass@k of either on these problems.
    pub score_a: f64,
    pub score_b: f64,
    /// `score_a - score_b`, between -1 and 1, as the bounds are.
    pub diff: f64,
    pub low: f64,
    pub high: f64,
    pub level: f64,
    pub kind: IntervalKind,
    pub test: TestKind,
    /// Problems that `a` alone and `b` alone solved; for McNemar's test only.
    pub only_a: Option<u32>,
    pub only_b: Option<u32>,
    pub p: f64,
    pub p_adjusted: f64,
    /// Whether `p_adjusted` is below alpha. What is not significant is never shown as a win.
    pub significant: bool,
    /// For McNemar's test only.
    pub effect: Option<Effect>,
    /// What a comparison of this size can show; `None` below two source problems.
    pub power: Option<Power>,
    pub note: Option<String>,
}

/// What a reader of a comparison must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable, kebab-case: `dataset-versions-differ`, `no-common-problems`, `problems-not-common`,
    /// `incomplete-scores`, `nothing-to-compare`, `may-be-contaminated`, `not-cross-fitted`.
    pub code: String,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DatasetFacts {
    pub id: DatasetId,
    pub version: String,
}

/// A comparison of groups, with everything its figures and tables show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub by: GroupBy,
    /// The k of the compared pass@k.
    pub k: u32,
    pub level: f64,
    pub alpha: f64,
    pub correction: Correction,
    pub resamples: u32,
    pub seed: u64,
    pub baseline: Option<String>,
    pub datasets: Vec<DatasetFacts>,
    /// Problems that all groups have a value for.
    pub n_common: u32,
    /// Each group on its own problems, the best first.
    pub scores: Vec<Score>,
    /// All pairs, or each group with the baseline; in the order of the scores.
    pub pairs: Vec<Pair>,
    /// On the problems common to all, the best first; empty where there are none.
    pub ranking: Vec<Ranked>,
    pub warnings: Vec<Warning>,
}

impl Comparison {
    pub fn score(&self, key: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.key == key)
    }

    /// The pair of two keys, whichever stands first in it.
    pub fn pair(&self, one: &str, other: &str) -> Option<&Pair> {
        self.pairs
            .iter()
            .find(|p| (p.a == one && p.b == other) || (p.a == other && p.b == one))
    }
}

/// A group with its estimates at the compared k.
pub(crate) struct Contender {
    pub group: Group,
    pub estimates: Estimates,
    pub mean: Option<f64>,
}

/// Compares groups on the problems they share, pair by pair.
///
/// Difference: mean of per-problem differences with a paired BCa bootstrap over source problems.
/// Test: McNemar's where both have one judged sample per problem and no source problem comes twice;
/// otherwise the sign-flip permutation test of the source problems' summed differences. p-values are
/// adjusted over the pairs shown. Problems of different versions of a data set are never paired.
///
/// # Errors
/// As [`scores`](crate::scores); when the baseline is none of the groups, or alpha is no share.
pub fn compare(
    evidence: &Evidence,
    by: GroupBy,
    options: &CompareOptions,
) -> Result<Comparison, AnalyticsError> {
    check_share("alpha", options.alpha)?;
    let k = options.score.k.first().copied().unwrap_or(1);
    let groups = groups(evidence, by)?;
    let (mut scored, estimates) = scored(&groups, &options.score)?;
    let mut contenders = Vec::new();
    for (group, estimates) in groups.into_iter().zip(estimates) {
        let mean = (!estimates.is_empty())
            .then(|| estimates.values().map(|e| e.value).sum::<f64>() / estimates.len() as f64);
        contenders.push(Contender {
            group,
            estimates,
            mean,
        });
    }
    let baseline = match &options.baseline {
        None => None,
        Some(named) => Some(
            contenders
                .iter()
                .find(|c| c.group.key == *named)
                .or_else(|| contenders.iter().find(|c| c.group.label == *named))
                .map(|c| c.group.key.clone())
                .ok_or_else(|| AnalyticsError::UnknownBaseline { key: named.clone() })?,
        ),
    };
    // Best first; without a score last; equal ones by label, so that the order never depends on rows.
    contenders.sort_by(|a, b| {
        let value = |c: &Contender| c.mean.unwrap_or(-1.0);
        value(b)
            .total_cmp(&value(a))
            .then_with(|| a.group.label.cmp(&b.group.label))
    });
    let position: BTreeMap<String, usize> = contenders
        .iter()
        .enumerate()
        .map(|(i, c)| (c.group.key.clone(), i))
        .collect();
    scored.sort_by_key(|score| position.get(&score.key).copied());

    let mut warnings = Vec::new();
    let mut all_pairs = Vec::new();
    let places: Vec<(usize, usize)> = (0..contenders.len())
        .flat_map(|i| (i + 1..contenders.len()).map(move |j| (i, j)))
        .collect();
    for (&(i, j), found) in places.iter().zip(paired(&contenders, &places, options)?) {
        match found {
            Some(found) => all_pairs.push(found),
            None => warnings.push(not_paired(&contenders[i], &contenders[j])),
        }
    }
    adjust(&mut all_pairs, options)?;
    let (ranking, n_common) = ranking(&contenders, &all_pairs, options)?;

    let mut pairs = match &baseline {
        None => all_pairs,
        Some(baseline) => {
            let of_baseline = position[baseline];
            let places: Vec<(usize, usize)> = (0..contenders.len())
                .filter(|place| *place != of_baseline)
                .map(|place| (place, of_baseline))
                .collect();
            let mut with_baseline: Vec<Pair> = paired(&contenders, &places, options)?
                .into_iter()
                .flatten()
                .collect();
            adjust(&mut with_baseline, options)?;
            with_baseline
        }
    };
    add_power(&mut pairs, &contenders, k, options.alpha)?;
    warn(&contenders, &scored, n_common, &mut warnings);

    Ok(Comparison {
        by,
        k,
        level: options.score.level,
        alpha: options.alpha,
        correction: options.correction,
        resamples: options.score.resamples,
        seed: options.score.seed,
        baseline,
        datasets: dataset_facts(evidence),
        n_common,
        scores: scored,
        pairs,
        ranking,
        warnings,
    })
}

/// The data sets that the rows are of, each version once.
pub(crate) fn dataset_facts(evidence: &Evidence) -> Vec<DatasetFacts> {
    let with_rows: BTreeSet<_> = evidence.rows.iter().map(|row| &row.run).collect();
    let datasets: BTreeSet<DatasetFacts> = evidence
        .runs
        .iter()
        .filter(|run| with_rows.contains(&run.id))
        .map(|run| DatasetFacts {
            id: run.dataset.clone(),
            version: run.dataset_version.clone(),
        })
        .collect();
    datasets.into_iter().collect()
}

/// The pair, its p-value not yet adjusted.
pub(crate) fn pair(
    a: &Contender,
    b: &Contender,
    common: &Common<'_>,
    difference: &PairedDifference,
    options: &CompareOptions,
) -> Result<Pair, AnalyticsError> {
    let fail = |source| AnalyticsError::Stats {
        of: format!("{} against {}", a.group.label, b.group.label),
        source,
    };
    let Common {
        of_a,
        of_b,
        clusters,
        n_clusters,
        ..
    } = common;
    let (n, n_clusters) = (of_a.len(), *n_clusters);
    let bootstrap = options.score.bootstrap();
    let (kind, _, _) = IntervalKind::of(&difference.interval);

    let (test, p, discordant) = if common.is_single {
        let only = |x: &[f64], y: &[f64]| x.iter().zip(y).filter(|(x, y)| x > y).count() as u64;
        let found = mcnemar(only(of_a, of_b), only(of_b, of_a));
        let test = match found.variant {
            McNemarVariant::Exact => TestKind::McnemarExact,
            McNemarVariant::MidP => TestKind::McnemarMidP,
        };
        (test, found.p, Some((found.b, found.c)))
    } else {
        let mut sums = vec![0.0; n_clusters];
        for (i, cluster) in clusters.iter().enumerate() {
            sums[*cluster] += of_a[i] - of_b[i];
        }
        let found = sign_flip(&sums, bootstrap.resamples, bootstrap.seed).map_err(fail)?;
        let test = match found.method {
            SignFlipMethod::Exact { .. } => TestKind::SignFlipExact,
            SignFlipMethod::MonteCarlo { .. } => TestKind::SignFlipMonteCarlo,
        };
        (test, found.p, None)
    };
    let left_out = a.estimates.len() + b.estimates.len() - 2 * n;
    let mut notes = Vec::new();
    if left_out > 0 {
        notes.push(format!(
            "On the {n} problems both have judged; {left_out} that only one has are left out."
        ));
    }
    if kind == IntervalKind::WilsonUnseen {
        notes.push(
            "No two problems differ in their difference, so the interval is Wilson's bound on how \
             many may."
                .to_owned(),
        );
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
    Ok(Pair {
        a: a.group.key.clone(),
        b: b.group.key.clone(),
        label_a: a.group.label.clone(),
        label_b: b.group.label.clone(),
        n: count(n as u64),
        n_clusters: count(n_clusters as u64),
        score_a: mean(of_a),
        score_b: mean(of_b),
        diff: difference.mean,
        low: difference.interval.low,
        high: difference.interval.high,
        level: difference.interval.level,
        kind,
        test,
        only_a: discordant.map(|(b, _)| count(b)),
        only_b: discordant.map(|(_, c)| count(c)),
        p,
        p_adjusted: p,
        significant: false,
        power: None,
        effect: discordant.map(|(b, c)| {
            let effect = discordant_effect(b, c);
            Effect {
                odds_ratio: effect.odds_ratio,
                cohens_g: effect.cohens_g,
            }
        }),
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    })
}

pub(crate) fn adjust(pairs: &mut [Pair], options: &CompareOptions) -> Result<(), AnalyticsError> {
    let p: Vec<f64> = pairs.iter().map(|pair| pair.p).collect();
    let adjusted = options
        .correction
        .adjust(&p)
        .map_err(|source| AnalyticsError::Stats {
            of: "the pairs".to_owned(),
            source,
        })?;
    for (pair, adjusted) in pairs.iter_mut().zip(adjusted) {
        pair.p_adjusted = adjusted;
        pair.significant = adjusted < options.alpha;
    }
    Ok(())
}

/// Why two groups share no problem.
fn not_paired(a: &Contender, b: &Contender) -> Warning {
    let (label_a, label_b) = (&a.group.label, &b.group.label);
    let same_dataset_other_version = a.group.datasets.iter().any(|(id, version)| {
        b.group
            .datasets
            .iter()
            .any(|(other_id, other)| id == other_id && version != other)
    });
    if a.mean.is_none() || b.mean.is_none() {
        let without = if a.mean.is_none() { label_a } else { label_b };
        Warning {
            code: "nothing-to-compare".to_owned(),
            message: format!(
                "{label_a} and {label_b} are not compared: {without} has no judged problem."
            ),
        }
    } else if same_dataset_other_version && a.group.datasets.is_disjoint(&b.group.datasets) {
        Warning {
            code: "dataset-versions-differ".to_owned(),
            message: format!(
                "{label_a} and {label_b} are not compared: they were run on different versions of \
                 the data set."
            ),
        }
    } else {
        Warning {
            code: "no-common-problems".to_owned(),
            message: format!(
                "{label_a} and {label_b} are not compared: no problem is judged for both."
            ),
        }
    }
}

fn warn(contenders: &[Contender], scored: &[Score], n_common: u32, warnings: &mut Vec<Warning>) {
    let widest = contenders.iter().map(|c| c.estimates.len()).max();
    if let Some(widest) = widest
        && contenders.len() > 1
        && (n_common as usize) < widest
        // Two that share nothing are told by their pair; of three, each pair may share some.
        && (n_common > 0 || contenders.len() > 2)
    {
        let on_common = if n_common > 0 {
            "differences and ranks on common ones"
        } else {
            "differences on those a pair shares, and there are no ranks"
        };
        let fewest = contenders
            .iter()
            .min_by_key(|c| c.estimates.len())
            .map_or("", |c| c.group.label.as_str());
        warnings.push(Warning {
            code: "problems-not-common".to_owned(),
            message: format!(
                "Not all were judged on the same problems: {n_common} are common to all, the most \
                 any has is {widest}, {fewest} has the fewest. Scores are each on their own \
                 problems, {on_common}."
            ),
        });
    }
    let incomplete: Vec<&str> = scored
        .iter()
        .filter(|score| !score.incomplete.is_complete())
        .map(|score| score.label.as_str())
        .collect();
    if !incomplete.is_empty() {
        warnings.push(Warning {
            code: "incomplete-scores".to_owned(),
            message: format!(
                "Incomplete, because some samples are not judged: {}.",
                incomplete.join(", ")
            ),
        });
    }
}
