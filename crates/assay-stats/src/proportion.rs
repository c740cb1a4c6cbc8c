//! Intervals of a proportion: `passed` of `n` problems, one sample each.

use crate::error::{check_level, check_range};
use crate::special::{beta_quantile, critical_value};
use crate::{Interval, IntervalMethod, StatsError};

fn check(passed: u64, n: u64, level: f64) -> Result<(), StatsError> {
    check_level(level)?;
    if n == 0 {
        return Err(StatsError::TooFewValues {
            what: "the interval of a proportion",
            needed: 1,
            given: 0,
        });
    }
    if passed > n {
        return Err(StatsError::MorePassedThanJudged { n, c: passed });
    }
    Ok(())
}

/// Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001), without continuity
/// correction. Assay's default for one sample per problem: at a benchmark's size intervals from the
/// central limit theorem are too narrow (arXiv:2503.01747).
///
/// # Errors
/// When `n` is 0, `passed > n`, or the level is not strictly between 0 and 1.
pub fn wilson(passed: u64, n: u64, level: f64) -> Result<Interval, StatsError> {
    check(passed, n, level)?;
    let (low, high) = wilson_bounds(passed as f64 / n as f64, n as f64, level);
    Ok(Interval {
        // At the ends the formula gives exactly 0 and 1 but for rounding.
        low: if passed == 0 { 0.0 } else { low },
        high: if passed == n { 1.0 } else { high },
        level,
        method: IntervalMethod::Wilson,
        is_fallback: false,
    })
}

/// Wilson's interval around the share `p` of `n` problems, where `p * n` need not be whole.
pub(crate) fn wilson_of_share(p: f64, n: usize, level: f64) -> Result<Interval, StatsError> {
    check_level(level)?;
    check_range("a share", &[p], 0.0, 1.0)?;
    let p = p.clamp(0.0, 1.0);
    let (low, high) = wilson_bounds(p, n as f64, level);
    Ok(Interval {
        low: if p == 0.0 { 0.0 } else { low },
        high: if p == 1.0 { 1.0 } else { high },
        level,
        method: IntervalMethod::Wilson,
        is_fallback: true,
    })
}

fn wilson_bounds(p: f64, n: f64, level: f64) -> (f64, f64) {
    let z = critical_value(level);
    let z2 = z * z;
    let denominator = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / denominator;
    let half = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / denominator;
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// Clopper and Pearson's exact interval (1934): never covers less than the level, often more.
///
/// # Errors
/// As [`wilson`].
pub fn clopper_pearson(passed: u64, n: u64, level: f64) -> Result<Interval, StatsError> {
    check(passed, n, level)?;
    let tail = (1.0 - level) / 2.0;
    let (c, f) = (passed as f64, (n - passed) as f64);
    Ok(Interval {
        low: if passed == 0 {
            0.0
        } else {
            beta_quantile(c, f + 1.0, tail)
        },
        high: if passed == n {
            1.0
        } else {
            beta_quantile(c + 1.0, f, 1.0 - tail)
        },
        level,
        method: IntervalMethod::ClopperPearson,
        is_fallback: false,
    })
}

/// Jeffreys' interval: the equal-tailed credible interval of Beta(passed + 1/2, failed + 1/2)
/// (Brown, Cai and DasGupta 2001, without their change at the ends, as statsmodels has it: the
/// interval of 0 or n passed does not reach 0 or 1).
///
/// # Errors
/// As [`wilson`].
pub fn jeffreys(passed: u64, n: u64, level: f64) -> Result<Interval, StatsError> {
    check(passed, n, level)?;
    let tail = (1.0 - level) / 2.0;
    let (a, b) = (passed as f64 + 0.5, (n - passed) as f64 + 0.5);
    Ok(Interval {
        low: beta_quantile(a, b, tail),
        high: beta_quantile(a, b, 1.0 - tail),
        level,
        method: IntervalMethod::Jeffreys,
        is_fallback: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_no_problems_and_impossible_counts() {
        for interval in [wilson, clopper_pearson, jeffreys] {
            assert!(interval(0, 0, 0.95).is_err());
            assert!(interval(4, 3, 0.95).is_err());
            for level in [0.0, 1.0, -1.0, f64::NAN] {
                assert!(interval(1, 3, level).is_err());
            }
        }
    }

    #[test]
    fn all_passed_is_not_certainty() {
        let interval = wilson(20, 20, 0.95).unwrap();
        assert!((interval.low - 0.8389).abs() < 5e-5 && interval.high == 1.0);
    }

    proptest! {
        #[test]
        fn holds_the_share_mirrors_and_widens_with_the_level(n in 1_u64..2_000, c in 0_u64..2_000) {
            let c = c.min(n);
            let share = c as f64 / n as f64;
            for of in [wilson, clopper_pearson] {
                let here = of(c, n, 0.95).unwrap();
                prop_assert!(here.contains(share), "{here:?} {share}");
                let mirror = of(n - c, n, 0.95).unwrap();
                prop_assert!((here.low - (1.0 - mirror.high)).abs() < 1e-10);
                prop_assert!(of(c, n, 0.99).unwrap().width() >= here.width());
            }
            let credible = jeffreys(c, n, 0.95).unwrap();
            prop_assert!(0.0 <= credible.low && credible.low < credible.high && credible.high <= 1.0);
        }
    }
}
