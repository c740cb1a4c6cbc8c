//! The difference of two series on the same problems.

use crate::bootstrap::{overall_mean, totals, totals_interval};
use crate::error::check_range;
use crate::proportion::wilson;
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
    if a.len() != b.len() {
        return Err(StatsError::LengthMismatch {
            what: "a paired difference",
            left: a.len(),
            right: b.len(),
        });
    }
    check_range("scores", a, 0.0, 1.0)?;
    check_range("scores", b, 0.0, 1.0)?;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let totals = totals(&differences, clusters)?;
    let mean = overall_mean(&totals);
    let interval = match totals_interval(&totals, bootstrap)? {
        Some(interval) => interval,
        None => {
            let unseen = wilson(0, totals.len() as u64, bootstrap.level)?.high;
            Interval {
                low: (mean - unseen * (mean + 1.0)).max(-1.0),
                high: (mean + unseen * (1.0 - mean)).min(1.0),
                level: bootstrap.level,
                method: IntervalMethod::WilsonOfUnseenDifference,
                is_fallback: true,
            }
        }
    };
    Ok(PairedDifference {
        n: differences.len(),
        mean,
        interval,
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
