//! What another policy would have earned, by the log of one that chose at random with known probabilities.
//!
//! Notation: round `t` has a context, the arms offered, the arm `a` that was chosen with probability `p`, and its reward `r`.
//! The target chooses arm `b` with probability `pi(b)`; `w = pi(a) / p`; `q(b)` is some model's estimate of the reward of `b`.

use assay_core::StrategyId;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Bounds, Resampling, numbered, spread, sums};
use crate::{BanditError, Decision};

/// One choice that was made, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoggedRound {
    pub context: Vec<f64>,
    /// The arms offered.
    pub arms: Vec<StrategyId>,
    /// The arm that was chosen, one of `arms`.
    pub chosen: StrategyId,
    /// The probability with which it was chosen, in (0, 1].
    pub propensity: f64,
    pub reward: f64,
    /// Rounds of one cluster (one source problem, in several languages or asked several times) are resampled together.
    pub cluster: String,
}

impl LoggedRound {
    /// The round of a decision.
    pub fn of(decision: &Decision, context: &[f64], reward: f64, cluster: &str) -> Self {
        Self {
            context: context.to_vec(),
            arms: decision.scores.iter().map(|s| s.arm.clone()).collect(),
            chosen: decision.arm.clone(),
            propensity: decision.propensity,
            reward,
            cluster: cluster.to_owned(),
        }
    }
}

/// How intervals are made: a BCa bootstrap over clusters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OffPolicyPlan {
    /// At least 100.
    pub resamples: usize,
    pub seed: u64,
    /// Confidence level, 0.95 for 95 %.
    pub level: f64,
}

impl Default for OffPolicyPlan {
    fn default() -> Self {
        Self {
            resamples: 2_000,
            seed: 1,
            level: 0.95,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    Replay,
    InversePropensity,
    SelfNormalized,
    Direct,
    DoublyRobust,
    SelfNormalizedDoublyRobust,
}

/// An estimate of the mean reward of a policy that did not choose.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OffPolicyEstimate {
    pub estimator: Estimator,
    /// Estimated mean reward a round.
    pub value: f64,
    /// `None` with fewer than two clusters, or where some resample leaves it undefined.
    pub interval: Option<Bounds>,
    /// Of the jackknife over clusters.
    pub standard_error: Option<f64>,
    /// Rounds of the log.
    pub n: usize,
    pub clusters: usize,
    /// `(sum w)^2 / sum w^2` (Kish 1965): how many rounds of the target's own would say as much. For replay the rounds that
    /// match; for the direct method, which weighs nothing, all.
    pub effective_sample_size: f64,
    /// The largest `w`: with a few large ones, an estimate rests on a few rounds.
    pub largest_weight: f64,
}

/// A log, and what a target would have done in its rounds.
#[derive(Debug, Clone)]
pub struct OffPolicy {
    rewards: Vec<f64>,
    /// `pi(a) / p` of the arm chosen.
    weights: Vec<f64>,
    /// Whether the target would have chosen the same for certain.
    matches: Vec<f64>,
    target: Vec<Vec<f64>>,
    chosen: Vec<usize>,
    of: Vec<usize>,
    clusters: usize,
    plan: OffPolicyPlan,
}

impl OffPolicy {
    /// `target[t][i]` is the probability with which the target chooses the `i`th arm of round `t`.
    ///
    /// # Errors
    /// Without a round; when a round's arm is not among those offered, a propensity lies outside (0, 1], a reward is not finite,
    /// the target's probabilities are as many as neither rounds nor arms, not in `[0, 1]` or do not sum to 1 within 1e-9; or
    /// when the plan has fewer than 100 resamples or no level.
    pub fn new(
        rounds: &[LoggedRound],
        target: &[Vec<f64>],
        plan: OffPolicyPlan,
    ) -> Result<Self, BanditError> {
        resampling(plan).check()?;
        if rounds.is_empty() {
            return Err(BanditError::TooFew {
                what: "an off-policy estimate",
                needed: 1,
                given: 0,
            });
        }
        check_shape("the target's probabilities", rounds, target)?;
        let (of, clusters) = numbered(rounds.iter().map(|round| round.cluster.as_str()));
        let mut log = Self {
            rewards: rounds.iter().map(|round| round.reward).collect(),
            weights: Vec::with_capacity(rounds.len()),
            matches: Vec::with_capacity(rounds.len()),
            target: target.to_vec(),
            chosen: Vec::with_capacity(rounds.len()),
            of,
            clusters,
            plan,
        };
        crate::error::check_finite("rewards", &log.rewards)?;
        for (row, (round, probabilities)) in rounds.iter().zip(target).enumerate() {
            let chosen = round.arms.iter().position(|arm| *arm == round.chosen);
            let chosen = chosen.ok_or_else(|| BanditError::UnknownArm {
                arm: round.chosen.clone(),
            })?;
            let out_of_range = |what, value| BanditError::OutOfRange {
                what,
                row,
                low: 0.0,
                high: 1.0,
                value,
            };
            if !(round.propensity > 0.0 && round.propensity <= 1.0 + 1e-12) {
                return Err(out_of_range("the propensity", round.propensity));
            }
            for p in probabilities {
                if !(-1e-12..=1.0 + 1e-12).contains(p) {
                    return Err(out_of_range("a probability of the target", *p));
                }
            }
            let total: f64 = probabilities.iter().sum();
            if (total - 1.0).abs() > 1e-9 {
                return Err(out_of_range("the sum of the target's probabilities", total));
            }
            log.weights.push(probabilities[chosen] / round.propensity);
            log.matches
                .push(f64::from(u8::from(probabilities[chosen] == 1.0)));
            log.chosen.push(chosen);
        }
        Ok(log)
    }

    /// The mean reward of the rounds in which a deterministic target would have chosen the same (Li et al. 2011,
    /// doi:10.1145/1935826.1935878). Unbiased where the log was made by uniform choices. Oracle: `obp.ope.ReplayMethod`.
    ///
    /// # Errors
    /// When no round matches.
    pub fn replay(&self) -> Result<OffPolicyEstimate, BanditError> {
        if self.matches.iter().all(|m| *m == 0.0) {
            return Err(BanditError::Undefined {
                what: "direct replay",
                why: "the target chooses otherwise in every round of the log",
            });
        }
        let matched = self.matches.iter().zip(&self.rewards).map(|(m, r)| m * r);
        let columns = [self.sums(matched), self.sums(self.matches.iter().copied())];
        Ok(self.estimate(Estimator::Replay, &columns, |s| s[0] / s[1], &self.matches))
    }

    /// `mean(w r)` (Horvitz and Thompson 1952, doi:10.1080/01621459.1952.10483446): unbiased where every arm the target may
    /// choose had a chance. Oracle: `obp.ope.InverseProbabilityWeighting`.
    pub fn inverse_propensity(&self) -> OffPolicyEstimate {
        let columns = [self.sums(self.weighted()), self.sums(self.ones())];
        self.estimate(
            Estimator::InversePropensity,
            &columns,
            |s| s[0] / s[1],
            &self.weights,
        )
    }

    /// `sum(w r) / sum(w)` (Swaminathan and Joachims 2015): slightly biased, varies less, and stays within the rewards there
    /// are. Oracle: `obp.ope.SelfNormalizedInverseProbabilityWeighting`.
    ///
    /// # Errors
    /// When every weight is 0.
    pub fn self_normalized(&self) -> Result<OffPolicyEstimate, BanditError> {
        self.check_weights("self-normalised weighting")?;
        let weights = self.sums(self.weights.iter().copied());
        let columns = [self.sums(self.weighted()), weights];
        Ok(self.estimate(
            Estimator::SelfNormalized,
            &columns,
            |s| s[0] / s[1],
            &self.weights,
        ))
    }

    /// `mean(sum_b pi(b) q(b))`: as good as the model `q`. `expected[t][i]` is `q` of the `i`th arm of round `t`. Oracle:
    /// `obp.ope.DirectMethod`.
    ///
    /// # Errors
    /// When `expected` has not a finite number for every arm of every round.
    pub fn direct(&self, expected: &[Vec<f64>]) -> Result<OffPolicyEstimate, BanditError> {
        let model = self.model(expected)?;
        let columns = [self.sums(model.into_iter()), self.sums(self.ones())];
        let ones = vec![1.0; self.rewards.len()];
        let mut found = self.estimate(Estimator::Direct, &columns, |s| s[0] / s[1], &ones);
        found.largest_weight = 1.0;
        Ok(found)
    }

    /// `mean(sum_b pi(b) q(b) + w (r - q(a)))` (Dudik, Langford and Li 2011, arXiv:1103.4601): unbiased where propensities are
    /// right, or `q` is, and varies less the better `q` is. `q` of a round must not have learned from that round. Oracle:
    /// `obp.ope.DoublyRobust`.
    ///
    /// # Errors
    /// As [`Self::direct`].
    pub fn doubly_robust(&self, expected: &[Vec<f64>]) -> Result<OffPolicyEstimate, BanditError> {
        let model = self.model(expected)?;
        let rounds = model.iter().zip(self.residuals(expected));
        let columns = [
            self.sums(rounds.map(|(model, residual)| model + residual)),
            self.sums(self.ones()),
        ];
        Ok(self.estimate(
            Estimator::DoublyRobust,
            &columns,
            |s| s[0] / s[1],
            &self.weights,
        ))
    }

    /// `mean(sum_b pi(b) q(b)) + sum(w (r - q(a))) / sum(w)` (Thomas and Brunskill 2016, arXiv:1604.00923). Oracle:
    /// `obp.ope.SelfNormalizedDoublyRobust`.
    ///
    /// # Errors
    /// As [`Self::direct`], and when every weight is 0.
    pub fn self_normalized_doubly_robust(
        &self,
        expected: &[Vec<f64>],
    ) -> Result<OffPolicyEstimate, BanditError> {
        self.check_weights("self-normalised doubly robust estimation")?;
        let model = self.model(expected)?;
        let columns = [
            self.sums(model.into_iter()),
            self.sums(self.ones()),
            self.sums(self.residuals(expected)),
            self.sums(self.weights.iter().copied()),
        ];
        Ok(self.estimate(
            Estimator::SelfNormalizedDoublyRobust,
            &columns,
            |s| s[0] / s[1] + s[2] / s[3],
            &self.weights,
        ))
    }

    /// All estimates that are defined; those that need a model where `expected` is given.
    ///
    /// # Errors
    /// As [`Self::direct`].
    pub fn all(
        &self,
        expected: Option<&[Vec<f64>]>,
    ) -> Result<Vec<OffPolicyEstimate>, BanditError> {
        let mut found = Vec::new();
        found.extend(self.replay().ok());
        found.push(self.inverse_propensity());
        found.extend(self.self_normalized().ok());
        if let Some(expected) = expected {
            found.push(self.direct(expected)?);
            found.push(self.doubly_robust(expected)?);
            found.extend(self.self_normalized_doubly_robust(expected).ok());
        }
        Ok(found)
    }

    fn estimate(
        &self,
        estimator: Estimator,
        columns: &[Vec<f64>],
        statistic: impl Fn(&[f64]) -> f64,
        weights: &[f64],
    ) -> OffPolicyEstimate {
        let sums: Vec<f64> = columns.iter().map(|column| column.iter().sum()).collect();
        let value = statistic(&sums);
        let found = spread(columns, statistic, resampling(self.plan));
        let (sum, squares) = weights
            .iter()
            .fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        OffPolicyEstimate {
            estimator,
            value,
            interval: found.interval,
            standard_error: found.standard_error,
            n: self.rewards.len(),
            clusters: self.clusters,
            effective_sample_size: if squares > 0.0 {
                sum * sum / squares
            } else {
                0.0
            },
            largest_weight: self.weights.iter().copied().fold(0.0, f64::max),
        }
    }

    fn sums(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        sums(values, &self.of, self.clusters)
    }

    fn ones(&self) -> impl Iterator<Item = f64> {
        std::iter::repeat_n(1.0, self.rewards.len())
    }

    fn weighted(&self) -> impl Iterator<Item = f64> {
        self.weights.iter().zip(&self.rewards).map(|(w, r)| w * r)
    }

    /// `sum_b pi(b) q(b)` of each round.
    fn model(&self, expected: &[Vec<f64>]) -> Result<Vec<f64>, BanditError> {
        if expected.len() != self.target.len() {
            return Err(BanditError::WrongLength {
                what: "estimated rewards",
                row: 0,
                expected: self.target.len(),
                given: expected.len(),
            });
        }
        let rows = self.target.iter().zip(expected).enumerate();
        rows.map(|(row, (target, expected))| {
            if target.len() != expected.len() {
                return Err(BanditError::WrongLength {
                    what: "estimated rewards",
                    row,
                    expected: target.len(),
                    given: expected.len(),
                });
            }
            crate::error::check_finite("estimated rewards", expected)?;
            Ok(target.iter().zip(expected).map(|(p, q)| p * q).sum())
        })
        .collect()
    }

    /// `w (r - q(a))` of each round.
    fn residuals(&self, expected: &[Vec<f64>]) -> impl Iterator<Item = f64> {
        let rounds = self.weights.iter().zip(&self.rewards).zip(&self.chosen);
        rounds
            .zip(expected)
            .map(|(((w, r), chosen), expected)| w * (r - expected[*chosen]))
    }

    fn check_weights(&self, what: &'static str) -> Result<(), BanditError> {
        if self.weights.iter().any(|w| *w > 0.0) {
            return Ok(());
        }
        Err(BanditError::Undefined {
            what,
            why: "the target never chooses what the log did",
        })
    }
}

fn resampling(plan: OffPolicyPlan) -> Resampling {
    Resampling {
        resamples: plan.resamples,
        seed: plan.seed,
        level: plan.level,
    }
}

fn check_shape(
    what: &'static str,
    rounds: &[LoggedRound],
    values: &[Vec<f64>],
) -> Result<(), BanditError> {
    let wrong = |row, expected, given| {
        Err(BanditError::WrongLength {
            what,
            row,
            expected,
            given,
        })
    };
    if values.len() != rounds.len() {
        return wrong(0, rounds.len(), values.len());
    }
    for (row, (round, values)) in rounds.iter().zip(values).enumerate() {
        if values.len() != round.arms.len() {
            return wrong(row, round.arms.len(), values.len());
        }
    }
    Ok(())
}
