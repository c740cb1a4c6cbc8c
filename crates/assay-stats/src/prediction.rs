//! How well a score predicts an outcome: the area under its ROC curve, and its calibration.

use std::collections::BTreeMap;

use crate::bootstrap::{FEWEST_RESAMPLES, bca_bounds, percentile_bounds};
use crate::error::{check_level, check_range};
use crate::proportion::wilson;
use crate::rng::Draws;
use crate::{Bootstrap, BootstrapMethod, Interval, StatsError};

/// The area under the ROC curve: how probably a random positive has a higher score than a random
/// negative, ties counting half. 0.5 is chance, 1 is perfect.
///
/// It is the Mann-Whitney U statistic divided by the number of pairs (Hanley and McNeil 1982,
/// doi:10.1148/radiology.143.1.7063747). Oracle: `sklearn.metrics.roc_auc_score`.
///
/// # Errors
/// When the lengths differ, a score is not finite, or there is no positive or no negative.
pub fn auc(scores: &[f64], positive: &[bool]) -> Result<f64, StatsError> {
    let order = ranked(scores, positive)?;
    let mut weights = vec![0_u32; scores.len()];
    weights.fill(1);
    weighted_auc(&order, scores, positive, &weights).ok_or(StatsError::TooFewValues {
        what: "an area under the ROC curve, of positives as of negatives,",
        needed: 1,
        given: 0,
    })
}

/// Interval of the [`auc`] by resampling whole clusters (`clusters[i]` labels the cluster of `scores[i]`;
/// without them each value is its own), percentile or BCa as [`Bootstrap`] says (Efron 1979, 1987).
///
/// `None` where resampling says nothing: fewer than two clusters, or no variation. Resamples without a
/// positive or without a negative have no area and are drawn again, at most as often as there are
/// resamples.
///
/// # Errors
/// As [`auc`]; with clusters of another length, too few resamples, or a level that is none.
pub fn auc_interval(
    scores: &[f64],
    positive: &[bool],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Option<Interval>, StatsError> {
    let estimate = auc(scores, positive)?;
    check_level(bootstrap.level)?;
    if bootstrap.resamples < FEWEST_RESAMPLES {
        return Err(StatsError::TooFewResamples {
            needed: FEWEST_RESAMPLES,
            given: bootstrap.resamples,
        });
    }
    let order = ranked(scores, positive)?;
    let members = members(scores.len(), clusters)?;
    let count = members.len();
    if count < 2 || u32::try_from(count).is_err() {
        return Ok(None);
    }
    let mut weights = vec![1_u32; scores.len()];
    let mut jackknife = Vec::with_capacity(count);
    for cluster in &members {
        cluster.iter().for_each(|i| weights[*i] = 0);
        jackknife.extend(weighted_auc(&order, scores, positive, &weights));
        cluster.iter().for_each(|i| weights[*i] = 1);
    }
    let mut distribution = Vec::with_capacity(bootstrap.resamples as usize);
    let mut draws = Draws::new(bootstrap.seed, 0);
    for _ in 0..2 * u64::from(bootstrap.resamples) {
        weights.fill(0);
        for _ in 0..count {
            for i in &members[draws.below(count as u32)] {
                weights[*i] += 1;
            }
        }
        distribution.extend(weighted_auc(&order, scores, positive, &weights));
        if distribution.len() == bootstrap.resamples as usize {
            break;
        }
    }
    distribution.sort_unstable_by(f64::total_cmp);
    let (Some(first), Some(last)) = (distribution.first(), distribution.last()) else {
        return Ok(None);
    };
    if last - first < 1e-14 {
        return Ok(None);
    }
    let bounds = match bootstrap.method {
        BootstrapMethod::Percentile => Some(percentile_bounds(&distribution, bootstrap.level)),
        BootstrapMethod::Bca => bca_bounds(estimate, &distribution, &jackknife, bootstrap.level),
    };
    Ok(bounds.map(|(low, high)| Interval {
        low,
        high,
        level: bootstrap.level,
        method: bootstrap.interval_method(),
        is_fallback: false,
    }))
}

/// One bin of a calibration (reliability) diagram.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalibrationBin {
    /// Scores in `[low, high)`; the last bin has its upper bound too.
    pub low: f64,
    pub high: f64,
    pub n: usize,
    /// Mean of the scores.
    pub predicted: f64,
    /// Share of the positives.
    pub observed: f64,
    /// Wilson's interval of that share.
    pub interval: Interval,
}

/// Scores in `[0, 1]` in `bins` bins of the same width, and what came of them; empty bins are left out
/// (DeGroot and Fienberg 1983). Oracle: `sklearn.calibration.calibration_curve(strategy="uniform")`,
/// which puts a score on a bound into the lower bin.
///
/// # Errors
/// When the lengths differ, without a score or a bin, with a score outside `[0, 1]`, or a level that is none.
pub fn calibration(
    scores: &[f64],
    positive: &[bool],
    bins: usize,
    level: f64,
) -> Result<Vec<CalibrationBin>, StatsError> {
    same_length(scores, positive)?;
    check_range("scores", scores, 0.0, 1.0)?;
    if scores.is_empty() || bins == 0 {
        return Err(StatsError::TooFewValues {
            what: "a calibration",
            needed: 1,
            given: 0,
        });
    }
    let mut sums = vec![(0_usize, 0.0, 0_usize); bins];
    for (score, is_positive) in scores.iter().zip(positive) {
        let bin = ((score.clamp(0.0, 1.0) * bins as f64) as usize).min(bins - 1);
        let (n, sum, hits) = &mut sums[bin];
        *n += 1;
        *sum += score;
        *hits += usize::from(*is_positive);
    }
    sums.into_iter()
        .enumerate()
        .filter(|(_, (n, ..))| *n > 0)
        .map(|(i, (n, sum, hits))| {
            Ok(CalibrationBin {
                low: i as f64 / bins as f64,
                high: (i + 1) as f64 / bins as f64,
                n,
                predicted: sum / n as f64,
                observed: hits as f64 / n as f64,
                interval: wilson(hits as u64, n as u64, level)?,
            })
        })
        .collect()
}

/// The mean squared distance of scores in `[0, 1]` from what came of them (Brier 1950); 0 is best. Oracle:
/// `sklearn.metrics.brier_score_loss`.
///
/// # Errors
/// When the lengths differ, without a score, or with one outside `[0, 1]`.
pub fn brier_score(scores: &[f64], positive: &[bool]) -> Result<f64, StatsError> {
    same_length(scores, positive)?;
    check_range("scores", scores, 0.0, 1.0)?;
    if scores.is_empty() {
        return Err(StatsError::TooFewValues {
            what: "a Brier score",
            needed: 1,
            given: 0,
        });
    }
    let sum: f64 = scores
        .iter()
        .zip(positive)
        .map(|(s, p)| (s - f64::from(u8::from(*p))).powi(2))
        .sum();
    Ok(sum / scores.len() as f64)
}

fn same_length(scores: &[f64], positive: &[bool]) -> Result<(), StatsError> {
    if scores.len() == positive.len() {
        return Ok(());
    }
    Err(StatsError::LengthMismatch {
        what: "a prediction",
        left: scores.len(),
        right: positive.len(),
    })
}

/// The places of the scores, from the lowest score up.
fn ranked(scores: &[f64], positive: &[bool]) -> Result<Vec<usize>, StatsError> {
    same_length(scores, positive)?;
    check_range("scores", scores, f64::MIN, f64::MAX)?;
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    Ok(order)
}

fn members(n: usize, clusters: Option<&[usize]>) -> Result<Vec<Vec<usize>>, StatsError> {
    let Some(clusters) = clusters else {
        return Ok((0..n).map(|i| vec![i]).collect());
    };
    if clusters.len() != n {
        return Err(StatsError::LengthMismatch {
            what: "a clustered bootstrap",
            left: n,
            right: clusters.len(),
        });
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, cluster) in clusters.iter().enumerate() {
        members.entry(*cluster).or_default().push(i);
    }
    Ok(members.into_values().collect())
}

/// The area where each value counts as often as its weight; `None` without a pair.
fn weighted_auc(
    order: &[usize],
    scores: &[f64],
    positive: &[bool],
    weights: &[u32],
) -> Option<f64> {
    let (mut below, mut wins, mut positives) = (0.0, 0.0, 0.0);
    let mut at = 0;
    while at < order.len() {
        let score = scores[order[at]];
        let (mut tied_positive, mut tied_negative) = (0.0, 0.0);
        while at < order.len() && scores[order[at]] == score {
            let weight = f64::from(weights[order[at]]);
            if positive[order[at]] {
                tied_positive += weight;
            } else {
                tied_negative += weight;
            }
            at += 1;
        }
        wins += tied_positive * (below + tied_negative / 2.0);
        positives += tied_positive;
        below += tied_negative;
    }
    let pairs = positives * below;
    (pairs > 0.0).then(|| wins / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn order_alone_decides_and_ties_count_half() {
        let positive = [false, false, true, true];
        assert_eq!(auc(&[0.1, 0.2, 0.3, 0.4], &positive).unwrap(), 1.0);
        assert_eq!(auc(&[4.0, 3.0, 2.0, 1.0], &positive).unwrap(), 0.0);
        assert_eq!(auc(&[0.5; 4], &positive).unwrap(), 0.5);
        assert_eq!(auc(&[0.1, 0.3, 0.3, 0.4], &positive).unwrap(), 0.875);
    }

    #[test]
    fn what_is_undefined_is_refused() {
        assert!(auc(&[0.1, 0.2], &[true, true]).is_err());
        assert!(auc(&[0.1, f64::NAN], &[true, false]).is_err());
        assert!(auc(&[0.1], &[true, false]).is_err());
        assert!(calibration(&[0.1, 1.2], &[true, false], 10, 0.95).is_err());
        assert!(calibration(&[], &[], 10, 0.95).is_err());
        assert!(calibration(&[0.1], &[true], 0, 0.95).is_err());
        assert!(brier_score(&[], &[]).is_err());
        let few = Bootstrap {
            resamples: 10,
            ..Bootstrap::default()
        };
        assert!(auc_interval(&[0.1, 0.2], &[true, false], None, &few).is_err());
        let one = auc_interval(
            &[0.1, 0.2],
            &[true, false],
            Some(&[1, 1]),
            &Bootstrap::default(),
        );
        assert_eq!(one, Ok(None));
        assert!(
            auc_interval(
                &[0.1, 0.2],
                &[true, false],
                Some(&[1]),
                &Bootstrap::default()
            )
            .is_err()
        );
    }

    #[test]
    fn clusters_that_move_together_widen_the_interval() {
        let scores: Vec<f64> = (0..120).map(|i| f64::from(i / 4 * 7 % 30)).collect();
        let positive: Vec<bool> = (0..120).map(|i| i / 4 * 7 % 30 + i / 4 % 5 > 16).collect();
        let clusters: Vec<usize> = (0..120).map(|i| i / 4).collect();
        let bootstrap = Bootstrap {
            resamples: 2_000,
            ..Bootstrap::default()
        };
        let width = |clusters| {
            auc_interval(&scores, &positive, clusters, &bootstrap)
                .unwrap()
                .unwrap()
                .width()
        };
        assert!(width(Some(&clusters[..])) > 1.5 * width(None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn turning_the_scores_round_turns_the_area_round(pairs in prop::collection::vec((0_u8..9, any::<bool>()), 2..60)) {
            let scores: Vec<f64> = pairs.iter().map(|p| f64::from(p.0) / 8.0).collect();
            let positive: Vec<bool> = pairs.iter().map(|p| p.1).collect();
            if let Ok(area) = auc(&scores, &positive) {
                let turned: Vec<f64> = scores.iter().map(|s| 1.0 - s).collect();
                prop_assert!((area + auc(&turned, &positive).unwrap() - 1.0).abs() < 1e-12);
                let bins = calibration(&scores, &positive, 5, 0.95).unwrap();
                prop_assert_eq!(bins.iter().map(|b| b.n).sum::<usize>(), scores.len());
                let bootstrap = Bootstrap { resamples: 100, ..Bootstrap::default() };
                if let Some(interval) = auc_interval(&scores, &positive, None, &bootstrap).unwrap() {
                    prop_assert!(0.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0);
                }
            }
        }
    }
}
