//! How much a paired comparison can show: what it would miss, and what it would take to see it.
//!
//! The normal approximation for a mean of paired differences ([`assay_stats::Design::Paired`]): with the
//! standard deviation `sd` of the differences, a two-sided test at `alpha` finds a true difference `delta`
//! with chance `power` from about `n = ((z_{1-alpha/2} + z_power) * sd / delta)^2` pairs on. It is good to a
//! few pairs where `n` is some dozens or more.

use assay_stats::{ClusterCorrection, Design, Spread, clustered_standard_error};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AnalyticsError;
use crate::compare::{Contender, Pair};
use crate::group::Unit;
use crate::score::cluster_numbers;

/// The chance of finding a true difference that a comparison is planned for, by convention.
pub const USUAL_POWER: f64 = 0.8;

/// What a comparison of two groups can show, at the sizes at hand.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Power {
    /// The chance of finding a difference that the figures here are for.
    pub power: f64,
    /// The level that one test is held to: alpha over the number of comparisons, the strictest step of
    /// the correction.
    pub alpha: f64,
    /// The smallest true difference that would be found with that chance on as many problems; `None`
    /// where no two problems differ in their difference, so that nothing is known of its spread.
    pub detectable: Option<f64>,
    /// Source problems that a true difference as large as the one seen would need; `None` when none was
    /// seen.
    pub problems_needed: Option<u64>,
    /// Samples a problem that the same would need on the problems at hand; `None` where one sample each
    /// does not tell chance from problems, or where no number is enough.
    pub samples_needed: Option<u64>,
}

/// What the sizes of a comparison are found from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sizes {
    /// The mean difference that was seen.
    pub diff: f64,
    /// Its standard error over source problems.
    pub standard_error: f64,
    pub n_clusters: u64,
    /// Samples a problem of either group, and the part of the squared standard error that more samples
    /// would make smaller.
    pub samples: Option<(f64, f64)>,
}

impl Power {
    pub(crate) fn of(sizes: &Sizes, alpha: f64, power: f64) -> Self {
        let sd = sizes.standard_error * (sizes.n_clusters as f64).sqrt();
        Self {
            power,
            alpha,
            detectable: detectable_difference(sd, sizes.n_clusters, alpha, power),
            problems_needed: pairs_needed(sd, sizes.diff, alpha, power),
            samples_needed: samples_needed(sizes, alpha, power),
        }
    }
}

/// Says of each pair what a comparison of its size can show. Each test is held to alpha over their number.
pub(crate) fn add_power(
    pairs: &mut [Pair],
    contenders: &[Contender],
    k: u32,
    alpha: f64,
) -> Result<(), AnalyticsError> {
    let each = alpha / pairs.len().max(1) as f64;
    let of = |key: &str| contenders.iter().find(|c| c.group.key == key);
    pairs.par_iter_mut().try_for_each(|pair| {
        if let (Some(a), Some(b)) = (of(&pair.a), of(&pair.b)) {
            pair.power = sizes(a, b, k, pair.diff)?.map(|s| Power::of(&s, each, USUAL_POWER));
        }
        Ok(())
    })
}

/// `None` below two source problems, which have no standard error.
fn sizes(a: &Contender, b: &Contender, k: u32, diff: f64) -> Result<Option<Sizes>, AnalyticsError> {
    let mut differences = Vec::new();
    let mut names = Vec::new();
    // How pass varies with more samples is known in closed form for the mean alone.
    let mut within = (k == 1).then_some(0.0);
    let mut samples = 0;
    for (key, of_a) in &a.estimates {
        let Some(of_b) = b.estimates.get(key) else {
            continue;
        };
        differences.push(of_a.value - of_b.value);
        names.push(of_a.cluster.as_str());
        for group in [&a.group, &b.group] {
            let unit = group.units.get(key);
            within = within
                .zip(unit.and_then(variance_within))
                .map(|(sum, more)| sum + more);
            samples += unit.map_or(0, |u| u.cells.values().map(|cell| cell.judged).sum::<u64>());
        }
    }
    let (clusters, n_clusters) = cluster_numbers(names.into_iter());
    if n_clusters < 2 {
        return Ok(None);
    }
    let n = differences.len() as f64;
    let standard_error =
        clustered_standard_error(&differences, &clusters, ClusterCorrection::SmallSample).map_err(
            |source| AnalyticsError::Stats {
                of: format!("{} against {}", a.group.label, b.group.label),
                source,
            },
        )?;
    Ok(Some(Sizes {
        diff,
        standard_error,
        n_clusters: n_clusters as u64,
        samples: within.map(|sum| (samples as f64 / (2.0 * n), sum / (n * n))),
    }))
}

/// The variance of a unit's pass@1 that more samples would make smaller, estimated without bias from
/// what its samples vary; `None` where a series has one sample, which does not vary.
fn variance_within(unit: &Unit) -> Option<f64> {
    let mut sum = 0.0;
    for cell in unit.cells.values() {
        if cell.judged < 2 {
            return None;
        }
        let (n, share) = (cell.judged as f64, cell.passed as f64 / cell.judged as f64);
        sum += share * (1.0 - share) / (n - 1.0);
    }
    Some(sum / (unit.cells.len() as f64).powi(2))
}

/// The smallest true mean difference that `n` pairs whose differences have the standard deviation `sd`
/// show with chance `power`, in a two-sided test at `alpha` ([`assay_stats::detectable_difference`]).
///
/// `None` without pairs or spread, and where differences vary more than those of shares do. It is never more than 1, the largest difference of two shares.
pub fn detectable_difference(sd: f64, n: u64, alpha: f64, power: f64) -> Option<f64> {
    if n == 0 || sd <= 0.0 {
        return None;
    }
    let found = assay_stats::detectable_difference(Design::Paired { sd }, n, alpha, power);
    found.ok().map(|found| found.unwrap_or(1.0))
}

/// How many pairs show a true mean difference `delta` with chance `power`
/// ([`assay_stats::needed_problems`]). `None` without a difference or spread.
pub fn pairs_needed(sd: f64, delta: f64, alpha: f64, power: f64) -> Option<u64> {
    if delta == 0.0 || sd <= 0.0 {
        return None;
    }
    assay_stats::needed_problems(Design::Paired { sd }, delta.abs(), alpha, power).ok()
}

/// Samples a problem with which the same problems would show the difference that was seen.
fn samples_needed(sizes: &Sizes, alpha: f64, power: f64) -> Option<u64> {
    let (samples, within) = sizes.samples.filter(|(_, within)| *within > 0.0)?;
    let n = sizes.n_clusters as f64;
    let spread = Spread {
        between: n * (sizes.standard_error.powi(2) - within).max(0.0),
        // What one sample each of both adds; the two are not told apart here.
        within_a: n * within * samples,
        within_b: 0.0,
    };
    assay_stats::needed_samples(spread, sizes.diff.abs(), sizes.n_clusters, alpha, power)
        .ok()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_those_of_the_formula() {
        // ((1.959964 + 0.841621) * 0.5 / 0.05)^2 = 784.887
        assert_eq!(pairs_needed(0.5, 0.05, 0.05, 0.8), Some(785));
        assert_eq!(pairs_needed(0.5, -0.05, 0.05, 0.8), Some(785));
        let found = detectable_difference(0.5, 785, 0.05, 0.8).unwrap();
        assert!((found - 0.05).abs() < 1e-4, "{found}");
    }

    #[test]
    fn without_spread_or_difference_nothing_is_claimed() {
        assert_eq!(detectable_difference(0.0, 164, 0.05, 0.8), None);
        assert_eq!(detectable_difference(0.5, 0, 0.05, 0.8), None);
        assert_eq!(pairs_needed(0.0, 0.1, 0.05, 0.8), None);
        assert_eq!(pairs_needed(0.5, 0.0, 0.05, 0.8), None);
        assert_eq!(detectable_difference(1.4, 2, 0.05, 0.8), Some(1.0));
        // No differences of shares vary as much as this.
        assert_eq!(detectable_difference(9.0, 2, 0.05, 0.8), None);
    }

    #[test]
    fn more_samples_help_only_against_chance_of_samples() {
        let sizes = |within| Sizes {
            diff: 0.08,
            standard_error: 0.05,
            n_clusters: 100,
            samples: Some((4.0, within)),
        };
        // All spread is chance of samples: it falls with their number.
        let all = Power::of(&sizes(0.0025), 0.05, 0.8);
        let factor: f64 = (1.959_964 + 0.841_621) * 0.05 / 0.08;
        assert_eq!(
            all.samples_needed,
            Some((4.0 * factor.powi(2)).ceil() as u64)
        );
        // Nearly all spread is between problems: no number of samples is enough.
        assert_eq!(Power::of(&sizes(0.0001), 0.05, 0.8).samples_needed, None);
    }

    proptest! {
        #[test]
        fn the_pairs_needed_detect_what_they_are_needed_for(
            sd in 0.01_f64..1.0, delta in 0.01_f64..0.9, alpha in 0.001_f64..0.2, power in 0.5_f64..0.99,
        ) {
            let n = pairs_needed(sd, delta, alpha, power).unwrap();
            prop_assert!(detectable_difference(sd, n, alpha, power).unwrap() <= delta + 1e-9);
            if n > 1 {
                prop_assert!(detectable_difference(sd, n - 1, alpha, power).unwrap() >= delta - 1e-9);
            }
        }
    }
}
