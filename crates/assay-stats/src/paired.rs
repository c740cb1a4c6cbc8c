//! The difference of two series on the same problems.

use crate::bootstrap::{clustered_intervals, one};
use crate::error::{check_range, unknown_series};
use crate::proportion::wilson;
use crate::resample::Clustered;
use crate::{Bootstrap, Interval, IntervalMethod, StatsError};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedDifference {
    /// Pairs it stands on.
    pub n: usize,
    /// Mean of `a[i] - b[i]`: positive when the first is better.
    pub mean: f64,
    pub interval: Interval,
}

/// Mean difference of per-problem scores in `[0, 1]`, with the interval of a paired bootstrap over
/// problems (Efron 1987; `scipy.stats.bootstrap(paired=True)`), whole clusters resampled as in
/// [`crate::mean_interval`].
///
/// Where every cluster differs by the same `d` (two series that agree on all problems), resampling
/// shows no variation. The answer is then the interval that n such clusters allow: with `u` Wilson's
/// upper bound for 0 of n, at most a share `u` of all problems may differ otherwise, each by what is
/// possible, so the mean lies in `[d - u (d + 1), d + u (1 - d)]`. It is marked as a fallback.
///
/// # Errors
/// When the lengths differ, without a pair, with a score outside `[0, 1]`, and as
/// [`crate::mean_interval`].
pub fn paired_difference(
    a: &[f64],
    b: &[f64],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<PairedDifference, StatsError> {
    one(differences(&[(a, b)], clusters, bootstrap)?)
}

/// Differences of several pairs of series on the same problems: for each pair what [`paired_difference`] answers, but
/// the problems are drawn once for all.
///
/// `series[s][i]` is the score of series `s` on problem `i`, and each pair `(s, t)` asks for `s` less `t`. Answers in the
/// order of the pairs.
///
/// # Errors
/// As [`paired_difference`], without a pair, and when a pair names a series that is not there.
pub fn paired_differences<S: AsRef<[f64]>>(
    series: &[S],
    pairs: &[(usize, usize)],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Vec<PairedDifference>, StatsError> {
    let of = |s: usize| {
        series
            .get(s)
            .map(AsRef::as_ref)
            .ok_or_else(|| unknown_series(s, series.len()))
    };
    let pairs: Vec<(&[f64], &[f64])> = pairs
        .iter()
        .map(|(s, t)| Ok((of(*s)?, of(*t)?)))
        .collect::<Result<_, StatsError>>()?;
    differences(&pairs, clusters, bootstrap)
}

fn differences(
    pairs: &[(&[f64], &[f64])],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Vec<PairedDifference>, StatsError> {
    let mut differences: Vec<Vec<f64>> = Vec::with_capacity(pairs.len());
    for (a, b) in pairs {
        if a.len() != b.len() {
            return Err(StatsError::LengthMismatch {
                what: "a paired difference",
                left: a.len(),
                right: b.len(),
            });
        }
        check_range("scores", a, 0.0, 1.0)?;
        check_range("scores", b, 0.0, 1.0)?;
        differences.push(a.iter().zip(*b).map(|(a, b)| a - b).collect());
    }
    let clustered = Clustered::new(&differences, clusters)?;
    clustered_intervals(&clustered, bootstrap)?
        .into_iter()
        .enumerate()
        .map(|(pair, interval)| {
            let mean = clustered.mean(pair);
            let interval = match interval {
                Some(interval) => interval,
                None => unseen(mean, clustered.clusters(), bootstrap.level)?,
            };
            Ok(PairedDifference {
                n: differences[pair].len(),
                mean,
                interval,
            })
        })
        .collect()
}

/// The interval around a difference that is the same in all of `n` clusters.
fn unseen(mean: f64, n: usize, level: f64) -> Result<Interval, StatsError> {
    let unseen = wilson(0, n as u64, level)?.high;
    Ok(Interval {
        low: (mean - unseen * (mean + 1.0)).max(-1.0),
        high: (mean + unseen * (1.0 - mean)).min(1.0),
        level,
        method: IntervalMethod::WilsonOfUnseenDifference,
        is_fallback: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_that_agree_on_all_may_still_differ_a_little() {
        let same = [1.0, 0.0, 1.0, 1.0];
        let found = paired_difference(&same, &same, None, &Bootstrap::default()).unwrap();
        assert_eq!(found.mean, 0.0);
        assert!(found.interval.is_fallback);
        assert_eq!(found.interval.high, wilson(0, 4, 0.95).unwrap().high);
        assert_eq!(found.interval.low, -found.interval.high);
    }

    #[test]
    fn refuses_series_of_unequal_length_and_none() {
        let default = Bootstrap::default();
        assert!(paired_difference(&[1.0], &[1.0, 0.0], None, &default).is_err());
        assert!(paired_difference(&[], &[], None, &default).is_err());
        assert!(paired_difference(&[2.0], &[1.0], None, &default).is_err());
    }

    #[test]
    fn pairs_that_are_drawn_together_are_what_each_is_alone() {
        let series: Vec<Vec<f64>> = (1..5)
            .map(|s| (0..12).map(|i| f64::from(i * s % 5) / 4.0).collect())
            .collect();
        let clusters: Vec<usize> = (0..12).map(|i| i / 2).collect();
        let bootstrap = Bootstrap {
            resamples: 500,
            ..Bootstrap::default()
        };
        let pairs = [(0, 1), (3, 2), (2, 2)];
        let found = paired_differences(&series, &pairs, Some(&clusters), &bootstrap).unwrap();
        for (found, (s, t)) in found.iter().zip(pairs) {
            let alone = paired_difference(&series[s], &series[t], Some(&clusters), &bootstrap);
            assert_eq!(*found, alone.unwrap());
        }
        assert!(found[2].interval.is_fallback);
        assert!(paired_differences(&series, &[(0, 4)], None, &bootstrap).is_err());
        assert!(paired_differences(&series, &[], None, &bootstrap).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn turning_the_pair_turns_the_sign(pairs in prop::collection::vec((0_u8..=4, 0_u8..=4), 1..30)) {
            let a: Vec<f64> = pairs.iter().map(|p| f64::from(p.0) / 4.0).collect();
            let b: Vec<f64> = pairs.iter().map(|p| f64::from(p.1) / 4.0).collect();
            let bootstrap = Bootstrap { resamples: 400, ..Bootstrap::default() };
            let ab = paired_difference(&a, &b, None, &bootstrap).unwrap();
            let ba = paired_difference(&b, &a, None, &bootstrap).unwrap();
            prop_assert!((ab.mean + ba.mean).abs() < 1e-12);
            prop_assert!((ab.interval.low + ba.interval.high).abs() < 1e-9, "{:?} {:?}", ab, ba);
            prop_assert!(-1.0 <= ab.interval.low && ab.interval.low <= ab.interval.high && ab.interval.high <= 1.0);
        }
    }
}
