//! Policies: disjoint linear models of the reward, one an arm, and the rules that choose by them.

use std::collections::BTreeMap;

use assay_core::StrategyId;
use serde::{Deserialize, Serialize};

use crate::config::{Algorithm, PolicyConfig};
use crate::error::{BanditError, check_finite};
use crate::model::{Model, unlearned_width};
use crate::rng::Draws;
use crate::thompson::{Normal, win_probabilities};

/// Larger numbers in a context or a reward are refused: below it no sum of squares overflows.
pub const LARGEST: f64 = 1e30;

/// What a policy chose and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub arm: StrategyId,
    /// The arm of the largest estimated mean: what a policy that no longer explores would choose. With
    /// [`Algorithm::Fixed`] the fixed arm.
    pub greedy: StrategyId,
    /// Whether it was one of the uniformly random choices.
    pub explored: bool,
    /// The probability with which `arm` was to be chosen, over all that is random in a choice.
    pub propensity: f64,
    /// In the order of the arms offered.
    pub scores: Vec<ArmScore>,
    /// Updates the policy had seen when it chose.
    pub updates: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmScore {
    pub arm: StrategyId,
    /// Estimated mean reward, `x' theta`.
    pub mean: f64,
    /// `sqrt(x' A^-1 x)`.
    pub width: f64,
    /// What the arms were compared by.
    pub score: f64,
    /// The probability with which this arm was to be chosen; over the arms offered they sum to 1.
    pub propensity: f64,
}

/// What a policy expects of an arm in a context.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// `x' theta`.
    pub mean: f64,
    /// `sqrt(x' A^-1 x)`: times the reward's standard deviation it is the standard error of `mean`, up to the ridge's bias.
    pub width: f64,
}

/// What a policy knows of an arm.
#[derive(Debug, Clone, Copy)]
pub struct ArmView<'a> {
    pub arm: &'a StrategyId,
    /// Rewards it has learned from.
    pub pulls: u64,
    /// Coefficients, one a number of the context.
    pub theta: &'a [f64],
    /// Mean of its rewards; 0 without one.
    pub mean_reward: f64,
    /// Their variance (n - 1); 0 with fewer than two.
    pub reward_variance: f64,
}

/// The place of an arm in a policy, for choices that are made often. It belongs to the policy that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArmIndex(usize);

/// A choice by [`Policy::choose`]: places in the arms offered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    pub position: usize,
    /// As [`Decision::greedy`].
    pub greedy: usize,
    pub explored: bool,
    pub propensity: f64,
}

/// One arm's numbers, as in [`ArmScore`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub mean: f64,
    pub width: f64,
    pub score: f64,
    pub propensity: f64,
}

/// Room for what [`Policy::choose`] computes, so that it need not be had anew each time.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    scores: Vec<Score>,
}

impl Scratch {
    /// Of the last choice, in the order of the arms offered.
    pub fn scores(&self) -> &[Score] {
        &self.scores
    }
}

/// A policy that learns: for each arm a ridge regression of the reward on the context, `A = ridge I + sum x x'`,
/// `b = sum r x`, `theta = A^-1 b`. An arm comes into being when it is first learned from, and is chosen before that like one
/// that has learned nothing.
///
/// `A^-1` is kept up to date by the formula of Sherman and Morrison (1950, doi:10.1214/aoms/1177729893), which takes
/// `d^2` steps an update rather than `d^3`, and is computed anew by Cholesky's factorisation every
/// [`PolicyConfig::refactor_every`] updates of the arm, so that rounding errors do not add up.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) config: PolicyConfig,
    pub(crate) dimension: usize,
    pub(crate) updates: u64,
    pub(crate) ids: Vec<StrategyId>,
    pub(crate) models: Vec<Model>,
    pub(crate) places: BTreeMap<StrategyId, usize>,
    /// Room for an update.
    pub(crate) gain: Vec<f64>,
}

impl Policy {
    /// A policy that has learned nothing, for contexts of `dimension` numbers.
    ///
    /// # Errors
    /// When a setting is out of its range, or the dimension is 0.
    pub fn new(config: PolicyConfig, dimension: usize) -> Result<Self, BanditError> {
        config.check()?;
        if dimension == 0 {
            return Err(BanditError::BadSetting {
                what: "the dimension of a context",
                needed: "at least 1",
                value: 0.0,
            });
        }
        Ok(Self {
            config,
            dimension,
            updates: 0,
            ids: Vec::new(),
            models: Vec::new(),
            places: BTreeMap::new(),
            gain: vec![0.0; dimension],
        })
    }

    /// Chooses one of `arms` in a context. All that is random is drawn from `seed`; a policy in the same state chooses the same.
    ///
    /// With a share `e` of random choices among `k` arms, an arm's propensity is `e / k + (1 - e) P`, where P is the
    /// probability that the algorithm chooses it: 1 or 0 for all but Thompson sampling, whose P is computed by quadrature (and
    /// not from the draws). Equal scores leave it to the arm that was offered first.
    ///
    /// # Errors
    /// Without an arm, with one that is offered twice, without the fixed arm, and when the context has another dimension or a
    /// number that is not finite or above [`LARGEST`].
    pub fn decide(
        &self,
        context: &[f64],
        arms: &[StrategyId],
        seed: u64,
    ) -> Result<Decision, BanditError> {
        for (i, arm) in arms.iter().enumerate() {
            if arms[..i].contains(arm) {
                return Err(BanditError::RepeatedArm { arm: arm.clone() });
            }
        }
        let models = arms
            .iter()
            .map(|arm| self.places.get(arm).map(|place| &self.models[*place]));
        let mut scratch = Scratch::default();
        let fixed = self.fixed(|fixed| arms.iter().position(|arm| arm == fixed))?;
        let choice = self.pick(context, models, fixed, seed, &mut scratch.scores)?;
        let scores = arms.iter().zip(scratch.scores);
        Ok(Decision {
            arm: arms[choice.position].clone(),
            greedy: arms[choice.greedy].clone(),
            explored: choice.explored,
            propensity: choice.propensity,
            scores: scores
                .map(|(arm, score)| ArmScore {
                    arm: arm.clone(),
                    mean: score.mean,
                    width: score.width,
                    score: score.score,
                    propensity: score.propensity,
                })
                .collect(),
            updates: self.updates,
        })
    }

    /// What [`Self::decide`] chooses, without its texts, for choices that are made often. Arms are those of
    /// [`Self::register`]; that none is offered twice is not looked at.
    ///
    /// # Errors
    /// As [`Self::decide`].
    pub fn choose(
        &self,
        context: &[f64],
        arms: &[ArmIndex],
        seed: u64,
        scratch: &mut Scratch,
    ) -> Result<Choice, BanditError> {
        let fixed = self.fixed(|fixed| {
            let place = self.places.get(fixed)?;
            arms.iter().position(|arm| arm.0 == *place)
        })?;
        let models = arms.iter().map(|arm| self.models.get(arm.0));
        self.pick(context, models, fixed, seed, &mut scratch.scores)
    }

    /// The position of the fixed arm, where there is one.
    fn fixed(
        &self,
        find: impl FnOnce(&StrategyId) -> Option<usize>,
    ) -> Result<Option<usize>, BanditError> {
        match &self.config.algorithm {
            Algorithm::Fixed { arm } => find(arm)
                .map(Some)
                .ok_or_else(|| BanditError::UnknownArm { arm: arm.clone() }),
            _ => Ok(None),
        }
    }

    fn pick<'a>(
        &self,
        context: &[f64],
        models: impl Iterator<Item = Option<&'a Model>>,
        fixed: Option<usize>,
        seed: u64,
        scores: &mut Vec<Score>,
    ) -> Result<Choice, BanditError> {
        self.check_context(context)?;
        scores.clear();
        scores.extend(models.map(|model| {
            let Estimate { mean, width } = self.expect(model, context);
            Score {
                mean,
                width,
                score: mean,
                propensity: 0.0,
            }
        }));
        if scores.is_empty() {
            return Err(BanditError::NoArms);
        }
        let greedy = fixed.unwrap_or_else(|| first_largest(scores.iter().map(|s| s.mean)));
        match self.config.algorithm {
            Algorithm::LinUcb { alpha } => {
                scores.iter_mut().for_each(|s| s.score += alpha * s.width)
            }
            Algorithm::Thompson { scale } => {
                // A stream of its own: what is drawn for the scores says nothing about what is explored.
                let mut draws = Draws::new(seed, 1);
                let numbers: Vec<Normal> = scores
                    .iter()
                    .map(|s| Normal {
                        mean: s.mean,
                        sd: scale * s.width,
                    })
                    .collect();
                let chances = win_probabilities(&numbers);
                for ((s, number), chance) in scores.iter_mut().zip(numbers).zip(chances) {
                    s.score = number.mean + number.sd * draws.normal();
                    s.propensity = chance;
                }
            }
            Algorithm::EpsilonGreedy => {}
            Algorithm::Fixed { .. } => {
                for (i, s) in scores.iter_mut().enumerate() {
                    s.score = f64::from(u8::from(fixed == Some(i)));
                }
            }
        }
        let best = first_largest(scores.iter().map(|s| s.score));
        if !matches!(self.config.algorithm, Algorithm::Thompson { .. }) {
            scores[best].propensity = 1.0;
        }
        let exploration = self.config.exploration;
        let mut position = best;
        let mut explored = false;
        if exploration > 0.0 {
            let share = exploration / scores.len() as f64;
            for s in scores.iter_mut() {
                s.propensity = share + (1.0 - exploration) * s.propensity;
            }
            let mut draws = Draws::new(seed, 0);
            explored = draws.share() < exploration;
            if explored {
                position = draws.below(scores.len());
            }
        }
        Ok(Choice {
            position,
            greedy,
            explored,
            propensity: scores[position].propensity,
        })
    }

    fn expect(&self, model: Option<&Model>, context: &[f64]) -> Estimate {
        model.map_or_else(
            || Estimate {
                mean: 0.0,
                width: unlearned_width(self.config.ridge, context),
            },
            |model| model.estimate(context),
        )
    }

    /// The place of an arm, which comes into being with it.
    pub fn register(&mut self, arm: &StrategyId) -> ArmIndex {
        if let Some(place) = self.places.get(arm) {
            return ArmIndex(*place);
        }
        let place = self.models.len();
        self.ids.push(arm.clone());
        self.models
            .push(Model::new(self.dimension, self.config.ridge));
        self.places.insert(arm.clone(), place);
        ArmIndex(place)
    }

    /// Learns that `arm` brought `reward` in `context`. Rewards may come late, in batches and from several runs: what is
    /// learned does not depend on their order, but for rounding.
    ///
    /// # Errors
    /// When the context has another dimension, or a number is not finite or above [`LARGEST`]. Nothing is changed then.
    pub fn update(
        &mut self,
        arm: &StrategyId,
        context: &[f64],
        reward: f64,
    ) -> Result<(), BanditError> {
        // Before the arm comes into being.
        self.check_context(context)?;
        check_reward(reward)?;
        let index = self.register(arm);
        self.learn(index, context, reward)
    }

    /// [`Self::update`] of an arm of [`Self::register`].
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn learn(
        &mut self,
        arm: ArmIndex,
        context: &[f64],
        reward: f64,
    ) -> Result<(), BanditError> {
        self.check_context(context)?;
        check_reward(reward)?;
        let Some(model) = self.models.get_mut(arm.0) else {
            return Err(BanditError::BadSetting {
                what: "the place of an arm",
                needed: "one of this policy's",
                value: arm.0 as f64,
            });
        };
        model.learn(context, reward, self.config.refactor_every, &mut self.gain);
        self.updates += 1;
        Ok(())
    }

    /// Updates it has learned from.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Numbers of a context.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    pub fn config(&self) -> &PolicyConfig {
        &self.config
    }

    /// What it knows of each arm, in the order they came into being.
    pub fn arms(&self) -> impl Iterator<Item = ArmView<'_>> {
        self.ids
            .iter()
            .zip(&self.models)
            .map(|(arm, model)| ArmView {
                arm,
                pulls: model.pulls,
                theta: &model.theta,
                mean_reward: model.mean,
                reward_variance: model.variance(),
            })
    }

    /// What it expects of an arm in a context; of an arm it does not know, what it expects of one that has learned nothing.
    ///
    /// # Errors
    /// When the context has another dimension, or a number that is not finite or above [`LARGEST`].
    pub fn estimate(&self, arm: &StrategyId, context: &[f64]) -> Result<Estimate, BanditError> {
        self.check_context(context)?;
        let model = self.places.get(arm).map(|place| &self.models[*place]);
        Ok(self.expect(model, context))
    }

    fn check_context(&self, context: &[f64]) -> Result<(), BanditError> {
        if context.len() != self.dimension {
            return Err(BanditError::WrongDimension {
                expected: self.dimension,
                given: context.len(),
            });
        }
        check_finite("a context", context)?;
        if context.iter().any(|x| x.abs() > LARGEST) {
            return Err(BanditError::TooLarge);
        }
        Ok(())
    }
}

fn check_reward(reward: f64) -> Result<(), BanditError> {
    check_finite("a reward", &[reward])?;
    if reward.abs() > LARGEST {
        return Err(BanditError::TooLarge);
    }
    Ok(())
}

/// Where the first of the largest values lies; 0 without one.
pub(crate) fn first_largest(values: impl Iterator<Item = f64>) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (i, value) in values.enumerate() {
        if value > best.1 {
            best = (i, value);
        }
    }
    best.0
}
