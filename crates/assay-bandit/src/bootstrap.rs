//! Intervals of any smooth function of sums, by resampling whole clusters.

use assay_stats::{Interval, bootstrap};
use serde::{Deserialize, Serialize};

use crate::BanditError;
use crate::rng::Draws;

/// A two-sided confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    pub low: f64,
    pub high: f64,
    /// Confidence level, 0.95 for 95 %.
    pub level: f64,
}

impl Bounds {
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl From<Interval> for Bounds {
    fn from(interval: Interval) -> Self {
        Self {
            low: interval.low,
            high: interval.high,
            level: interval.level,
        }
    }
}

/// How to resample: at least 100 times, to a level in (0, 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Resampling {
    pub(crate) resamples: usize,
    pub(crate) seed: u64,
    pub(crate) level: f64,
}

impl Resampling {
    pub(crate) fn check(self) -> Result<(), BanditError> {
        if self.resamples < 100 || u32::try_from(self.resamples).is_err() {
            return Err(BanditError::TooFew {
                what: "a bootstrap of this kind",
                needed: 100,
                given: self.resamples,
            });
        }
        if self.level > 0.0 && self.level < 1.0 {
            return Ok(());
        }
        Err(BanditError::BadSetting {
            what: "a confidence level",
            needed: "between 0 and 1",
            value: self.level,
        })
    }
}

/// A number that was estimated from clusters: its interval and standard error, `None` where they are undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) interval: Option<Bounds>,
    pub(crate) standard_error: Option<f64>,
}

/// How `statistic` of the columns' sums varies when whole clusters are resampled: a BCa interval (Efron 1987,
/// doi:10.1080/01621459.1987.10478410), percentile where BCa is undefined, and the standard error of the jackknife over
/// clusters (Efron 1981, doi:10.1093/biomet/68.3.589). `columns[c][g]` is what cluster `g` adds to sum `c`.
pub(crate) fn spread(
    columns: &[Vec<f64>],
    statistic: impl Fn(&[f64]) -> f64,
    resampling: Resampling,
) -> Spread {
    let nothing = Spread {
        interval: None,
        standard_error: None,
    };
    let clusters = columns.first().map_or(0, Vec::len);
    if clusters < 2 {
        return nothing;
    }
    let sums: Vec<f64> = columns.iter().map(|c| c.iter().sum()).collect();
    let estimate = statistic(&sums);
    let mut part = vec![0.0; columns.len()];
    let jackknife: Vec<f64> = (0..clusters)
        .map(|left_out| {
            for ((part, sum), column) in part.iter_mut().zip(&sums).zip(columns) {
                *part = sum - column[left_out];
            }
            statistic(&part)
        })
        .collect();
    if jackknife.iter().any(|v| !v.is_finite()) {
        return nothing;
    }
    let n = clusters as f64;
    let centre = jackknife.iter().sum::<f64>() / n;
    let squares: f64 = jackknife.iter().map(|v| (v - centre).powi(2)).sum();
    let standard_error = Some(((n - 1.0) / n * squares).sqrt());

    let mut draws = Draws::new(resampling.seed, 0);
    let mut distribution: Vec<f64> = (0..resampling.resamples)
        .map(|_| {
            part.fill(0.0);
            for _ in 0..clusters {
                let drawn = draws.below(clusters);
                for (part, column) in part.iter_mut().zip(columns) {
                    *part += column[drawn];
                }
            }
            statistic(&part)
        })
        // Where nothing was drawn that the statistic could stand on.
        .filter(|v| !v.is_nan())
        .collect();
    if distribution.is_empty() {
        return nothing;
    }
    distribution.sort_by(f64::total_cmp);
    let level = resampling.level;
    let (low, high) = bootstrap::bca_bounds(estimate, &distribution, &jackknife, level)
        .unwrap_or_else(|| bootstrap::percentile_bounds(&distribution, level));
    let finite = low.is_finite() && high.is_finite();
    Spread {
        interval: finite.then_some(Bounds { low, high, level }),
        standard_error,
    }
}

/// Labels as numbers from 0, in the order they first come, and how many there are.
pub(crate) fn numbered<'a>(labels: impl Iterator<Item = &'a str>) -> (Vec<usize>, usize) {
    let mut numbers = std::collections::BTreeMap::new();
    let of: Vec<usize> = labels
        .map(|label| {
            let next = numbers.len();
            *numbers.entry(label).or_insert(next)
        })
        .collect();
    (of, numbers.len())
}

/// Values added up by cluster.
pub(crate) fn sums(values: impl Iterator<Item = f64>, of: &[usize], clusters: usize) -> Vec<f64> {
    let mut sums = vec![0.0; clusters];
    for (value, cluster) in values.zip(of) {
        sums[*cluster] += value;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESAMPLING: Resampling = Resampling {
        resamples: 4_000,
        seed: 3,
        level: 0.95,
    };

    fn mean(sums: &[f64]) -> f64 {
        sums[0] / sums[1]
    }

    #[test]
    fn a_mean_has_its_known_standard_error_and_interval() {
        let values: Vec<f64> = (0..50).map(|i| f64::from(i * 7 % 11) / 10.0).collect();
        let found = spread(&[values.clone(), vec![1.0; 50]], mean, RESAMPLING);
        let known = assay_stats::standard_error(&values).unwrap();
        assert!((found.standard_error.unwrap() - known).abs() < 1e-12);
        let interval = found.interval.unwrap();
        let other = assay_stats::mean_interval(&values, None, &assay_stats::Bootstrap::default());
        let other = other.unwrap();
        assert!((interval.low - other.low).abs() < 0.1 * other.width());
        assert!((interval.high - other.high).abs() < 0.1 * other.width());
    }

    #[test]
    fn what_has_no_spread_has_no_interval() {
        let one = spread(&[vec![0.4], vec![1.0]], mean, RESAMPLING);
        assert_eq!((one.interval, one.standard_error), (None, None));
        let never = spread(&[vec![1.0, 2.0], vec![0.0, 0.0]], mean, RESAMPLING);
        assert_eq!(never.interval, None);
    }

    #[test]
    fn labels_become_numbers() {
        let (of, count) = numbered(["b", "a", "b", "c"].into_iter());
        assert_eq!((of.as_slice(), count), (&[0, 1, 0, 2][..], 3));
        assert_eq!(
            sums([1.0, 2.0, 4.0, 8.0].into_iter(), &of, count),
            [5.0, 2.0, 8.0]
        );
    }
}
