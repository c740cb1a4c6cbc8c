//! Strengths of several series from who beats whom, problem by problem.

use std::collections::BTreeMap;

use crate::StatsError;
use crate::error::{check_level, check_range, check_shape, unknown_series};
use crate::linear::Cholesky;
use crate::special::critical_value;

/// Newton's method has converged long before; only numbers at the edge of what a float holds need more.
const MOST_STEPS: u32 = 200;

/// Strengths of several series on one scale.
#[derive(Debug, Clone, PartialEq)]
pub struct BradleyTerry {
    /// Logarithms of the strengths, with mean 0: the difference of two is the logarithm of the odds that the first beats the
    /// second, a tie counting half.
    pub strengths: Vec<f64>,
    /// Standard errors of the strengths, clustered over problems (or over their clusters): all comparisons on one problem
    /// stand and fall together. Without a correction for few clusters.
    pub standard_errors: Vec<f64>,
    /// `wins[s][t]`: problems on which `s` beat `t`, and half of those on which they were equal.
    pub wins: Vec<Vec<f64>>,
    /// Clusters on which at least two series were compared.
    pub n_clusters: usize,
}

impl BradleyTerry {
    /// The chance that series `s` beats series `t`, a tie counting half.
    ///
    /// # Errors
    /// When there is no such series.
    pub fn chance(&self, s: usize, t: usize) -> Result<f64, StatsError> {
        let of = |s: usize| {
            let strength = self.strengths.get(s).copied();
            strength.ok_or_else(|| unknown_series(s, self.strengths.len()))
        };
        Ok(logistic(of(s)? - of(t)?))
    }

    /// The normal interval (low, high) of the strength of series `s`, at a level such as 0.95.
    ///
    /// # Errors
    /// When there is no such series, or the level is none.
    pub fn bounds(&self, s: usize, level: f64) -> Result<(f64, f64), StatsError> {
        check_level(level)?;
        let strength = self.strengths.get(s).zip(self.standard_errors.get(s));
        let (strength, error) = strength.ok_or_else(|| unknown_series(s, self.strengths.len()))?;
        let half = critical_value(level) * error;
        Ok((strength - half, strength + half))
    }
}

/// Fits the model of Bradley and Terry (1952, doi:10.2307/2334029), `P(s beats t) = 1 / (1 + exp(theta_t - theta_s))`, by
/// maximum likelihood. On each problem every two series that were judged meet: the better score wins, and a tie counts as
/// half a win for either.
///
/// `scores[s][i]` is the score of series `s` on problem `i`, `None` where it was not judged; `clusters[i]` labels that
/// problem's cluster, without them each is its own. The fit is Newton's on the concave likelihood; standard errors are the
/// sandwich `H^+ (sum_g u_g u_g') H^+` over the clusters' scores `u_g` (Liang and Zeger 1986,
/// doi:10.1093/biomet/73.1.13). Oracles: `choix.opt_pairwise` without regularisation, and
/// `statsmodels.discrete.discrete_model.Logit` with `cov_type="cluster"`, `use_correction=False`.
///
/// # Errors
/// With fewer than two series, without a problem, when lengths differ, or a score is not finite. Where a chain of wins (a
/// tie is half of one) does not lead from each series to each other one, no finite strengths are most likely (Ford 1957,
/// doi:10.2307/2308513): the two groups never met, or one always won.
pub fn bradley_terry(
    scores: &[Vec<Option<f64>>],
    clusters: Option<&[usize]>,
) -> Result<BradleyTerry, StatsError> {
    let problems = check_shape("Bradley and Terry's model", scores, 2)?;
    for of_one in scores {
        let judged: Vec<f64> = of_one.iter().flatten().copied().collect();
        check_range("scores", &judged, f64::MIN, f64::MAX)?;
    }
    if let Some(clusters) = clusters
        && clusters.len() != problems
    {
        return Err(StatsError::LengthMismatch {
            what: "Bradley and Terry's model",
            left: problems,
            right: clusters.len(),
        });
    }
    let m = scores.len();
    let mut wins = vec![vec![0.0; m]; m];
    for i in 0..problems {
        for (s, t, won) in meetings(scores, i) {
            wins[s][t] += won;
            wins[t][s] += 1.0 - won;
        }
    }
    check_connected(&wins)?;
    let strengths = fit(&wins)?;
    let (standard_errors, n_clusters) = errors(scores, clusters, &wins, &strengths)?;
    Ok(BradleyTerry {
        strengths,
        standard_errors,
        wins,
        n_clusters,
    })
}

/// Every two series that were judged on problem `i`, and what the first of them won.
fn meetings(scores: &[Vec<Option<f64>>], i: usize) -> impl Iterator<Item = (usize, usize, f64)> {
    (0..scores.len())
        .flat_map(|s| (0..s).map(move |t| (s, t)))
        .filter_map(move |(s, t)| {
            let (of_s, of_t) = (scores[s][i]?, scores[t][i]?);
            let won = if of_s > of_t {
                1.0
            } else if of_s < of_t {
                0.0
            } else {
                0.5
            };
            Some((s, t, won))
        })
}

/// Each series must be reached from the first by a chain of wins, and reach it.
fn check_connected(wins: &[Vec<f64>]) -> Result<(), StatsError> {
    let reached = |beats: &dyn Fn(usize, usize) -> bool| {
        let mut reached = vec![false; wins.len()];
        reached[0] = true;
        let mut open = vec![0];
        while let Some(s) = open.pop() {
            for (t, reached) in reached.iter_mut().enumerate() {
                if !*reached && beats(s, t) {
                    *reached = true;
                    open.push(t);
                }
            }
        }
        reached.iter().position(|reached| !reached)
    };
    if let Some(to) = reached(&|s, t| wins[s][t] > 0.0) {
        return Err(StatsError::NotConnected { from: 0, to });
    }
    if let Some(from) = reached(&|s, t| wins[t][s] > 0.0) {
        return Err(StatsError::NotConnected { from, to: 0 });
    }
    Ok(())
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn log_likelihood(wins: &[Vec<f64>], strengths: &[f64]) -> f64 {
    let of = |s: usize, t: usize| {
        let lead = strengths[s] - strengths[t];
        // ln(1 / (1 + exp(-lead))) without overflow.
        wins[s][t] * (lead.min(0.0) - (-lead.abs()).exp().ln_1p())
    };
    let all = 0..wins.len();
    all.clone()
        .flat_map(|s| all.clone().map(move |t| (s, t)))
        .filter(|(s, t)| s != t)
        .map(|(s, t)| of(s, t))
        .sum()
}

/// The information about the strengths, with a mean of the strengths added to make it regular: what is solved with a
/// right-hand side of mean 0 has mean 0.
fn information(wins: &[Vec<f64>], strengths: &[f64]) -> Option<Cholesky> {
    let m = wins.len();
    let mut matrix = vec![vec![0.0; m]; m];
    for s in 0..m {
        for t in 0..s {
            let p = logistic(strengths[s] - strengths[t]);
            let weight = (wins[s][t] + wins[t][s]) * p * (1.0 - p);
            matrix[s][s] += weight;
            matrix[t][t] += weight;
            matrix[s][t] -= weight;
            matrix[t][s] -= weight;
        }
    }
    let scale = (0..m).map(|s| matrix[s][s]).sum::<f64>() / (m * m) as f64;
    for row in &mut matrix {
        row.iter_mut().for_each(|cell| *cell += scale);
    }
    Cholesky::new(&matrix)
}

fn fit(wins: &[Vec<f64>]) -> Result<Vec<f64>, StatsError> {
    let no_end = StatsError::NoConvergence {
        what: "the fit of Bradley and Terry's model",
        steps: MOST_STEPS,
    };
    let m = wins.len();
    let mut strengths = vec![0.0; m];
    let mut likelihood = log_likelihood(wins, &strengths);
    for _ in 0..MOST_STEPS {
        let gradient: Vec<f64> = (0..m)
            .map(|s| {
                (0..m)
                    .filter(|t| *t != s)
                    .map(|t| {
                        wins[s][t]
                            - (wins[s][t] + wins[t][s]) * logistic(strengths[s] - strengths[t])
                    })
                    .sum()
            })
            .collect();
        let Some(information) = information(wins, &strengths) else {
            return Err(no_end);
        };
        let mut step = information.solve(&gradient);
        let largest = step.iter().fold(0.0_f64, |l, s| l.max(s.abs()));
        if largest < 1e-9 {
            // Newton's method squares the error: after this step it is below what a float resolves.
            return Ok(centred(strengths.iter().zip(&step).map(|(x, s)| x + s)));
        }
        // A full step may overshoot far from the top: halve it until it climbs.
        loop {
            let next = centred(strengths.iter().zip(&step).map(|(x, s)| x + s));
            let reached = log_likelihood(wins, &next);
            if reached >= likelihood - 1e-12 * likelihood.abs() {
                (strengths, likelihood) = (next, reached);
                break;
            }
            step.iter_mut().for_each(|s| *s /= 2.0);
            if step.iter().all(|s| s.abs() < 1e-15) {
                return Err(no_end);
            }
        }
    }
    Err(no_end)
}

fn centred(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.into_iter().map(|v| v - mean).collect()
}

/// Standard errors clustered over problems, and the number of clusters with a meeting.
fn errors(
    scores: &[Vec<Option<f64>>],
    clusters: Option<&[usize]>,
    wins: &[Vec<f64>],
    strengths: &[f64],
) -> Result<(Vec<f64>, usize), StatsError> {
    let m = scores.len();
    let mut residuals: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for i in 0..scores[0].len() {
        let cluster = clusters.map_or(i, |clusters| clusters[i]);
        for (s, t, won) in meetings(scores, i) {
            let residual = won - logistic(strengths[s] - strengths[t]);
            let of_cluster = residuals.entry(cluster).or_insert_with(|| vec![0.0; m]);
            of_cluster[s] += residual;
            of_cluster[t] -= residual;
        }
    }
    let Some(information) = information(wins, strengths) else {
        return Err(StatsError::NoConvergence {
            what: "the fit of Bradley and Terry's model",
            steps: MOST_STEPS,
        });
    };
    let mut squares = vec![0.0; m];
    for residuals in residuals.values() {
        for (square, part) in squares.iter_mut().zip(information.solve(residuals)) {
            *square += part * part;
        }
    }
    let errors = squares.into_iter().map(f64::sqrt).collect();
    Ok((errors, residuals.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn judged(scores: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        scores
            .iter()
            .map(|s| s.iter().copied().map(Some).collect())
            .collect()
    }

    #[test]
    fn two_series_have_the_odds_of_their_wins() {
        // The first wins three, the second one, and two are tied: 4 to 2.
        let scores = judged(&[&[1., 1., 1., 0., 1., 0.], &[0., 0., 0., 1., 1., 0.]]);
        let fitted = bradley_terry(&scores, None).unwrap();
        assert!((fitted.strengths[0] - fitted.strengths[1] - 2.0_f64.ln()).abs() < 1e-12);
        assert!((fitted.chance(0, 1).unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(fitted.wins[0][1], 4.0);
        assert_eq!(fitted.n_clusters, 6);
        let (low, high) = fitted.bounds(0, 0.95).unwrap();
        assert!(low < fitted.strengths[0] && fitted.strengths[0] < high);
        assert!(fitted.chance(0, 2).is_err() && fitted.bounds(2, 0.95).is_err());
        assert!(fitted.bounds(0, 1.0).is_err());
    }

    #[test]
    fn refuses_a_graph_that_is_not_connected() {
        let code = |scores: &[Vec<Option<f64>>]| bradley_terry(scores, None).unwrap_err();
        // One that always wins has no finite strength.
        let perfect = judged(&[&[1.0, 1.0], &[0.0, 0.0], &[0.0, 0.0]]);
        assert!(matches!(
            code(&perfect),
            StatsError::NotConnected { from: 1, to: 0 }
        ));
        let hopeless = judged(&[&[0.0, 0.0], &[1.0, 1.0]]);
        assert!(matches!(
            code(&hopeless),
            StatsError::NotConnected { from: 0, to: 1 }
        ));
        // Two pairs that were judged on different problems.
        let one = Some(1.0);
        let apart = [
            vec![one, one, None, None],
            vec![one, one, None, None],
            vec![None, None, one, one],
            vec![None, None, one, one],
        ];
        assert!(matches!(
            code(&apart),
            StatsError::NotConnected { from: 0, to: 2 }
        ));
    }

    #[test]
    fn refuses_what_is_no_table_of_scores() {
        assert!(bradley_terry(&[], None).is_err());
        assert!(bradley_terry(&judged(&[&[1.0]]), None).is_err());
        assert!(bradley_terry(&judged(&[&[], &[]]), None).is_err());
        assert!(bradley_terry(&judged(&[&[1.0], &[1.0, 0.0]]), None).is_err());
        assert!(bradley_terry(&judged(&[&[f64::NAN], &[1.0]]), None).is_err());
        assert!(bradley_terry(&judged(&[&[0.0], &[0.0]]), Some(&[1, 2])).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// At the maximum each series wins as often as its strength says it does.
        #[test]
        fn wins_are_what_strengths_expect(scores in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0_u8..3), 25), 2..7)) {
            let scores: Vec<Vec<Option<f64>>> = scores
                .iter()
                .map(|s| s.iter().map(|v| v.map(f64::from)).collect())
                .collect();
            let Ok(fitted) = bradley_terry(&scores, None) else {
                return Ok(());
            };
            let m = scores.len();
            prop_assert!(fitted.strengths.iter().sum::<f64>().abs() < 1e-9);
            for s in 0..m {
                let (mut won, mut expected) = (0.0, 0.0);
                for t in (0..m).filter(|t| *t != s) {
                    won += fitted.wins[s][t];
                    expected += (fitted.wins[s][t] + fitted.wins[t][s]) * fitted.chance(s, t).unwrap();
                }
                prop_assert!((won - expected).abs() < 1e-8, "{won} {expected}");
                prop_assert!(fitted.standard_errors[s].is_finite());
            }
            let mut turned = scores.clone();
            turned.reverse();
            let turned = bradley_terry(&turned, None).unwrap();
            for s in 0..m {
                prop_assert!((turned.strengths[m - 1 - s] - fitted.strengths[s]).abs() < 1e-9);
            }
        }
    }
}
