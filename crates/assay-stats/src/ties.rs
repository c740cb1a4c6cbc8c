//! Who cannot be told apart.

use std::collections::BTreeSet;

use crate::error::{check_between, check_range, unknown_series};
use crate::{StatsError, holm};

/// Series that are not separable.
#[derive(Debug, Clone, PartialEq)]
pub struct TieGroups {
    /// The group of each series, from 1, in the order the series were given. A group begins with the best that is left and
    /// holds all that follow until the first that differs significantly from that best one: within it, no one is shown to
    /// be behind its first.
    pub group: Vec<u32>,
    /// All largest sets of series of which no two differ significantly, the best first: what a compact letter display gives
    /// a letter each (Piepho 2004, doi:10.1198/1061860043515). A series may be in several, since not being told apart is
    /// not transitive.
    pub inseparable: Vec<Vec<usize>>,
    /// The p-values after Holm's adjustment, in the order of the pairs.
    pub p_adjusted: Vec<f64>,
}

/// Groups of series that are not separable after Holm's adjustment.
///
/// `scores[s]` is the mean score of series `s`; `pairs` has the raw p-value of each tested pair, `(s, t, p)`. A pair that
/// was not tested counts as not separable. Series with equal scores keep their order. The oracle is a search over all
/// sets of series with `statsmodels.stats.multitest.multipletests(method="holm")`.
///
/// The number of sets can grow exponentially with that of the series in made-up tables; in real ones, whose significance
/// follows the scores, there are about as many as series.
///
/// # Errors
/// When a score is not finite, a value is no probability, alpha is not in `(0, 1)`, a pair names a series that is not there
/// or one twice, or a pair comes twice.
pub fn tie_groups(
    scores: &[f64],
    pairs: &[(usize, usize, f64)],
    alpha: f64,
) -> Result<TieGroups, StatsError> {
    check_range("scores", scores, f64::MIN, f64::MAX)?;
    check_between("alpha", alpha, 0.0, 1.0)?;
    let m = scores.len();
    let p: Vec<f64> = pairs.iter().map(|(_, _, p)| *p).collect();
    let p_adjusted = holm(&p)?;
    let mut differ = vec![vec![false; m]; m];
    let mut seen = BTreeSet::new();
    for ((s, t, _), adjusted) in pairs.iter().zip(&p_adjusted) {
        if let Some(unknown) = [*s, *t].into_iter().find(|s| *s >= m) {
            return Err(unknown_series(unknown, m));
        }
        if s == t || !seen.insert((s.min(t), s.max(t))) {
            return Err(StatsError::RepeatedPair { s: *s, t: *t });
        }
        differ[*s][*t] = *adjusted < alpha;
        differ[*t][*s] = *adjusted < alpha;
    }
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|s, t| scores[*t].total_cmp(&scores[*s]));

    let mut group = vec![0; m];
    let (mut number, mut leader) = (0, None);
    for s in &order {
        if leader.is_none_or(|leader: usize| differ[leader][*s]) {
            number += 1;
            leader = Some(*s);
        }
        group[*s] = number;
    }

    // By places in the order, so that sets come out the best first.
    let alike = |a: usize, b: usize| a != b && !differ[order[a]][order[b]];
    let mut sets = Vec::new();
    if m > 0 {
        extend(
            &mut Vec::new(),
            (0..m).collect(),
            Vec::new(),
            &alike,
            &mut sets,
        );
    }
    for set in &mut sets {
        set.sort_unstable();
    }
    sets.sort();
    let inseparable = sets
        .into_iter()
        .map(|set| set.into_iter().map(|place| order[place]).collect())
        .collect();
    Ok(TieGroups {
        group,
        inseparable,
        p_adjusted,
    })
}

/// All maximal cliques that hold `chosen`, some of `open` and none of `done` (Bron and Kerbosch 1973,
/// doi:10.1145/362342.362367, with the pivot of Tomita, Tanaka and Takahashi 2006). The depth is that of the largest
/// clique.
fn extend(
    chosen: &mut Vec<usize>,
    mut open: Vec<usize>,
    mut done: Vec<usize>,
    alike: &impl Fn(usize, usize) -> bool,
    sets: &mut Vec<Vec<usize>>,
) {
    let neighbours = |of: usize, among: &[usize]| -> Vec<usize> {
        among.iter().copied().filter(|v| alike(of, *v)).collect()
    };
    let pivot = open
        .iter()
        .chain(&done)
        .copied()
        .max_by_key(|v| neighbours(*v, &open).len());
    let Some(pivot) = pivot else {
        sets.push(chosen.clone());
        return;
    };
    let candidates: Vec<usize> = open.iter().copied().filter(|v| !alike(pivot, *v)).collect();
    for v in candidates {
        chosen.push(v);
        extend(
            chosen,
            neighbours(v, &open),
            neighbours(v, &done),
            alike,
            sets,
        );
        chosen.pop();
        open.retain(|other| *other != v);
        done.push(v);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chain_of_neighbours_is_no_group() {
        // 0 and 1, and 1 and 2, cannot be told apart; 0 and 2 can.
        let pairs = [(0, 1, 0.4), (1, 2, 0.3), (0, 2, 0.001)];
        let found = tie_groups(&[0.9, 0.8, 0.7], &pairs, 0.05).unwrap();
        assert_eq!(found.group, [1, 1, 2]);
        assert_eq!(found.inseparable, [vec![0, 1], vec![1, 2]]);
        assert_eq!(found.p_adjusted, [0.6, 0.6, 0.003]);
    }

    #[test]
    fn what_was_not_tested_is_not_separable() {
        let found = tie_groups(&[0.1, 0.9, 0.5], &[], 0.05).unwrap();
        assert_eq!(found.group, [1, 1, 1]);
        assert_eq!(found.inseparable, [vec![1, 2, 0]]);
        let none = tie_groups(&[], &[], 0.05).unwrap();
        assert!(none.group.is_empty() && none.inseparable.is_empty());
    }

    #[test]
    fn refuses_pairs_that_are_none() {
        let of = |pairs: &[(usize, usize, f64)]| tie_groups(&[0.1, 0.2], pairs, 0.05).is_err();
        assert!(of(&[(0, 2, 0.5)]) && of(&[(1, 1, 0.5)]) && of(&[(0, 1, 1.5)]));
        assert!(of(&[(0, 1, 0.5), (1, 0, 0.5)]));
        assert!(tie_groups(&[0.1, f64::NAN], &[], 0.05).is_err());
        assert!(tie_groups(&[0.1], &[], 0.0).is_err());
    }

    proptest! {
        #[test]
        fn sets_are_inseparable_largest_and_hold_all(
            scores in prop::collection::vec(0.0_f64..1.0, 1..8),
            p in prop::collection::vec(0.0_f64..0.02, 28),
        ) {
            let m = scores.len();
            let pairs: Vec<(usize, usize, f64)> = (0..m)
                .flat_map(|s| (0..s).map(move |t| (s, t)))
                .zip(p)
                .map(|((s, t), p)| (s, t, p))
                .collect();
            let found = tie_groups(&scores, &pairs, 0.05).unwrap();
            let differ: BTreeSet<(usize, usize)> = pairs
                .iter()
                .zip(&found.p_adjusted)
                .filter(|(_, adjusted)| **adjusted < 0.05)
                .flat_map(|((s, t, _), _)| [(*s, *t), (*t, *s)])
                .collect();
            // Every set of series, by brute force.
            let inseparable = |mask: u32| {
                let of = |s: usize| mask >> s & 1 == 1;
                !differ.iter().any(|(s, t)| of(*s) && of(*t))
            };
            let largest: BTreeSet<u32> = (1_u32..1 << m)
                .filter(|mask| inseparable(*mask))
                .filter(|mask| (0..m).all(|s| mask >> s & 1 == 1 || !inseparable(mask | 1 << s)))
                .collect();
            let ours: BTreeSet<u32> = found
                .inseparable
                .iter()
                .map(|set| set.iter().map(|s| 1 << s).sum())
                .collect();
            prop_assert_eq!(ours.len(), found.inseparable.len());
            prop_assert_eq!(ours, largest);
            // Groups follow the scores.
            for s in 0..m {
                for t in 0..m {
                    prop_assert!(scores[s] <= scores[t] || found.group[s] <= found.group[t]);
                }
            }
        }
    }
}
