//! Standard errors of a mean over problems.

use std::collections::BTreeMap;

use crate::StatsError;

/// Whether a clustered standard error is corrected for a small number of clusters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterCorrection {
    /// As in Miller 2024 (arXiv:2411.00640, eq. 4) and
    /// `statsmodels OLS(cov_type='cluster', use_correction=False)`.
    None,
    /// Times `sqrt(G / (G - 1))` with G clusters: statsmodels' default for a mean.
    SmallSample,
}

fn too_few(given: usize) -> StatsError {
    StatsError::TooFewValues {
        what: "a standard error",
        needed: 2,
        given,
    }
}

/// Standard error of the mean from the central limit theorem: sample standard deviation (n - 1)
/// over `sqrt(n)`.
///
/// # Errors
/// With fewer than two values.
pub fn standard_error(values: &[f64]) -> Result<f64, StatsError> {
    let n = values.len();
    if n < 2 {
        return Err(too_few(n));
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Ok((squares / (n as f64 - 1.0) / n as f64).sqrt())
}

/// Standard error of the mean when values of one cluster move together (one source problem in seven
/// languages is one cluster): `sqrt(sum_g (sum_{i in g} (x_i - mean))^2) / n`.
///
/// `clusters[i]` labels the cluster of `values[i]`.
///
/// # Errors
/// When the lengths differ, or with fewer than two clusters.
pub fn clustered_standard_error(
    values: &[f64],
    clusters: &[usize],
    correction: ClusterCorrection,
) -> Result<f64, StatsError> {
    if values.len() != clusters.len() {
        return Err(StatsError::LengthMismatch {
            what: "a clustered standard error",
            left: values.len(),
            right: clusters.len(),
        });
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let mut residuals: BTreeMap<usize, f64> = BTreeMap::new();
    for (value, cluster) in values.iter().zip(clusters) {
        *residuals.entry(*cluster).or_default() += value - mean;
    }
    let g = residuals.len();
    if g < 2 {
        return Err(too_few(g));
    }
    let squares: f64 = residuals.values().map(|r| r * r).sum();
    let factor = match correction {
        ClusterCorrection::None => 1.0,
        ClusterCorrection::SmallSample => g as f64 / (g as f64 - 1.0),
    };
    Ok((factor * squares).sqrt() / n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_one_value_one_cluster_and_unequal_lengths() {
        assert!(standard_error(&[1.0]).is_err());
        let clustered =
            |v: &[f64], c: &[usize]| clustered_standard_error(v, c, ClusterCorrection::None);
        assert!(clustered(&[1.0, 0.0], &[3, 3]).is_err());
        assert!(clustered(&[1.0, 0.0], &[3]).is_err());
        assert!(clustered(&[], &[]).is_err());
    }

    proptest! {
        #[test]
        fn with_each_value_its_own_cluster_the_correction_gives_the_plain_one(values in prop::collection::vec(0.0_f64..1.0, 2..50)) {
            let own: Vec<usize> = (0..values.len()).collect();
            let clustered = clustered_standard_error(&values, &own, ClusterCorrection::SmallSample).unwrap();
            prop_assert!((clustered - standard_error(&values).unwrap()).abs() < 1e-12);
        }
    }
}
