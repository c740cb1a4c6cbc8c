//! Adjusting p-values for the number of tests.

use crate::StatsError;
use crate::error::check_range;

/// Positions of `p`, smallest p first; equal p-values keep their order.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    order
}

/// Holm's step-down adjustment (Holm 1979): controls the chance of any false finding, whatever the
/// tests' dependence. Answers in the order given; none for none.
///
/// # Errors
/// When a value is no probability.
pub fn holm(p: &[f64]) -> Result<Vec<f64>, StatsError> {
    check_range("p-values", p, 0.0, 1.0)?;
    let m = p.len();
    let mut adjusted = vec![0.0; m];
    let mut highest = 0.0_f64;
    for (rank, i) in ascending(p).into_iter().enumerate() {
        highest = highest.max(((m - rank) as f64 * p[i]).min(1.0));
        adjusted[i] = highest;
    }
    Ok(adjusted)
}

/// Benjamini and Hochberg's step-up adjustment (1995): controls the expected share of false findings
/// for independent or positively dependent tests. Answers in the order given; none for none.
///
/// # Errors
/// When a value is no probability.
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>, StatsError> {
    check_range("p-values", p, 0.0, 1.0)?;
    let m = p.len();
    let mut adjusted = vec![0.0; m];
    let mut lowest = 1.0_f64;
    for (rank, i) in ascending(p).into_iter().enumerate().rev() {
        lowest = lowest.min(p[i] * m as f64 / (rank + 1) as f64);
        adjusted[i] = lowest;
    }
    Ok(adjusted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_is_no_probability_and_takes_none() {
        for adjust in [holm, benjamini_hochberg] {
            assert!(adjust(&[0.5, 1.5]).is_err());
            assert!(adjust(&[f64::NAN]).is_err());
            assert_eq!(adjust(&[]).unwrap(), Vec::<f64>::new());
        }
    }

    proptest! {
        #[test]
        fn raises_keeps_the_order_and_holm_is_stricter(p in prop::collection::vec(0.0_f64..=1.0, 1..40)) {
            let (holm, bh) = (holm(&p).unwrap(), benjamini_hochberg(&p).unwrap());
            for i in 0..p.len() {
                prop_assert!(p[i] <= bh[i] + 1e-15 && bh[i] <= holm[i] + 1e-15 && holm[i] <= 1.0);
                for j in 0..p.len() {
                    if p[i] < p[j] {
                        prop_assert!(holm[i] <= holm[j] && bh[i] <= bh[j]);
                    }
                }
            }
        }
    }
}
