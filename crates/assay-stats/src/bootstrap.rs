//! The bootstrap over problems: problems are resampled, not samples.

use rayon::prelude::*;

pub use crate::bounds::{bca_bounds, percentile_bounds};

use crate::bounds::bounds;
use crate::error::{check_level, check_range};
use crate::proportion::wilson_of_share;
use crate::resample::Clustered;
use crate::{Interval, IntervalMethod, StatsError};

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
    /// Decides every draw: the same seed gives the same interval on any machine, with any number of processors.
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

    pub(crate) fn check(&self) -> Result<(), StatsError> {
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
    one(mean_intervals(&[values], clusters, bootstrap)?)
}

/// Intervals of the means of several series on the same problems: for each what [`mean_interval`] answers, but the
/// problems are drawn once for all, which takes a fraction of the time.
///
/// `series[s][i]` is the score of series `s` on problem `i`; `clusters[i]` labels that problem's cluster. Answers in the
/// order of the series.
///
/// # Errors
/// As [`mean_interval`]; when series differ in length, or there is none.
pub fn mean_intervals<S: AsRef<[f64]>>(
    series: &[S],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Vec<Interval>, StatsError> {
    for values in series {
        check_range("scores", values.as_ref(), 0.0, 1.0)?;
    }
    let clustered = Clustered::new(series, clusters)?;
    clustered_intervals(&clustered, bootstrap)?
        .into_iter()
        .enumerate()
        .map(|(s, interval)| match interval {
            Some(interval) => Ok(interval),
            None => wilson_of_share(clustered.mean(s), clustered.clusters(), bootstrap.level),
        })
        .collect()
}

/// The answer for the one series that was asked about.
pub(crate) fn one<T>(answers: Vec<T>) -> Result<T, StatsError> {
    answers.into_iter().next().ok_or(StatsError::TooFewValues {
        what: "a bootstrap over problems",
        needed: 1,
        given: 0,
    })
}

/// The bootstrap intervals of the means, `None` where resampling shows no variation.
pub(crate) fn clustered_intervals(
    clustered: &Clustered,
    bootstrap: &Bootstrap,
) -> Result<Vec<Option<Interval>>, StatsError> {
    bootstrap.check()?;
    let jackknives: Vec<Option<Vec<f64>>> = (0..clustered.series())
        .map(|s| {
            let means = clustered.jackknife_means(s);
            let (low, high) = means
                .iter()
                .fold((f64::MAX, f64::MIN), |(l, h), m| (l.min(*m), h.max(*m)));
            (high - low >= 1e-14).then_some(means)
        })
        .collect();
    // One cluster has no mean without it; more than 2^32 have no number.
    if clustered.clusters() < 2
        || u32::try_from(clustered.clusters()).is_err()
        || jackknives.iter().all(Option::is_none)
    {
        return Ok(vec![None; clustered.series()]);
    }
    let mut distributions = clustered.resampled_means(bootstrap.resamples, bootstrap.seed);
    Ok(distributions
        .par_iter_mut()
        .zip(&jackknives)
        .enumerate()
        .map(|(s, (distribution, jackknife))| {
            let (low, high) = bounds(
                bootstrap.method,
                clustered.mean(s),
                distribution,
                jackknife.as_deref()?,
                bootstrap.level,
            )?;
            Some(Interval {
                low,
                high,
                level: bootstrap.level,
                method: bootstrap.interval_method(),
                is_fallback: false,
            })
        })
        .collect())
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

    #[test]
    fn series_that_are_drawn_together_are_what_each_is_alone() {
        let series: Vec<Vec<f64>> = (1..12)
            .map(|s| (0..15).map(|i| f64::from(i * s % 11) / 10.0).collect())
            .collect();
        let uneven: Vec<usize> = (0..15).map(|i| i * i % 6).collect();
        for method in [BootstrapMethod::Bca, BootstrapMethod::Percentile] {
            let bootstrap = Bootstrap {
                method,
                resamples: 1_500,
                ..Bootstrap::default()
            };
            for clusters in [None, Some(uneven.as_slice())] {
                let together = mean_intervals(&series, clusters, &bootstrap).unwrap();
                assert_eq!(together.len(), series.len());
                for (values, interval) in series.iter().zip(together) {
                    assert_eq!(
                        mean_interval(values, clusters, &bootstrap).unwrap(),
                        interval
                    );
                }
            }
        }
        let constant = [vec![0.5; 3], vec![0.0, 0.5, 1.0]];
        let mixed = mean_intervals(&constant, None, &Bootstrap::default()).unwrap();
        assert!(mixed[0].is_fallback && !mixed[1].is_fallback);
        assert!(mean_intervals::<Vec<f64>>(&[], None, &Bootstrap::default()).is_err());
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
