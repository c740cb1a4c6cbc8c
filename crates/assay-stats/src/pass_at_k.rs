//! The unbiased estimators of pass@k and pass^k, and the mean over problems.

use crate::StatsError;

/// The unbiased estimate of pass@k for one problem: the chance that at least one of `k` samples
/// drawn without replacement from the `n` judged ones is among the `c` that passed.
///
/// `1 - C(n-c, k) / C(n, k)` (Chen et al. 2021, arXiv:2107.03374, eq. 1), computed as a product so
/// that nothing overflows, over whichever of `k` and `c` is the shorter: `C(n-c,k)/C(n,k)` is
/// `prod_{j<k} (n-c-j)/(n-j)` and, by symmetry, `prod_{j<c} (n-k-j)/(n-j)`. It is exactly 1 when
/// fewer than `k` samples did not pass.
///
/// # Errors
/// When `n < k` (undefined: it is never clamped), when `k` is 0, when `c > n`.
///
/// ```
/// assert_eq!(assay_stats::pass_at_k(6, 3, 1).unwrap(), 0.5);
/// assert!(assay_stats::pass_at_k(1, 1, 10).is_err());
/// ```
pub fn pass_at_k(n: u64, c: u64, k: u64) -> Result<f64, StatsError> {
    check(n, c, k)?;
    if n - c < k {
        return Ok(1.0);
    }
    Ok(1.0 - share_of_draws(n, n - c, k))
}

/// The unbiased estimate of pass^k for one problem: the chance that all of `k` samples drawn without replacement from
/// the `n` judged ones are among the `c` that passed. It tells how reliable a model is, as pass@k tells what it can do.
///
/// `C(c, k) / C(n, k)` (Yao et al. 2024, arXiv:2406.12045, section 3), computed as a product so that nothing overflows.
/// It is exactly 0 when fewer than `k` passed. Oracle: `math.comb`.
///
/// # Errors
/// As [`pass_at_k`].
///
/// ```
/// assert_eq!(assay_stats::pass_hat_k(6, 3, 1).unwrap(), 0.5);
/// assert_eq!(assay_stats::pass_hat_k(4, 3, 2).unwrap(), 0.5);
/// assert_eq!(assay_stats::pass_hat_k(4, 1, 2).unwrap(), 0.0);
/// ```
pub fn pass_hat_k(n: u64, c: u64, k: u64) -> Result<f64, StatsError> {
    check(n, c, k)?;
    if c < k {
        return Ok(0.0);
    }
    Ok(share_of_draws(n, c, k))
}

fn check(n: u64, c: u64, k: u64) -> Result<(), StatsError> {
    if k == 0 {
        return Err(StatsError::ZeroK);
    }
    if c > n {
        return Err(StatsError::MorePassedThanJudged { n, c });
    }
    if n < k {
        return Err(StatsError::TooFewSamples { n, k });
    }
    Ok(())
}

/// `C(m, k) / C(n, k)` for `k <= m <= n`: the share of draws of `k` from `n` that lie within `m` of them. The product
/// has as many terms as the shorter of the draw and what it avoids.
fn share_of_draws(n: u64, m: u64, k: u64) -> f64 {
    let (terms, left) = if k <= n - m { (k, m) } else { (n - m, n - k) };
    (0..terms)
        .map(|j| (left - j) as f64 / (n - j) as f64)
        .product()
}

/// A mean over problems, and how many of them it stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProblemMean {
    /// Unweighted mean over the problems that have a value; `None` when none has.
    pub value: Option<f64>,
    /// Problems with a value.
    pub n: usize,
    /// Problems without one. The score is incomplete when there are any.
    pub n_missing: usize,
}

impl ProblemMean {
    pub fn is_complete(&self) -> bool {
        self.n_missing == 0
    }
}

/// The unweighted mean of per-problem values. A problem without a judged sample (`None`) is not a
/// fail: it is left out, and the mean says that it is incomplete.
pub fn mean_over_problems(values: &[Option<f64>]) -> ProblemMean {
    let (sum, n) = values
        .iter()
        .flatten()
        .fold((0.0, 0_usize), |(sum, n), v| (sum + v, n + 1));
    ProblemMean {
        value: (n > 0).then(|| sum / n as f64),
        n,
        n_missing: values.len() - n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_undefined() {
        assert_eq!(
            pass_at_k(3, 1, 4),
            Err(StatsError::TooFewSamples { n: 3, k: 4 })
        );
        assert_eq!(pass_at_k(3, 1, 0), Err(StatsError::ZeroK));
        assert_eq!(
            pass_at_k(3, 4, 1),
            Err(StatsError::MorePassedThanJudged { n: 3, c: 4 })
        );
        assert!(pass_at_k(0, 0, 1).is_err());
        for (n, c, k) in [(3, 1, 4), (3, 1, 0), (3, 4, 1), (0, 0, 1)] {
            assert_eq!(pass_hat_k(n, c, k), pass_at_k(n, c, k));
        }
    }

    #[test]
    fn a_problem_without_a_judged_sample_is_not_a_fail() {
        let mean = mean_over_problems(&[Some(1.0), None, Some(0.0)]);
        assert_eq!((mean.value, mean.n, mean.n_missing), (Some(0.5), 2, 1));
        assert!(!mean.is_complete());
        assert_eq!(mean_over_problems(&[None]).value, None);
        assert_eq!(mean_over_problems(&[]).value, None);
    }

    proptest! {
            #[test]
            fn lies_in_the_unit_interval_and_grows_with_k_and_c(n in 1_u64..300, c in 0_u64..300, k in 1_u64..300) {
                let (c, k) = (c.min(n), k.min(n));
                let here = pass_at_k(n, c, k).unwrap();
                prop_assert!((0.0..=1.0).contains(&here));
                if k < n {
                    prop_assert!(pass_at_k(n, c, k + 1).unwrap() >= here - 1e-12);
                }
                if c < n {
                    prop_assert!(pass_at_k(n, c + 1, k).unwrap() >= here - 1e-12);
                }
            }

            #[test]
            fn at_one_it_is_the_share_that_passed(n in 1_u64..10_000, c in 0_u64..10_000) {
                let c = c.min(n);
                prop_assert!((pass_at_k(n, c, 1).unwrap() - c as f64 / n as f64).abs() < 1e-15);
            }

            #[test]
            fn all_pass_less_often_than_any(n in 1_u64..300, c in 0_u64..300, k in 1_u64..300) {
                let (c, k) = (c.min(n), k.min(n));
                let all = pass_hat_k(n, c, k).unwrap();
                prop_assert!((0.0..=1.0).contains(&all));
                prop_assert!(all <= pass_at_k(n, c, k).unwrap() + 1e-12);
                // That all of k pass is that none of k is among those that did not.
                prop_assert!((all - (1.0 - pass_at_k(n, n - c, k).unwrap())).abs() < 1e-12);
                if k < n {
                    prop_assert!(pass_hat_k(n, c, k + 1).unwrap() <= all + 1e-12);
                }
            }

            #[test]
            fn the_mean_is_that_of_the_values_there_are(values in prop::collection::vec(prop::option::of(0.0_f64..=1.0), 0..40)) {
                let mean = mean_over_problems(&values);
                prop_assert_eq!(mean.n + mean.n_missing, values.len());
                prop_assert_eq!(mean.value.is_some(), mean.n > 0);
                if let Some(mean) = mean.value {
                    let (low, high) = values.iter().flatten().fold((1.0_f64, 0.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
                    prop_assert!(low - 1e-12 <= mean && mean <= high + 1e-12);
                }
            }

            #[test]
            fn agrees_with_counting_every_draw
    (n in 1_usize..13, c in 0_usize..13, k in 1_usize..13) {
                let (c, k) = (c.min(n), k.min(n));
                let (mut draws, mut with_a_pass) = (0_u32, 0_u32);
                for mask in 0_u32..1 << n {
                    if mask.count_ones() as usize == k {
                        draws += 1;
                        with_a_pass += u32::from(mask & ((1 << c) - 1) != 0);
                    }
                }
                let counted = f64::from(with_a_pass) / f64::from(draws);
                prop_assert!((pass_at_k(n as u64, c as u64, k as u64).unwrap() - counted).abs() < 1e-12);
            }
        }
}
