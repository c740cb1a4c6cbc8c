//! Ranks of several series on the same problems, with their uncertainty.

use rayon::prelude::*;

use crate::StatsError;
use crate::bootstrap::Bootstrap;
use crate::error::check_range;
use crate::resample::Clustered;

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
/// `series[s][i]` is the score of series `s` on problem `i`; `clusters[i]` labels that problem's cluster.
/// The resamples are those of [`crate::mean_intervals`] with the same seed. None for no series.
///
/// # Errors
/// When series differ in length, without a problem, with a score outside `[0, 1]`, with too few
/// resamples, or a level that is none.
pub fn rank_intervals<S: AsRef<[f64]>>(
    series: &[S],
    clusters: Option<&[usize]>,
    bootstrap: &Bootstrap,
) -> Result<Vec<RankInterval>, StatsError> {
    if series.is_empty() {
        return Ok(Vec::new());
    }
    for scores in series {
        check_range("scores", scores.as_ref(), 0.0, 1.0)?;
    }
    bootstrap.check()?;
    let clustered = Clustered::new(series, clusters)?;
    if u32::try_from(clustered.clusters()).is_err() {
        return Err(StatsError::OutOfRange {
            what: "the number of clusters of a ranking",
            low: 1.0,
            high: f64::from(u32::MAX),
            index: 0,
            value: clustered.clusters() as f64,
        });
    }
    let means = clustered.resampled_means(bootstrap.resamples, bootstrap.seed);
    let cut = ((1.0 - bootstrap.level) / 2.0 * f64::from(bootstrap.resamples)).floor() as u32;
    Ok((0..series.len())
        .into_par_iter()
        .map(|s| rank_interval(&means, s, cut))
        .collect())
}

/// The ranks of series `s` but for the `cut` resamples in which it is best, and those in which it is worst.
fn rank_interval(means: &[Vec<f64>], s: usize, cut: u32) -> RankInterval {
    let m = means.len();
    let resamples = means[s].len();
    // Means of the same scores in another order differ by rounding: those count as equal.
    let slack = 1e-12;
    let mut above = vec![0_u32; resamples];
    let mut level_with = vec![0_u32; resamples];
    for other in means {
        for r in 0..resamples {
            let lead = other[r] - means[s][r];
            above[r] += u32::from(lead > slack);
            level_with[r] += u32::from(lead.abs() <= slack);
        }
    }
    // best[r] and worst[r] count the resamples in which it had rank r + 1.
    let (mut best, mut worst) = (vec![0_u32; m], vec![0_u32; m]);
    for (above, level_with) in above.into_iter().zip(level_with) {
        best[above as usize] += 1;
        worst[(above + level_with - 1) as usize] += 1;
    }
    RankInterval {
        best: rank_beyond(best.iter(), cut) + 1,
        worst: m as u32 - rank_beyond(worst.iter().rev(), cut),
    }
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
    use proptest::prelude::*;

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
        assert!(
            rank_intervals::<Vec<f64>>(&[], None, &default)
                .unwrap()
                .is_empty()
        );
        assert!(rank_intervals(&[vec![]], None, &default).is_err());
        assert!(rank_intervals(&[vec![1.5]], None, &default).is_err());
        assert!(rank_intervals(&[vec![1.0], vec![1.0, 0.0]], None, &default).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Ranks lie in order within 1..=m, and who is never behind another is never ranked behind it.
        #[test]
        fn who_is_never_behind_is_not_ranked_behind(
            scores in prop::collection::vec(prop::collection::vec(0_u8..=4, 6), 1..6),
            seed: u64,
        ) {
            let mut series: Vec<Vec<f64>> = scores
                .iter()
                .map(|of| of.iter().map(|v| f64::from(*v) / 4.0).collect())
                .collect();
            let best: Vec<f64> = (0..6)
                .map(|i| series.iter().map(|s| s[i]).fold(0.0, f64::max))
                .collect();
            series.push(best);
            let bootstrap = Bootstrap { resamples: 200, seed, ..Bootstrap::default() };
            let ranks = rank_intervals(&series, None, &bootstrap).unwrap();
            for rank in &ranks {
                prop_assert!(1 <= rank.best && rank.best <= rank.worst && rank.worst as usize <= series.len());
            }
            prop_assert_eq!(ranks[series.len() - 1].best, 1);
        }
    }
}
