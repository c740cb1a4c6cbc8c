//! Resampling whole clusters for several series at once: what is drawn is drawn once, and used for all.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::StatsError;
use crate::rng::Draws;

/// Resamples that share one random stream. Blocks are drawn side by side, and because each has a stream of its own the
/// answer is the same whatever the number of threads.
const BLOCK: usize = 1_024;

/// The most columns that are summed side by side: enough to keep the processor's adders busy, and few enough for its
/// registers.
const LANES: usize = 12;

/// Several series on the same problems, as sums over clusters.
#[derive(Debug, Clone)]
pub(crate) struct Clustered {
    /// `sums[s][g]`: the values of series `s` in cluster `g`, added up.
    sums: Vec<Vec<f64>>,
    /// `counts[g]`: values in cluster `g`.
    counts: Vec<f64>,
}

impl Clustered {
    /// Clusters in the order of their labels; without labels each value is its own.
    ///
    /// # Errors
    /// Without a value, and when series or labels differ in length.
    pub(crate) fn new<S: AsRef<[f64]>>(
        series: &[S],
        clusters: Option<&[usize]>,
    ) -> Result<Self, StatsError> {
        let length = series.first().map_or(0, |first| first.as_ref().len());
        if length == 0 {
            return Err(StatsError::TooFewValues {
                what: "a bootstrap over problems",
                needed: 1,
                given: 0,
            });
        }
        let lengths = series.iter().map(|values| values.as_ref().len());
        for other in lengths.chain(clusters.map(<[usize]>::len)) {
            if other != length {
                return Err(StatsError::LengthMismatch {
                    what: "a bootstrap over problems",
                    left: length,
                    right: other,
                });
            }
        }
        let Some(clusters) = clusters else {
            return Ok(Self {
                sums: series.iter().map(|s| s.as_ref().to_vec()).collect(),
                counts: vec![1.0; length],
            });
        };
        let mut places: BTreeMap<usize, usize> = clusters.iter().map(|c| (*c, 0)).collect();
        for (place, number) in places.values_mut().zip(0..) {
            *place = number;
        }
        let of: Vec<usize> = clusters.iter().map(|label| places[label]).collect();
        let mut counts = vec![0.0; places.len()];
        of.iter().for_each(|place| counts[*place] += 1.0);
        let sums = series
            .iter()
            .map(|values| {
                let mut sums = vec![0.0; places.len()];
                for (value, place) in values.as_ref().iter().zip(&of) {
                    sums[*place] += value;
                }
                sums
            })
            .collect();
        Ok(Self { sums, counts })
    }

    pub(crate) fn series(&self) -> usize {
        self.sums.len()
    }

    pub(crate) fn clusters(&self) -> usize {
        self.counts.len()
    }

    /// Mean over all values of series `s`.
    pub(crate) fn mean(&self, s: usize) -> f64 {
        self.sums[s].iter().sum::<f64>() / self.counts.iter().sum::<f64>()
    }

    /// Means of series `s` with one cluster left out, in the clusters' order. A mean has them in closed form, which makes
    /// the acceleration of BCa cost one pass.
    pub(crate) fn jackknife_means(&self, s: usize) -> Vec<f64> {
        let sum: f64 = self.sums[s].iter().sum();
        let count: f64 = self.counts.iter().sum();
        self.sums[s]
            .iter()
            .zip(&self.counts)
            .map(|(of_one, n)| (sum - of_one) / (count - n))
            .collect()
    }

    /// `means[s][r]`: the mean of series `s` in resample `r`. All series see the same resamples.
    ///
    /// There are fewer than 2^32 clusters.
    pub(crate) fn resampled_means(&self, resamples: u32, seed: u64) -> Vec<Vec<f64>> {
        let first = self.counts[0];
        let mut columns: Vec<&[f64]> = self.sums.iter().map(Vec::as_slice).collect();
        // Where clusters are of one size every resample has the same count; else counts are summed like values.
        let are_even = self.counts.iter().all(|count| *count == first);
        if !are_even {
            columns.push(&self.counts);
        }
        let blocks = match columns.len() {
            1 => sums::<1>(&columns, resamples, seed),
            2 => sums::<2>(&columns, resamples, seed),
            3..=4 => sums::<4>(&columns, resamples, seed),
            5..=8 => sums::<8>(&columns, resamples, seed),
            _ => sums::<LANES>(&columns, resamples, seed),
        };
        let total = first * self.counts.len() as f64;
        (0..self.series())
            .into_par_iter()
            .map(|s| {
                let mut means = Vec::with_capacity(resamples as usize);
                for block in &blocks {
                    if are_even {
                        means.extend(block[s].iter().map(|sum| sum / total));
                    } else {
                        let counts = &block[self.series()];
                        means.extend(block[s].iter().zip(counts).map(|(sum, n)| sum / n));
                    }
                }
                means
            })
            .collect()
    }
}

/// Sums of resamples, `[block][column][resample in the block]`. Columns lie `L` side by side, so that an index that was
/// drawn reads one line of memory for all of them; each column is added up in the order of the draws.
fn sums<const L: usize>(columns: &[&[f64]], resamples: u32, seed: u64) -> Vec<Vec<Vec<f64>>> {
    let length = columns[0].len();
    let panels: Vec<Vec<[f64; L]>> = columns
        .chunks(L)
        .map(|columns| {
            let row = |i: usize| {
                let mut row = [0.0; L];
                for (cell, column) in row.iter_mut().zip(columns) {
                    *cell = column[i];
                }
                row
            };
            (0..length).map(row).collect()
        })
        .collect();
    (0..(resamples as usize).div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let size = BLOCK.min(resamples as usize - block * BLOCK);
            let mut draws = Draws::new(seed, block as u64);
            let mut drawn = vec![0_u32; length];
            let mut sums = vec![Vec::with_capacity(size); columns.len()];
            for _ in 0..size {
                draws.fill_below(length as u32, &mut drawn);
                for (panel, sums) in panels.iter().zip(sums.chunks_mut(L)) {
                    let row = sum_of_drawn(panel, &drawn);
                    for (sums, sum) in sums.iter_mut().zip(row) {
                        sums.push(sum);
                    }
                }
            }
            sums
        })
        .collect()
}

/// Not inlined: where its result is spread, the sums would be kept in memory instead of registers, which takes three times as
/// long.
#[inline(never)]
fn sum_of_drawn<const L: usize>(panel: &[[f64; L]], drawn: &[u32]) -> [f64; L] {
    let mut sums = [0.0; L];
    for i in drawn {
        let row = &panel[*i as usize];
        for lane in 0..L {
            sums[lane] += row[lane];
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clusters_are_summed_in_the_order_of_their_labels() {
        let clustered = Clustered::new(&[[1.0, 2.0, 4.0]], Some(&[9, 3, 9])).unwrap();
        assert_eq!(clustered.sums, [[2.0, 5.0]]);
        assert_eq!(clustered.counts, [1.0, 2.0]);
        assert_eq!(clustered.mean(0), 7.0 / 3.0);
        assert_eq!(clustered.jackknife_means(0), [2.5, 2.0]);
    }

    #[test]
    fn refuses_none_and_unequal_lengths() {
        assert!(Clustered::new::<Vec<f64>>(&[], None).is_err());
        assert!(Clustered::new(&[vec![]], None).is_err());
        assert!(Clustered::new(&[vec![1.0], vec![1.0, 2.0]], None).is_err());
        assert!(Clustered::new(&[vec![1.0]], Some(&[1, 2])).is_err());
    }

    /// What one thread draws with a plain loop over its stream, block by block.
    fn plainly(values: &[f64], clusters: &[usize], resamples: u32, seed: u64) -> Vec<f64> {
        let clustered = Clustered::new(&[values], Some(clusters)).unwrap();
        let bound = clustered.clusters() as u32;
        let mut means = Vec::new();
        for r in 0..resamples as usize {
            let mut draws = Draws::new(seed, (r / BLOCK) as u64);
            (0..r % BLOCK * bound as usize).for_each(|_| {
                draws.below(bound);
            });
            let (mut sum, mut count) = (0.0, 0.0);
            for _ in 0..bound {
                let i = draws.below(bound);
                sum += clustered.sums[0][i];
                count += clustered.counts[i];
            }
            means.push(sum / count);
        }
        means
    }

    #[test]
    fn any_number_of_threads_and_of_series_draws_the_same() {
        let series: Vec<Vec<f64>> = (1..20)
            .map(|s| (0..9).map(|i| f64::from(i * s % 7) / 7.0).collect())
            .collect();
        for clusters in [[0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 1, 2, 2, 2, 3, 4, 5]] {
            let clustered = Clustered::new(&series, Some(&clusters)).unwrap();
            let all = clustered.resampled_means(2_100, 5);
            assert_eq!(all.len(), series.len());
            for threads in [1, 2, 5] {
                let pool = rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .build()
                    .unwrap();
                assert_eq!(pool.install(|| clustered.resampled_means(2_100, 5)), all);
            }
            for s in [0, 7, 8, 18] {
                let alone = Clustered::new(&series[s..=s], Some(&clusters)).unwrap();
                assert_eq!(alone.resampled_means(2_100, 5)[0], all[s]);
            }
            assert_eq!(all[2][..40], plainly(&series[2], &clusters, 40, 5));
            assert_eq!(
                all[2][1_024..1_030],
                plainly(&series[2], &clusters, 1_030, 5)[1_024..]
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn resamples_stay_within_the_clusters_means(values in prop::collection::vec(0.0_f64..=1.0, 1..30), seed: u64) {
            let clusters: Vec<usize> = (0..values.len()).map(|i| i * i % 5).collect();
            let clustered = Clustered::new(&[&values], Some(&clusters)).unwrap();
            let of_clusters = clustered.sums[0].iter().zip(&clustered.counts).map(|(s, n)| s / n);
            let (low, high) = of_clusters.fold((f64::MAX, f64::MIN), |(l, h), m| (l.min(m), h.max(m)));
            let means = clustered.resampled_means(100, seed);
            prop_assert_eq!(means[0].len(), 100);
            prop_assert!(means[0].iter().all(|m| low - 1e-12 <= *m && *m <= high + 1e-12));
        }
    }
}
