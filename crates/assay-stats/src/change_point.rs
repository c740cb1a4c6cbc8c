//! Where a series of measurements changed its level.

use rayon::prelude::*;

use crate::StatsError;
use crate::error::check_range;
use crate::rng::Draws;

/// Up to this many values all orders are visited.
pub const EXACT_CHANGE_UP_TO: usize = 8;

/// Orders that share one random stream.
const BLOCK: u32 = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermutationMethod {
    /// Every order was visited.
    Exact { permutations: u64 },
    /// Orders were drawn; the observed one is counted too.
    MonteCarlo { resamples: u32, seed: u64 },
}

/// The most probable change of level in a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The first value of the new level, from 1 to n - 1; `None` where all values are equal.
    pub at: Option<usize>,
    /// The largest distance from 0 of the cumulative sum of deviations from the mean.
    pub statistic: f64,
    /// Mean of the values before the change, and from it on; of all values where there is none.
    pub before: f64,
    pub after: f64,
    pub method: PermutationMethod,
    /// The chance of so large a statistic where the order of the values means nothing.
    pub p: f64,
}

/// Looks for one change of level by the cumulative sum (CUSUM; Page 1955, doi:10.1093/biomet/42.3-4.523): with
/// `S_k = sum_{i <= k} (x_i - mean)`, the change lies where `|S_k|` is largest, at the earliest such k.
///
/// `values` are measurements in the order of time, such as a model's score at each evaluation. The p-value is that of a
/// permutation test of the order: exact up to [`EXACT_CHANGE_UP_TO`] values, else over `resamples` seeded draws with the +1
/// correction of Phipson and Smyth (2010, doi:10.2202/1544-6115.1585), so that it is never 0; the same with any number of
/// processors. It says that there is a change, not that there is only one. Oracle:
/// `scipy.stats.permutation_test(permutation_type="pairings", alternative="greater")`.
///
/// # Errors
/// With fewer than three values, or with one that is not finite.
pub fn change_point(values: &[f64], resamples: u32, seed: u64) -> Result<ChangePoint, StatsError> {
    let n = values.len();
    if n < 3 {
        return Err(StatsError::TooFewValues {
            what: "a change point",
            needed: 3,
            given: n,
        });
    }
    check_range("values", values, f64::MIN, f64::MAX)?;
    let mean = values.iter().sum::<f64>() / n as f64;
    let deviations: Vec<f64> = values.iter().map(|v| v - mean).collect();
    let size: f64 = deviations.iter().map(|d| d.abs()).sum();
    // Sums of the same numbers in another order differ by rounding: count them as equal.
    let slack = 1e-12 * size;
    let statistic = largest(&deviations);
    let is_as_large = |order: &[f64]| largest(order) >= statistic - slack;
    let (method, p) = if n <= EXACT_CHANGE_UP_TO {
        let (mut visited, mut as_large) = (0_u64, 0_u64);
        visit_orders(&mut deviations.clone(), n, &mut |order| {
            visited += 1;
            as_large += u64::from(is_as_large(order));
        });
        let permutations = visited;
        (
            PermutationMethod::Exact { permutations },
            as_large as f64 / visited as f64,
        )
    } else {
        let as_large: u32 = (0..resamples.div_ceil(BLOCK))
            .into_par_iter()
            .map(|block| {
                let mut draws = Draws::new(seed, u64::from(block));
                let mut order = deviations.clone();
                (0..BLOCK.min(resamples - block * BLOCK))
                    .map(|_| {
                        draws.shuffle(&mut order);
                        u32::from(is_as_large(&order))
                    })
                    .sum::<u32>()
            })
            .sum();
        (
            PermutationMethod::MonteCarlo { resamples, seed },
            (f64::from(as_large) + 1.0) / (f64::from(resamples) + 1.0),
        )
    };
    let (low, high) = values
        .iter()
        .fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let at = (low < high).then(|| {
        let reached = |sum: f64| sum.abs() >= statistic - slack;
        1 + sums(&deviations).position(reached).unwrap_or(0).min(n - 2)
    });
    let (before, after) = match at {
        Some(at) => (mean_of(&values[..at]), mean_of(&values[at..])),
        None => (mean, mean),
    };
    Ok(ChangePoint {
        at,
        statistic: if at.is_some() { statistic } else { 0.0 },
        before,
        after,
        method,
        p: if at.is_some() { p } else { 1.0 },
    })
}

/// The cumulative sums but the last, which is 0.
fn sums(deviations: &[f64]) -> impl Iterator<Item = f64> {
    deviations[..deviations.len() - 1]
        .iter()
        .scan(0.0, |sum, d| {
            *sum += d;
            Some(*sum)
        })
}

fn largest(deviations: &[f64]) -> f64 {
    sums(deviations).fold(0.0, |largest, sum| sum.abs().max(largest))
}

/// Every order of the first `n` values, by Heap's exchanges (1963, doi:10.1093/comjnl/6.3.293).
fn visit_orders(values: &mut [f64], n: usize, visit: &mut impl FnMut(&[f64])) {
    if n <= 1 {
        visit(values);
        return;
    }
    for i in 0..n {
        visit_orders(values, n - 1, visit);
        if i + 1 < n {
            let other = if n.is_multiple_of(2) { i } else { 0 };
            values.swap(other, n - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_step_is_found_where_it_is() {
        let values: Vec<f64> = (0..20).map(|i| if i < 12 { 0.75 } else { 0.5 }).collect();
        let found = change_point(&values, 4_999, 3).unwrap();
        assert_eq!((found.at, found.before, found.after), (Some(12), 0.75, 0.5));
        assert!((found.statistic - 12.0 * 8.0 / 20.0 * 0.25).abs() < 1e-12);
        assert!(found.p <= 0.001, "{found:?}");
        assert_eq!(found, change_point(&values, 4_999, 3).unwrap());
    }

    #[test]
    fn what_does_not_change_has_no_change_point() {
        for n in [3, 30] {
            let found = change_point(&vec![0.1; n], 999, 1).unwrap();
            assert_eq!((found.at, found.p, found.statistic), (None, 1.0, 0.0));
            assert_eq!(found.before, found.after);
        }
        assert!(change_point(&[0.1, 0.2], 999, 1).is_err());
        assert!(change_point(&[0.1, 0.2, f64::NAN], 999, 1).is_err());
    }

    #[test]
    fn every_order_is_visited_once() {
        let mut seen = std::collections::BTreeSet::new();
        let mut visits = 0;
        visit_orders(&mut [0.0, 1.0, 2.0, 3.0, 4.0], 5, &mut |order| {
            visits += 1;
            seen.insert(order.iter().map(|v| *v as u8).collect::<Vec<_>>());
        });
        assert_eq!((visits, seen.len()), (120, 120));
    }

    #[test]
    fn any_number_of_threads_draws_the_same() {
        let values: Vec<f64> = (0..25).map(|i| f64::from(i * 7 % 11)).collect();
        let p = change_point(&values, 3_000, 9).unwrap().p;
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            assert_eq!(
                pool.install(|| change_point(&values, 3_000, 9)).unwrap().p,
                p
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn moving_and_turning_change_nothing(values in prop::collection::vec(0_u8..5, 3..30), by in -5.0_f64..5.0) {
            let values: Vec<f64> = values.iter().map(|v| f64::from(*v) / 4.0).collect();
            let found = change_point(&values, 200, 1).unwrap();
            prop_assert!(found.p > 0.0 && found.p <= 1.0);
            prop_assert!(found.at.is_none_or(|at| (1..values.len()).contains(&at)));
            let moved: Vec<f64> = values.iter().map(|v| by - v).collect();
            let moved = change_point(&moved, 200, 1).unwrap();
            prop_assert_eq!(moved.at, found.at);
            prop_assert!((moved.statistic - found.statistic).abs() < 1e-9);
            prop_assert!((moved.p - found.p).abs() < 1e-12);
        }
    }
}
