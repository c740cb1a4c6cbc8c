//! Ranks of several series on the same problems, with their uncertainty.

use crate::StatsError;
use crate::bootstrap::{Bootstrap, Total, totals};
use crate::error::check_range;
use crate::rng::Draws;

/// Ranks a series may well have; 1 is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankInterval {
    pub best: u32,
    pub worst: u32,
}

/// Intervals of the ranks of several series by a bootstrap over their common problems: each resample
/// of problems (or of whole clusters) ranks all series anew, and the answer holds the middle `level`
/// of each series' ranks (Hall and Miller 2009, doi:10.1214/08-AOS699). Series that are equal in a
/// resample share the better rank for `best` and the worse for `worst`.
///
/// `series[s][i]` is the score of series `s` on problem `i`.
///
/// # Errors
/// When series differ in length, without a problem, or with a score outside `[0, 1]`.
pub fn rank_intervals(
    series: &[Vec<f64>],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Vec<RankInterval>, StatsError> {
    let Some(first) = series.first() else {
        return Ok(Vec::new());
    };
    let mut clustered: Vec<Vec<Total>> = Vec::with_capacity(series.len());
    for scores in series {
        check_range("scores", scores, 0.0, 1.0)?;
        if scores.len() != first.len() {
            return Err(StatsError::LengthMismatch {
                what: "a ranking",
                left: first.len(),
                right: scores.len(),
            });
        }
        clustered.push(totals(scores, clusters)?);
    }
    let m = series.len();
    let bound = clustered[0].len() as u32;
    // best[s][r] and worst[s][r] count the resamples in which series s had rank r + 1.
    let mut best = vec![vec![0_u32; m]; m];
    let mut worst = vec![vec![0_u32; m]; m];
    let mut draws = Draws::new(bootstrap.seed, u64::MAX);
    let mut sums = vec![0.0; m];
    for _ in 0..bootstrap.resamples {
        sums.fill(0.0);
        for _ in 0..bound {
            let i = draws.below(bound);
            for (sum, totals) in sums.iter_mut().zip(&clustered) {
                *sum += totals[i].sum;
            }
        }
        for s in 0..m {
            let above = sums.iter().filter(|v| **v > sums[s] + 1e-9).count();
            let level_with = sums.iter().filter(|v| (*v - sums[s]).abs() <= 1e-9).count();
            best[s][above] += 1;
            worst[s][above + level_with - 1] += 1;
        }
    }
    let cut = ((1.0 - bootstrap.level) / 2.0 * f64::from(bootstrap.resamples)).floor() as u32;
    Ok((0..m)
        .map(|s| RankInterval {
            best: rank_beyond(best[s].iter(), cut) + 1,
            worst: m as u32 - rank_beyond(worst[s].iter().rev(), cut),
        })
        .collect())
}

/// The first position at which more than `cut` resamples have been counted.
fn rank_beyond<'a>(counts: impl Iterator<Item = &'a u32>, cut: u32) -> u32 {
    let mut seen = 0;
    let mut position = 0;
    for count in counts {
        seen += count;
        if seen > cut {
            break;
        }
        position += 1;
    }
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_winners_have_one_rank_and_equals_share_theirs() {
        let good = vec![1.0; 60];
        let half: Vec<f64> = (0..60).map(|i| f64::from(i % 2)).collect();
        let none = vec![0.0; 60];
        let bootstrap = Bootstrap {
            resamples: 1_000,
            ..Bootstrap::default()
        };
        let ranks = rank_intervals(&[half.clone(), good, none, half], None, &bootstrap).unwrap();
        let of = |best, worst| RankInterval { best, worst };
        assert_eq!(ranks, [of(2, 3), of(1, 1), of(4, 4), of(2, 3)]);
    }

    #[test]
    fn by_simulation_two_close_series_may_stand_either_way() {
        let a: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 10 < 5))).collect();
        let b: Vec<f64> = (0..100).map(|i| f64::from(u8::from(i % 11 < 6))).collect();
        let ranks = rank_intervals(&[a, b], None, &Bootstrap::default()).unwrap();
        assert!(
            ranks.iter().all(|r| r.best == 1 && r.worst == 2),
            "{ranks:?}"
        );
    }

    #[test]
    fn no_series_no_ranks_and_unequal_series_are_refused() {
        let default = Bootstrap::default();
        assert!(rank_intervals(&[], None, &default).unwrap().is_empty());
        assert!(rank_intervals(&[vec![1.0], vec![1.0, 0.0]], None, &default).is_err());
    }
}
