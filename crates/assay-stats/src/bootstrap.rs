//! The bootstrap over problems: problems are resampled, not samples.

use std::collections::BTreeMap;

use crate::error::{check_level, check_range};
use crate::proportion::wilson_of_share;
use crate::rng::Draws;
use crate::special::{normal_cdf, normal_quantile};
use crate::{Interval, IntervalMethod, StatsError};

/// Resamples that share one random stream; blocks can be drawn in any order, or side by side.
const BLOCK: usize = 1_024;

/// The fewest resamples an interval may stand on.
pub const FEWEST_RESAMPLES: u32 = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BootstrapMethod {
    Percentile,
    /// Bias-corrected and accelerated (Efron 1987).
    Bca,
}

/// How to bootstrap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    pub method: BootstrapMethod,
    pub resamples: u32,
    /// Decides every draw: the same seed gives the same interval on any machine.
    pub seed: u64,
    /// Confidence level, 0.95 for 95 %.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            method: BootstrapMethod::Bca,
            resamples: 10_000,
            seed: 1,
            level: 0.95,
        }
    }
}

impl Bootstrap {
    pub(crate) fn interval_method(&self) -> IntervalMethod {
        let (resamples, seed) = (self.resamples, self.seed);
        match self.method {
            BootstrapMethod::Percentile => IntervalMethod::BootstrapPercentile { resamples, seed },
            BootstrapMethod::Bca => IntervalMethod::BootstrapBca { resamples, seed },
        }
    }

    fn check(&self) -> Result<(), StatsError> {
        check_level(self.level)?;
        if self.resamples < FEWEST_RESAMPLES {
            return Err(StatsError::TooFewResamples {
                needed: FEWEST_RESAMPLES,
                given: self.resamples,
            });
        }
        Ok(())
    }
}

/// Interval of the mean of per-problem scores in `[0, 1]`, by resampling problems.
///
/// `clusters[i]` labels the cluster of `values[i]` (one source problem in seven languages is one
/// cluster); whole clusters are resampled. Without `clusters` each value is its own.
///
/// Where the bootstrap says nothing (all clusters have the same mean, or there is only one), the
/// answer is Wilson's interval around the mean on the number of clusters, marked as a fallback.
///
/// Percentile: Efron 1979, quantiles by linear interpolation. BCa: Efron 1987
/// (doi:10.1080/01621459.1987.10478410), acceleration from the jackknife over clusters. Oracle:
/// `scipy.stats.bootstrap`.
///
/// # Errors
/// Without a value, with a value outside `[0, 1]`, with clusters of another length, with fewer than
/// [`FEWEST_RESAMPLES`] resamples, or a level that is none.
pub fn mean_interval(
    values: &[f64],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Interval, StatsError> {
    check_range("scores", values, 0.0, 1.0)?;
    let totals = totals(values, clusters)?;
    if let Some(interval) = totals_interval(&totals, bootstrap)? {
        return Ok(interval);
    }
    wilson_of_share(overall_mean(&totals), totals.len(), bootstrap.level)
}

/// Sum and count of one cluster's values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Total {
    pub(crate) sum: f64,
    pub(crate) count: f64,
}

/// Clusters' totals, in the order of their labels (without labels: of the values).
pub(crate) fn totals(values: &[f64], clusters: Option<&[usize]>) -> Result<Vec<Total>, StatsError> {
    if values.is_empty() {
        return Err(StatsError::TooFewValues {
            what: "a bootstrap over problems",
            needed: 1,
            given: 0,
        });
    }
    let Some(clusters) = clusters else {
        return Ok(values
            .iter()
            .map(|&sum| Total { sum, count: 1.0 })
            .collect());
    };
    if clusters.len() != values.len() {
        return Err(StatsError::LengthMismatch {
            what: "a clustered bootstrap",
            left: values.len(),
            right: clusters.len(),
        });
    }
    let mut totals: BTreeMap<usize, Total> = BTreeMap::new();
    for (value, cluster) in values.iter().zip(clusters) {
        let total = totals.entry(*cluster).or_insert(Total {
            sum: 0.0,
            count: 0.0,
        });
        total.sum += value;
        total.count += 1.0;
    }
    Ok(totals.into_values().collect())
}

pub(crate) fn overall_mean(totals: &[Total]) -> f64 {
    let (sum, count) = totals
        .iter()
        .fold((0.0, 0.0), |(s, n), t| (s + t.sum, n + t.count));
    sum / count
}

/// The bootstrap interval of the mean, or `None` where resampling shows no variation.
pub(crate) fn totals_interval(
    totals: &[Total],
    bootstrap: &Bootstrap,
) -> Result<Option<Interval>, StatsError> {
    bootstrap.check()?;
    if totals.len() < 2 || totals.len() > u32::MAX as usize {
        return Ok(None);
    }
    let jackknife = jackknife_means(totals);
    let (low, high) = jackknife
        .iter()
        .fold((f64::MAX, f64::MIN), |(l, h), m| (l.min(*m), h.max(*m)));
    if high - low < 1e-14 {
        return Ok(None);
    }
    let mut distribution = resampled_means(totals, bootstrap.resamples, bootstrap.seed);
    distribution.sort_unstable_by(f64::total_cmp);
    let bounds = match bootstrap.method {
        BootstrapMethod::Percentile => Some(percentile_bounds(&distribution, bootstrap.level)),
        BootstrapMethod::Bca => bca_bounds(
            overall_mean(totals),
            &distribution,
            &jackknife,
            bootstrap.level,
        ),
    };
    Ok(bounds.map(|(low, high)| Interval {
        low,
        high,
        level: bootstrap.level,
        method: bootstrap.interval_method(),
        is_fallback: false,
    }))
}

/// Means of `resamples` resamples of whole clusters, unordered.
fn resampled_means(totals: &[Total], resamples: u32, seed: u64) -> Vec<f64> {
    let bound = totals.len() as u32;
    let mut means = vec![0.0; resamples as usize];
    for (block, means) in means.chunks_mut(BLOCK).enumerate() {
        let mut draws = Draws::new(seed, block as u64);
        for mean in means {
            let (mut sum, mut count) = (0.0, 0.0);
            for _ in 0..bound {
                let total = &totals[draws.below(bound)];
                sum += total.sum;
                count += total.count;
            }
            *mean = sum / count;
        }
    }
    means
}

/// Means with one cluster left out, in the clusters' order.
fn jackknife_means(totals: &[Total]) -> Vec<f64> {
    let (sum, count) = totals
        .iter()
        .fold((0.0, 0.0), |(s, n), t| (s + t.sum, n + t.count));
    totals
        .iter()
        .map(|t| (sum - t.sum) / (count - t.count))
        .collect()
}

/// Percentile bounds of an ascending distribution.
pub fn percentile_bounds(distribution: &[f64], level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    (
        quantile(distribution, tail),
        quantile(distribution, 1.0 - tail),
    )
}

/// BCa bounds from an ascending distribution of resampled estimates and the leave-one-out ones;
/// `None` where they are undefined (no variation, or the estimate lies beyond all resamples).
pub fn bca_bounds(
    estimate: f64,
    distribution: &[f64],
    jackknife: &[f64],
    level: f64,
) -> Option<(f64, f64)> {
    // Equal but for rounding counts as equal: half of the ties lie below the estimate.
    let slack = 1e-12 * estimate.abs().max(1e-3);
    let below = distribution.partition_point(|v| *v < estimate - slack);
    let up_to = distribution.partition_point(|v| *v <= estimate + slack);
    let share = (below + up_to) as f64 / (2 * distribution.len()) as f64;
    let bias = normal_quantile(share);

    let centre = jackknife.iter().sum::<f64>() / jackknife.len() as f64;
    let (squares, cubes) = jackknife.iter().fold((0.0, 0.0), |(s, c), v| {
        let d = centre - v;
        (s + d * d, c + d * d * d)
    });
    let acceleration = cubes / (6.0 * squares.powf(1.5));
    if !bias.is_finite() || !acceleration.is_finite() {
        return None;
    }
    let z = normal_quantile((1.0 - level) / 2.0);
    let bound = |z: f64| {
        let shifted = bias + z;
        let denominator = 1.0 - acceleration * shifted;
        // Beyond the pole the formula would turn around.
        (denominator > 0.0)
            .then(|| quantile(distribution, normal_cdf(bias + shifted / denominator)))
    };
    Some((bound(z)?, bound(-z)?))
}

/// Quantile of an ascending sequence by linear interpolation (numpy's default, type 7).
fn quantile(ascending: &[f64], q: f64) -> f64 {
    let position = q.clamp(0.0, 1.0) * (ascending.len() - 1) as f64;
    let below = position.floor();
    let low = ascending[below as usize];
    let high = ascending[position.ceil() as usize];
    low + (high - low) * (position - below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn where_all_is_equal_wilson_stands_in_and_says_so() {
        let interval = mean_interval(&[1.0; 20], None, &Bootstrap::default()).unwrap();
        assert_eq!(interval.method, IntervalMethod::Wilson);
        assert!(interval.is_fallback);
        assert!((interval.low - 0.838_874_841_947_180_4).abs() < 1e-12);
        let one_cluster = mean_interval(&[0.0, 1.0], Some(&[4, 4]), &Bootstrap::default()).unwrap();
        assert!(one_cluster.is_fallback && one_cluster.contains(0.5));
    }

    #[test]
    fn refuses_what_it_cannot_resample() {
        let default = Bootstrap::default();
        assert!(mean_interval(&[], None, &default).is_err());
        assert!(mean_interval(&[0.5, 1.2], None, &default).is_err());
        assert!(mean_interval(&[0.5, f64::NAN], None, &default).is_err());
        assert!(mean_interval(&[0.5, 0.2], Some(&[1]), &default).is_err());
        let few = Bootstrap {
            resamples: 99,
            ..default
        };
        assert!(mean_interval(&[0.5, 0.2], None, &few).is_err());
    }

    #[test]
    fn a_seed_decides_every_draw() {
        let values: Vec<f64> = (0..30).map(|i| f64::from(i % 7) / 6.0).collect();
        let with = |seed| {
            let bootstrap = Bootstrap {
                seed,
                resamples: 2_000,
                ..Bootstrap::default()
            };
            mean_interval(&values, None, &bootstrap).unwrap()
        };
        assert_eq!(with(1), with(1));
        assert_ne!(with(1).low, with(2).low);
    }

    #[test]
    fn clusters_that_move_together_widen_the_interval() {
        // Ten source problems in four languages each, solved in all or in none.
        let values: Vec<f64> = (0..40).map(|i| f64::from(i / 4 % 2)).collect();
        let clusters: Vec<usize> = (0..40).map(|i| i / 4).collect();
        let plain = mean_interval(&values, None, &Bootstrap::default()).unwrap();
        let clustered = mean_interval(&values, Some(&clusters), &Bootstrap::default()).unwrap();
        assert!(clustered.width() > 1.6 * plain.width());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn stays_within_the_values(values in prop::collection::vec(0.0_f64..=1.0, 1..40), seed: u64, bca: bool) {
            let bootstrap = Bootstrap {
                method: if bca { BootstrapMethod::Bca } else { BootstrapMethod::Percentile },
                resamples: 200,
                seed,
                level: 0.9,
            };
            let interval = mean_interval(&values, None, &bootstrap).unwrap();
            prop_assert!(0.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0);
            if !interval.is_fallback {
                let low = values.iter().copied().fold(f64::MAX, f64::min);
                let high = values.iter().copied().fold(f64::MIN, f64::max);
                prop_assert!(low - 1e-12 <= interval.low && interval.high <= high + 1e-12);
            }
        }
    }
}
