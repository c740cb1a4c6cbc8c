//! Whether scores rise or fall over time, and how fast.

use crate::error::{check_level, check_range};
use crate::special::{critical_value, normal_cdf};
use crate::{StatsError, median};

/// Up to this many values without ties, the p-value is exact.
pub const EXACT_TREND_UP_TO: usize = 33;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendMethod {
    /// Over all orders of the values.
    Exact,
    /// By the normal approximation, its variance corrected for ties.
    Normal,
}

/// A monotone trend over time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    pub n: usize,
    /// Mann and Kendall's S: pairs that rise less pairs that fall.
    pub s: i64,
    /// Kendall's tau-b, from -1 (always falls) to 1 (always rises); `None` where all values are equal.
    pub tau: Option<f64>,
    pub method: TrendMethod,
    /// Two-sided p-value; 1 where all values are equal.
    pub p: f64,
    /// Theil and Sen's slope: the median of the slopes of all pairs, in units of the values per unit of time.
    pub slope: f64,
    /// The line's value at time 0: median value less slope times median time.
    pub intercept: f64,
    /// Sen's interval of the slope (low, high); `None` where all values are equal, which leaves it no width.
    pub interval: Option<(f64, f64)>,
    pub level: f64,
}

/// Mann and Kendall's test for a trend (Mann 1945, doi:10.2307/1907187; Kendall 1970, "Rank correlation methods") with Theil
/// and Sen's slope and its interval (Sen 1968, doi:10.1080/01621459.1968.10480934, equation 2.6).
///
/// `values[i]` was measured at `times[i]`, in any unit and any order; several may have the same time. p is exact up to
/// [`EXACT_TREND_UP_TO`] values without ties in either, else from the normal approximation with the variance of S corrected
/// for ties, without a correction for continuity. `level` is that of the interval, such as 0.95. Time and memory grow with
/// the square of n. Oracles: `scipy.stats.kendalltau`, `scipy.stats.theilslopes`.
///
/// # Errors
/// When the lengths differ, with fewer than three values, with a time or value that is not finite, where all times are
/// equal, or with a level that is none.
pub fn trend(times: &[f64], values: &[f64], level: f64) -> Result<Trend, StatsError> {
    check_level(level)?;
    let n = values.len();
    if times.len() != n {
        return Err(StatsError::LengthMismatch {
            what: "a trend",
            left: times.len(),
            right: n,
        });
    }
    if n < 3 {
        return Err(StatsError::TooFewValues {
            what: "a trend",
            needed: 3,
            given: n,
        });
    }
    check_range("times", times, f64::MIN, f64::MAX)?;
    check_range("values", values, f64::MIN, f64::MAX)?;
    let mut slopes = Vec::with_capacity(n * (n - 1) / 2);
    let mut s = 0_i64;
    for i in 0..n {
        for j in 0..i {
            let (time, value) = (times[i] - times[j], values[i] - values[j]);
            if time != 0.0 {
                slopes.push(value / time);
                s += if value == 0.0 {
                    0
                } else if (value > 0.0) == (time > 0.0) {
                    1
                } else {
                    -1
                };
            }
        }
    }
    slopes.sort_unstable_by(f64::total_cmp);
    let (Some(slope), Some(median_time), Some(median_value)) =
        (median(&slopes), median(times), median(values))
    else {
        return Err(StatsError::NoVariation {
            what: "a trend over time",
        });
    };
    let (of_times, of_values) = (Ties::of(times), Ties::of(values));
    let pairs = (n * (n - 1) / 2) as f64;
    let is_constant = of_values.pairs == pairs;
    let tau = (!is_constant).then(|| {
        let divisor = (pairs - of_times.pairs).sqrt() * (pairs - of_values.pairs).sqrt();
        (s as f64 / divisor).clamp(-1.0, 1.0)
    });
    let has_ties = of_times.pairs + of_values.pairs > 0.0;
    let (method, p) = if is_constant {
        (TrendMethod::Normal, 1.0)
    } else if n <= EXACT_TREND_UP_TO && !has_ties {
        (TrendMethod::Exact, exact_p(n, s))
    } else {
        let z = s as f64 / variance(n, &of_times, &of_values).sqrt();
        (TrendMethod::Normal, 2.0 * normal_cdf(-z.abs()))
    };
    Ok(Trend {
        n,
        s,
        tau,
        method,
        p,
        slope,
        intercept: median_value - slope * median_time,
        interval: (!is_constant).then(|| sen(&slopes, n, &of_times, &of_values, level)),
        level,
    })
}

/// Sums over the groups of equal values of a sample, t of them in a group.
struct Ties {
    /// t (t - 1) / 2
    pairs: f64,
    /// t (t - 1) (t - 2)
    triples: f64,
    /// t (t - 1) (2 t + 5)
    weighted: f64,
}

impl Ties {
    fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut ties = Self {
            pairs: 0.0,
            triples: 0.0,
            weighted: 0.0,
        };
        for tied in sorted.chunk_by(|a, b| a == b) {
            let t = tied.len() as f64;
            ties.pairs += t * (t - 1.0) / 2.0;
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.weighted += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

/// Variance of S where there is no trend, with ties in times and values (Kendall 1970).
fn variance(n: usize, times: &Ties, values: &Ties) -> f64 {
    let n = n as f64;
    let m = n * (n - 1.0);
    (m * (2.0 * n + 5.0) - times.weighted - values.weighted) / 18.0
        + 2.0 * times.pairs * values.pairs / m
        + times.triples * values.triples / (9.0 * m * (n - 2.0))
}

/// Two-sided p of S over all orders of n different values: the share of orders with an |S| as large.
fn exact_p(n: usize, s: i64) -> f64 {
    let pairs = n * (n - 1) / 2;
    // chances[d]: that d pairs fall, built up value by value: the next one makes 0 to size - 1 new falling pairs.
    let mut chances = vec![1.0];
    for size in 2..=n {
        let mut next = vec![0.0; chances.len() + size - 1];
        for (falling, chance) in chances.iter().enumerate() {
            for more in &mut next[falling..falling + size] {
                *more += chance / size as f64;
            }
        }
        chances = next;
    }
    let fewer = (pairs - usize::try_from(s.unsigned_abs()).unwrap_or(pairs)) / 2;
    (2.0 * chances[..=fewer].iter().sum::<f64>()).min(1.0)
}

/// Sen's interval of the slope from the ascending slopes.
fn sen(slopes: &[f64], n: usize, times: &Ties, values: &Ties, level: f64) -> (f64, f64) {
    let m = n as f64;
    let variance =
        (m * (m - 1.0) * (2.0 * m + 5.0) - times.weighted - values.weighted).max(0.0) / 18.0;
    let reach = critical_value(level) * variance.sqrt();
    let count = slopes.len() as f64;
    let last = slopes.len() - 1;
    let low = ((count - reach) / 2.0).round_ties_even() - 1.0;
    let high = ((count + reach) / 2.0).round_ties_even();
    (
        slopes[(low.max(0.0) as usize).min(last)],
        slopes[(high.max(0.0) as usize).min(last)],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_always_rises_has_tau_one() {
        let times = [1.0, 2.0, 4.0, 8.0];
        let found = trend(&times, &[0.1, 0.2, 0.4, 0.8], 0.95).unwrap();
        assert_eq!((found.s, found.tau), (6, Some(1.0)));
        // Two orders of 24 are as extreme.
        assert!((found.p - 2.0 / 24.0).abs() < 1e-15);
        assert!((found.slope - 0.1).abs() < 1e-12 && found.intercept.abs() < 1e-12);
    }

    #[test]
    fn what_does_not_change_has_no_trend() {
        let found = trend(&[1.0, 2.0, 3.0], &[0.5; 3], 0.95).unwrap();
        assert_eq!((found.s, found.tau, found.p), (0, None, 1.0));
        assert_eq!((found.slope, found.intercept), (0.0, 0.5));
        assert_eq!(found.interval, None);
    }

    #[test]
    fn refuses_what_has_no_time() {
        assert!(trend(&[1.0, 2.0], &[0.1, 0.2], 0.95).is_err());
        assert!(trend(&[1.0, 2.0, 3.0], &[0.1, 0.2], 0.95).is_err());
        assert!(trend(&[1.0; 3], &[0.1, 0.2, 0.3], 0.95).is_err());
        assert!(trend(&[1.0, f64::NAN, 2.0], &[0.1, 0.2, 0.3], 0.95).is_err());
        assert!(trend(&[1.0, 2.0, 3.0], &[0.1, 0.2, f64::INFINITY], 0.95).is_err());
        assert!(trend(&[1.0, 2.0, 3.0], &[0.1, 0.2, 0.3], 1.0).is_err());
    }

    proptest! {
        #[test]
        fn turning_time_turns_the_trend(points in prop::collection::vec((0_u8..20, 0_u8..20), 3..50)) {
            let times: Vec<f64> = points.iter().map(|p| f64::from(p.0)).collect();
            let values: Vec<f64> = points.iter().map(|p| f64::from(p.1) / 20.0).collect();
            let Ok(found) = trend(&times, &values, 0.95) else {
                prop_assert!(times.iter().all(|t| *t == times[0]));
                return Ok(());
            };
            prop_assert!((0.0..=1.0).contains(&found.p));
            prop_assert!(found.tau.is_none_or(|tau| tau.abs() <= 1.0));
            if let Some((low, high)) = found.interval {
                prop_assert!(low <= found.slope && found.slope <= high);
            }
            let back: Vec<f64> = times.iter().map(|t| -t).collect();
            let turned = trend(&back, &values, 0.95).unwrap();
            prop_assert_eq!(turned.s, -found.s);
            prop_assert!((turned.p - found.p).abs() < 1e-12 && (turned.slope + found.slope).abs() < 1e-12);
            // A line that is added is added to the slope.
            let tilted: Vec<f64> = times.iter().zip(&values).map(|(t, v)| v + 3.0 * t).collect();
            prop_assert!((trend(&times, &tilted, 0.95).unwrap().slope - found.slope - 3.0).abs() < 1e-9);
        }

        #[test]
        fn the_exact_p_counts_orders(order in Just([0_usize, 1, 2, 3, 4, 5]).prop_shuffle()) {
            fn orders(rest: &[usize], done: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
                if rest.is_empty() {
                    visit(done);
                }
                for i in 0..rest.len() {
                    let mut left = rest.to_vec();
                    done.push(left.remove(i));
                    orders(&left, done, visit);
                    done.pop();
                }
            }
            let s = |order: &[usize]| -> i64 {
                (0..6).flat_map(|i| (0..i).map(move |j| (i, j)))
                    .map(|(i, j)| if order[i] > order[j] { 1 } else { -1 })
                    .sum()
            };
            let (mut all, mut as_extreme) = (0.0, 0.0);
            orders(&[0, 1, 2, 3, 4, 5], &mut Vec::new(), &mut |other| {
                all += 1.0;
                as_extreme += f64::from(u8::from(s(other).abs() >= s(&order).abs()));
            });
            prop_assert!((exact_p(6, s(&order)) - as_extreme / all).abs() < 1e-12);
        }
    }
}
