//! Bounds of bootstrap intervals from the estimates of resamples.

use crate::BootstrapMethod;
use crate::special::{normal_cdf, normal_quantile};

/// Percentile bounds of an ascending distribution of resampled estimates: its quantiles at both tails by linear
/// interpolation (Efron 1979). `level` lies in (0, 1), the distribution is not empty. Oracle:
/// `scipy.stats.bootstrap(method="percentile")`.
pub fn percentile_bounds(distribution: &[f64], level: f64) -> (f64, f64) {
    let (low, high) = percentile_tails(level);
    (quantile(distribution, low), quantile(distribution, high))
}

/// BCa bounds from an ascending distribution of resampled estimates and the leave-one-out ones (Efron 1987,
/// doi:10.1080/01621459.1987.10478410); `None` where they are undefined: no variation, or the estimate lies beyond all
/// resamples. Oracle: `scipy.stats.bootstrap(method="BCa")`.
pub fn bca_bounds(
    estimate: f64,
    distribution: &[f64],
    jackknife: &[f64],
    level: f64,
) -> Option<(f64, f64)> {
    let (below, above) = around(estimate);
    let below = distribution.partition_point(|v| *v < below);
    let up_to = distribution.partition_point(|v| *v <= above);
    let (low, high) = bca_tails(below, up_to, distribution.len(), jackknife, level)?;
    Some((quantile(distribution, low), quantile(distribution, high)))
}

/// The bounds of an unordered distribution, which it leaves in another order. Four places of it are selected, which
/// takes a fraction of the time of sorting it.
pub(crate) fn bounds(
    method: BootstrapMethod,
    estimate: f64,
    distribution: &mut [f64],
    jackknife: &[f64],
    level: f64,
) -> Option<(f64, f64)> {
    let (low, high) = match method {
        BootstrapMethod::Percentile => percentile_tails(level),
        BootstrapMethod::Bca => {
            let (below, above) = around(estimate);
            let (below, up_to) = distribution.iter().fold((0, 0), |(b, u), v| {
                (b + usize::from(*v < below), u + usize::from(*v <= above))
            });
            bca_tails(below, up_to, distribution.len(), jackknife, level)?
        }
    };
    Some((
        selected_quantile(distribution, low),
        selected_quantile(distribution, high),
    ))
}

fn percentile_tails(level: f64) -> (f64, f64) {
    let tail = (1.0 - level) / 2.0;
    (tail, 1.0 - tail)
}

/// What is equal to the estimate but for rounding.
fn around(estimate: f64) -> (f64, f64) {
    let slack = 1e-12 * estimate.abs().max(1e-3);
    (estimate - slack, estimate + slack)
}

/// The shares of the distribution at which BCa's bounds lie. `below` and `up_to` of the `n` resamples lie below the
/// estimate, and below or at it: half of those at it count as below.
fn bca_tails(
    below: usize,
    up_to: usize,
    n: usize,
    jackknife: &[f64],
    level: f64,
) -> Option<(f64, f64)> {
    let bias = normal_quantile((below + up_to) as f64 / (2 * n) as f64);
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
    let tail = |z: f64| {
        let shifted = bias + z;
        let denominator = 1.0 - acceleration * shifted;
        // Beyond the pole the formula would turn around.
        (denominator > 0.0).then(|| normal_cdf(bias + shifted / denominator))
    };
    Some((tail(z)?, tail(-z)?))
}

/// Where a quantile lies in `n` ascending values: the value below, and how far to the next (numpy's default, type 7).
fn position(n: usize, q: f64) -> (usize, f64) {
    let position = q.clamp(0.0, 1.0) * (n - 1) as f64;
    (position.floor() as usize, position.fract())
}

fn quantile(ascending: &[f64], q: f64) -> f64 {
    let (below, part) = position(ascending.len(), q);
    let low = ascending[below];
    let high = ascending[(below + usize::from(part > 0.0)).min(ascending.len() - 1)];
    low + (high - low) * part
}

fn selected_quantile(values: &mut [f64], q: f64) -> f64 {
    let (below, part) = position(values.len(), q);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let next = above.iter().copied().fold(f64::INFINITY, f64::min);
    if part > 0.0 && next.is_finite() {
        low + (next - low) * part
    } else {
        low
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_variation_there_are_no_bca_bounds() {
        assert_eq!(bca_bounds(0.5, &[0.5; 100], &[0.5; 4], 0.95), None);
        assert_eq!(bca_bounds(0.9, &[0.5, 0.6], &[0.4, 0.6], 0.95), None);
        assert_eq!(percentile_bounds(&[0.5; 100], 0.95), (0.5, 0.5));
        assert_eq!(percentile_bounds(&[0.5], 0.95), (0.5, 0.5));
    }

    proptest! {
        #[test]
        fn selecting_gives_what_sorting_gives(
            mut values in prop::collection::vec(-1.0_f64..1.0, 1..80),
            jackknife in prop::collection::vec(-1.0_f64..1.0, 2..9),
            level in 0.5_f64..0.999,
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let estimate = values[0];
            let bca = bounds(BootstrapMethod::Bca, estimate, &mut values, &jackknife, level);
            prop_assert_eq!(bca, bca_bounds(estimate, &sorted, &jackknife, level));
            let percentile = bounds(BootstrapMethod::Percentile, estimate, &mut values, &jackknife, level);
            let (low, high) = percentile_bounds(&sorted, level);
            prop_assert_eq!(percentile, Some((low, high)));
            prop_assert!(sorted[0] <= low && low <= high && high <= sorted[sorted.len() - 1]);
        }
    }
}
