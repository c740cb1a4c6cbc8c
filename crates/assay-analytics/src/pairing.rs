//! Pairs of contenders: what they have in common, and differences drawn once for all that have the same.

use assay_stats::{PairedDifference, paired_differences};
use rayon::prelude::*;

use crate::AnalyticsError;
use crate::alike::alike;
use crate::compare::{CompareOptions, Contender, Pair, pair};
use crate::group::UnitKey;
use crate::score::{Estimate, cluster_numbers};

/// Pairs whose values are in memory at a time.
const PAIRS: usize = 512;

/// What two contenders have in common.
pub(crate) struct Common<'a> {
    units: Vec<&'a UnitKey>,
    pub of_a: Vec<f64>,
    pub of_b: Vec<f64>,
    pub clusters: Vec<usize>,
    pub n_clusters: usize,
    pub is_single: bool,
}

impl<'a> Common<'a> {
    /// `None` without a common problem.
    fn of(a: &'a Contender, b: &Contender) -> Option<Self> {
        let common: Vec<(&UnitKey, &Estimate, &Estimate)> = a
            .estimates
            .iter()
            .filter_map(|(key, of_a)| Some((key, of_a, b.estimates.get(key)?)))
            .collect();
        if common.is_empty() {
            return None;
        }
        let (clusters, n_clusters) =
            cluster_numbers(common.iter().map(|(_, a, _)| a.cluster.as_str()));
        Some(Self {
            of_a: common.iter().map(|(_, a, _)| a.value).collect(),
            of_b: common.iter().map(|(_, _, b)| b.value).collect(),
            is_single: n_clusters == common.len()
                && common.iter().all(|(_, a, b)| a.is_single && b.is_single),
            units: common.into_iter().map(|(key, _, _)| key).collect(),
            clusters,
            n_clusters,
        })
    }
}

/// The pairs at these places, their p-values not yet adjusted; `None` for those without a common problem. Pairs with the
/// same problems in common share what is drawn of them, which changes nothing: each draws the same alone.
pub(crate) fn paired(
    contenders: &[Contender],
    places: &[(usize, usize)],
    options: &CompareOptions,
) -> Result<Vec<Option<Pair>>, AnalyticsError> {
    let mut all = Vec::with_capacity(places.len());
    for places in places.chunks(PAIRS) {
        let common: Vec<Option<Common<'_>>> = places
            .par_iter()
            .map(|&(i, j)| Common::of(&contenders[i], &contenders[j]))
            .collect();
        let mut differences: Vec<Option<PairedDifference>> = vec![None; places.len()];
        for alike in alike(
            common
                .iter()
                .map(|c| Some((&c.as_ref()?.units, &c.as_ref()?.clusters))),
        ) {
            let of_alike: Vec<&Common<'_>> = alike
                .iter()
                .filter_map(|place| common[*place].as_ref())
                .collect();
            let series: Vec<&[f64]> = of_alike
                .iter()
                .flat_map(|common| [common.of_a.as_slice(), common.of_b.as_slice()])
                .collect();
            let pairs: Vec<(usize, usize)> = (0..alike.len()).map(|n| (2 * n, 2 * n + 1)).collect();
            let clusters = of_alike.first().map(|common| common.clusters.as_slice());
            let found = paired_differences(&series, &pairs, clusters, &options.score.bootstrap())
                .map_err(|source| AnalyticsError::Stats {
                of: "the pairs".to_owned(),
                source,
            })?;
            for (place, found) in alike.into_iter().zip(found) {
                differences[place] = Some(found);
            }
        }
        let found: Result<Vec<Option<Pair>>, AnalyticsError> = places
            .par_iter()
            .zip(&common)
            .zip(&differences)
            .map(
                |((&(i, j), common), difference)| match (common, difference) {
                    (Some(common), Some(difference)) => {
                        pair(&contenders[i], &contenders[j], common, difference, options).map(Some)
                    }
                    _ => Ok(None),
                },
            )
            .collect();
        all.extend(found?);
    }
    Ok(all)
}
