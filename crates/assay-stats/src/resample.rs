//! Resampling whole clusters for several series at once: what is drawn is drawn once, and used for all.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::StatsError;
use crate::panel::panels;
use crate::rng::Draws;

/// Resamples that share one random stream. Blocks are drawn side by side, and because each has a stream of its own the
/// answer is the same whatever the number of threads.
const BLOCK: usize = 1_024;

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
        let mut sums = sums(&columns, resamples, seed);
        if are_even {
            let total = first * self.counts.len() as f64;
            sums.par_iter_mut()
                .for_each(|sums| sums.iter_mut().for_each(|sum| *sum /= total));
        } else if let Some(counts) = sums.pop() {
            sums.par_iter_mut().for_each(|sums| {
                for (sum, count) in sums.iter_mut().zip(&counts) {
                    *sum /= count;
                }
            });
        }
        sums
    }
}

/// Sums of the columns in each resample, `[column][resample]`.
fn sums(columns: &[&[f64]], resamples: u32, seed: u64) -> Vec<Vec<f64>> {
    let length = columns[0].len();
    let panels = panels(columns);
    let mut sums = vec![vec![0.0; resamples as usize]; columns.len()];
    // parts[block][column]: each block writes its own part of every column.
    let blocks = (resamples as usize).div_ceil(BLOCK);
    let mut parts: Vec<Vec<&mut [f64]>> = (0..blocks)
        .map(|_| Vec::with_capacity(columns.len()))
        .collect();
    for column in &mut sums {
        for (parts, part) in parts.iter_mut().zip(column.chunks_mut(BLOCK)) {
            parts.push(part);
        }
    }
    parts
        .into_par_iter()
        .enumerate()
        .for_each(|(block, mut parts)| {
            let mut draws = Draws::new(seed, block as u64);
            let mut drawn = vec![0_u32; length];
            for at in 0..parts[0].len() {
                draws.fill_below(length as u32, &mut drawn);
                for panel in &panels {
                    panel.sum(&drawn, at, &mut parts);
                }
            }
        });
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
        // Some of whole numbers, some not.
        let series: Vec<Vec<f64>> = (1..40)
            .map(|s| {
                let divisor = if s % 3 == 0 { 1_009.0 } else { 7.0 };
                (0..9).map(|i| f64::from(i * s % 7) / divisor).collect()
            })
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
            for (from, to) in [(0, 40), (1_024, 1_030)] {
                let plain = plainly(&series[2], &clusters, to, 5);
                for r in from..to as usize {
                    assert!((all[2][r] - plain[r]).abs() < 1e-12);
                }
            }
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
