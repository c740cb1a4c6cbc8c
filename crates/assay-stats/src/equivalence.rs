//! Whether two series are equivalent: a test that can be passed, where "no significant difference" only says that none was
//! found.

use crate::StatsError;
use crate::error::{check_between, check_range};
use crate::special::student_t_tail;

/// Two one-sided tests of paired differences.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// Pairs it stands on.
    pub n: usize,
    /// Mean of `a[i] - b[i]`.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// The margin on either side of 0.
    pub margin: f64,
    /// p-value of the test against a mean at or below `-margin`.
    pub p_low: f64,
    /// p-value of the test against a mean at or above `margin`.
    pub p_high: f64,
    /// The larger of both: below alpha, the two are equivalent within the margin.
    pub p: f64,
}

/// Two one-sided t tests (TOST) of the hypothesis that the mean of `a[i] - b[i]` lies outside `(-margin, margin)`
/// (Schuirmann 1987, doi:10.1007/BF01068419), with n - 1 degrees of freedom.
///
/// `a[i]` and `b[i]` are the scores in `[0, 1]` of two series on problem `i`, and the margin is in the same unit: 0.02 is
/// two points. Where several problems belong to one cluster, give the clusters' means: problems of a cluster are not
/// independent. Oracle: `statsmodels.stats.weightstats.ttost_paired(a, b, -margin, margin)`.
///
/// # Errors
/// When the lengths differ, with fewer than two pairs, with a score outside `[0, 1]`, with a margin that is not in
/// `(0, 1)`, and where all differences are equal: t is then infinite however few they are, and shows nothing. The
/// interval of [`crate::paired_difference`] has an answer for that case.
pub fn equivalence(a: &[f64], b: &[f64], margin: f64) -> Result<Equivalence, StatsError> {
    if a.len() != b.len() {
        return Err(StatsError::LengthMismatch {
            what: "a test of equivalence",
            left: a.len(),
            right: b.len(),
        });
    }
    check_range("scores", a, 0.0, 1.0)?;
    check_range("scores", b, 0.0, 1.0)?;
    check_between("the margin of equivalence", margin, 0.0, 1.0)?;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let n = differences.len();
    if n < 2 {
        return Err(StatsError::TooFewValues {
            what: "a test of equivalence",
            needed: 2,
            given: n,
        });
    }
    let mean = differences.iter().sum::<f64>() / n as f64;
    let standard_error = crate::standard_error(&differences)?;
    // Differences of equal scores may differ by rounding.
    if standard_error < 1e-14 {
        return Err(StatsError::NoVariation {
            what: "a test of equivalence",
        });
    }
    let df = n as f64 - 1.0;
    let p_low = student_t_tail((mean + margin) / standard_error, df);
    let p_high = student_t_tail((margin - mean) / standard_error, df);
    Ok(Equivalence {
        n,
        mean,
        standard_error,
        margin,
        p_low,
        p_high,
        p: p_low.max(p_high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_what_says_nothing() {
        assert!(equivalence(&[1.0], &[0.0], 0.1).is_err());
        assert!(equivalence(&[1.0, 0.0], &[0.0], 0.1).is_err());
        assert!(equivalence(&[1.0, 2.0], &[0.0, 0.0], 0.1).is_err());
        for margin in [0.0, -0.1, 1.0, f64::NAN] {
            assert!(equivalence(&[1.0, 0.0], &[0.0, 0.0], margin).is_err());
        }
        let same = [0.3, 0.6, 0.9];
        assert_eq!(
            equivalence(&same, &same, 0.1),
            Err(StatsError::NoVariation {
                what: "a test of equivalence"
            })
        );
    }

    proptest! {
        #[test]
        fn turns_with_the_pair_and_is_easier_with_a_wider_margin(
            pairs in prop::collection::vec((0_u8..=10, 0_u8..=10), 2..60),
            margin in 0.01_f64..0.5,
        ) {
            let a: Vec<f64> = pairs.iter().map(|p| f64::from(p.0) / 10.0).collect();
            let b: Vec<f64> = pairs.iter().map(|p| f64::from(p.1) / 10.0).collect();
            let Ok(ab) = equivalence(&a, &b, margin) else {
                let first = a[0] - b[0];
                prop_assert!(a.iter().zip(&b).all(|(a, b)| (a - b - first).abs() < 1e-9));
                return Ok(());
            };
            let ba = equivalence(&b, &a, margin).unwrap();
            prop_assert!((ab.p - ba.p).abs() < 1e-9 && (ab.p_low - ba.p_high).abs() < 1e-9);
            prop_assert!((0.0..=1.0).contains(&ab.p));
            prop_assert!(equivalence(&a, &b, margin * 1.5).unwrap().p <= ab.p + 1e-12);
            // A mean outside the margin is never shown to be inside.
            prop_assert!(ab.mean.abs() < margin || ab.p >= 0.5 - 1e-12);
        }
    }
}
