//! Wald's sequential test of a share, for stopping when enough is known.

use crate::StatsError;

/// What a sequential test says so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequential {
    /// The share is at most `low`.
    Low,
    /// The share is at least `high`.
    High,
    /// Neither can be said yet.
    GoOn,
}

/// Wald's sequential probability ratio test of a share of successes (Wald 1945, "Sequential Tests of Statistical
/// Hypotheses", Ann. Math. Statist. 16(2), doi:10.1214/aoms/1177731118).
///
/// `successes` of `n` draws so far; `low` and `high` are the two shares it decides between, `error` bounds the chance of
/// deciding for `high` where the share is `low`, and of `low` where it is `high`. With
/// `r = c ln(high/low) + (n - c) ln((1-high)/(1-low))` and `b = ln((1-error)/error)` it decides for `high` where `r >= b`,
/// for `low` where `r <= -b`. Wald's bounds hold for both errors together: `alpha + beta <= 2 error`, each at most
/// `error / (1 - error)`.
///
/// A share estimated from draws that were stopped so is biased away from the middle: it says which problems are easy
/// and which hopeless, and is no unbiased pass rate.
///
/// # Errors
/// [`StatsError::OutOfRange`] unless `0 < low < high < 1` and `0 < error < 0.5`;
/// [`StatsError::MorePassedThanJudged`].
pub fn sequential_share(
    successes: u64,
    n: u64,
    low: f64,
    high: f64,
    error: f64,
) -> Result<Sequential, StatsError> {
    if successes > n {
        return Err(StatsError::MorePassedThanJudged { n, c: successes });
    }
    let range = |what, value, low, high| StatsError::OutOfRange {
        what,
        low,
        high,
        index: 0,
        value,
    };
    if !(low > 0.0 && low < 1.0) {
        return Err(range("the lower share of a sequential test", low, 0.0, 1.0));
    }
    if !(high > low && high < 1.0) {
        return Err(range(
            "the upper share of a sequential test",
            high,
            low,
            1.0,
        ));
    }
    if !(error > 0.0 && error < 0.5) {
        return Err(range("the error of a sequential test", error, 0.0, 0.5));
    }
    let gain = (high / low).ln();
    let loss = ((1.0 - high) / (1.0 - low)).ln();
    let ratio = successes as f64 * gain + (n - successes) as f64 * loss;
    let bound = ((1.0 - error) / error).ln();
    Ok(if ratio >= bound {
        Sequential::High
    } else if ratio <= -bound {
        Sequential::Low
    } else {
        Sequential::GoOn
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_undefined() {
        for (low, high, error) in [
            (0.0, 0.5, 0.05),
            (0.5, 0.5, 0.05),
            (0.6, 0.5, 0.05),
            (0.1, 1.0, 0.05),
            (0.1, 0.5, 0.0),
            (0.1, 0.5, 0.5),
            (f64::NAN, 0.5, 0.05),
        ] {
            assert!(
                sequential_share(1, 2, low, high, error).is_err(),
                "{low} {high} {error}"
            );
        }
        assert!(sequential_share(3, 2, 0.1, 0.5, 0.05).is_err());
    }

    #[test]
    fn two_of_two_are_many_and_none_of_six_are_few() {
        let test = |c, n| sequential_share(c, n, 0.1, 0.5, 0.05).unwrap();
        assert_eq!(test(0, 0), Sequential::GoOn);
        assert_eq!(test(1, 1), Sequential::GoOn);
        assert_eq!(test(2, 2), Sequential::High);
        assert_eq!(test(0, 5), Sequential::GoOn);
        assert_eq!(test(0, 6), Sequential::Low);
    }

    /// The chance of each decision, exactly: the walk over all counts of draws, to an end that is as good as certain.
    fn chances(share: f64, low: f64, high: f64, error: f64) -> (f64, f64) {
        let (mut below, mut above) = (0.0, 0.0);
        let mut at = vec![1.0_f64];
        for n in 1_u64..2_000 {
            let mut next = vec![0.0; at.len() + 1];
            for (c, chance) in at.iter().enumerate() {
                next[c] += chance * (1.0 - share);
                next[c + 1] += chance * share;
            }
            for (c, chance) in next.iter_mut().enumerate() {
                match sequential_share(c as u64, n, low, high, error).unwrap() {
                    Sequential::Low => below += std::mem::take(chance),
                    Sequential::High => above += std::mem::take(chance),
                    Sequential::GoOn => {}
                }
            }
            at = next;
            if at.iter().sum::<f64>() < 1e-12 {
                break;
            }
        }
        (below, above)
    }

    #[test]
    fn its_errors_are_within_walds_bounds() {
        for (low, high, error) in [(0.1, 0.5, 0.05), (0.2, 0.4, 0.1), (0.05, 0.9, 0.01)] {
            let most = error / (1.0 - error);
            let (right, wrong) = chances(low, low, high, error);
            assert!(
                wrong <= most + 1e-9 && (right + wrong - 1.0).abs() < 1e-9,
                "{wrong}"
            );
            let (wrong_too, right) = chances(high, low, high, error);
            assert!(wrong_too <= most + 1e-9 && (right + wrong_too - 1.0).abs() < 1e-9);
            assert!(wrong + wrong_too <= 2.0 * error + 1e-9);
        }
    }

    proptest! {
        #[test]
        fn another_success_never_speaks_for_low(c in 0_u64..50, more in 0_u64..50, low in 0.01..0.5_f64, wide in 0.01..0.49_f64) {
            let n = c + more;
            let order = |s| match s { Sequential::Low => 0, Sequential::GoOn => 1, Sequential::High => 2 };
            let before = sequential_share(c, n, low, low + wide, 0.05).unwrap();
            let after = sequential_share(c + 1, n + 1, low, low + wide, 0.05).unwrap();
            prop_assert!(order(after) >= order(before));
        }
    }
}
