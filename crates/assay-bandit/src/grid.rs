//! A full grid: every arm tried on every problem, so that what a choice would have brought is known.

use std::collections::BTreeSet;

use assay_core::StrategyId;
use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, numbered};
use crate::{BanditError, PolicyConfig};

/// Rewards and scores of every arm in every row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    pub arms: Vec<StrategyId>,
    pub rows: Vec<GridRow>,
}

/// A problem as one model was asked it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridRow {
    pub problem: String,
    /// Rows of one cluster are in one fold and are resampled together: one source problem, in all languages and for all models.
    pub cluster: String,
    /// Model and language.
    pub group: String,
    /// What a policy sees.
    pub context: Vec<f64>,
    /// What each arm would have brought a policy, in the order of the arms.
    pub rewards: Vec<f64>,
    /// pass@1 of each arm, in `[0, 1]`: what a policy is judged by.
    pub scores: Vec<f64>,
}

/// What a policy learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learning {
    /// Every cell of its training rows: what is known when a grid was run.
    Everything,
    /// The cells it chose itself, row by row in a seeded order: what a policy learns that was never given a grid.
    OwnChoices,
}

/// How a grid is evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridPlan {
    pub config: PolicyConfig,
    /// The arm that is compared with.
    pub baseline: StrategyId,
    /// Parts of the clusters, from 2 to as many as there are.
    pub folds: usize,
    /// How often a policy goes through its training rows, at least once.
    pub passes: usize,
    /// Decides folds, orders, choices and resamples.
    pub seed: u64,
    /// Confidence level, 0.95 for 95 %.
    pub level: f64,
    /// Of bootstraps and permutation tests, at least 100.
    pub resamples: usize,
    pub learning: Learning,
}

impl Grid {
    /// # Errors
    /// Without an arm or a row; with an arm twice; when a row has another number of rewards, scores or context numbers than it
    /// should, one that is not finite, or a score outside `[0, 1]`.
    pub fn check(&self) -> Result<(), BanditError> {
        if self.arms.is_empty() {
            return Err(BanditError::NoArms);
        }
        let mut seen = BTreeSet::new();
        for arm in &self.arms {
            if !seen.insert(arm) {
                return Err(BanditError::RepeatedArm { arm: arm.clone() });
            }
        }
        let dimension = self.dimension();
        if self.rows.is_empty() || dimension == 0 {
            return Err(BanditError::TooFew {
                what: "a grid of rows with contexts",
                needed: 1,
                given: 0,
            });
        }
        for (row, cells) in self.rows.iter().enumerate() {
            for (what, values, expected) in [
                ("numbers of context", &cells.context, dimension),
                ("rewards", &cells.rewards, self.arms.len()),
                ("scores", &cells.scores, self.arms.len()),
            ] {
                if values.len() != expected {
                    return Err(BanditError::WrongLength {
                        what,
                        row,
                        expected,
                        given: values.len(),
                    });
                }
                crate::error::check_finite(what, values)?;
            }
            if let Some(score) = cells.scores.iter().find(|s| !(0.0..=1.0).contains(*s)) {
                return Err(BanditError::OutOfRange {
                    what: "a score",
                    row,
                    low: 0.0,
                    high: 1.0,
                    value: *score,
                });
            }
        }
        Ok(())
    }

    /// Numbers of a context.
    pub fn dimension(&self) -> usize {
        self.rows.first().map_or(0, |row| row.context.len())
    }

    /// The cluster of each row as a number, and how many there are.
    pub(crate) fn clusters(&self) -> (Vec<usize>, usize) {
        numbered(self.rows.iter().map(|row| row.cluster.as_str()))
    }

    /// Of a number in each row, as many as there are rows.
    pub(crate) fn mean(&self, of: impl Fn(&GridRow) -> f64) -> f64 {
        self.rows.iter().map(of).sum::<f64>() / self.rows.len() as f64
    }
}

impl GridPlan {
    pub(crate) fn resampling(&self) -> Resampling {
        Resampling {
            resamples: self.resamples,
            seed: self.seed,
            level: self.level,
        }
    }

    /// The position of the baseline among the arms of a grid of so many clusters.
    pub(crate) fn check(&self, grid: &Grid, clusters: usize) -> Result<usize, BanditError> {
        grid.check()?;
        self.config.check()?;
        self.resampling().check()?;
        for (what, needed, given) in [
            ("folds", 2, self.folds),
            ("passes", 1, self.passes),
            ("clusters", self.folds, clusters),
        ] {
            if given < needed {
                return Err(BanditError::TooFew {
                    what,
                    needed,
                    given,
                });
            }
        }
        grid.arms
            .iter()
            .position(|arm| *arm == self.baseline)
            .ok_or_else(|| BanditError::UnknownArm {
                arm: self.baseline.clone(),
            })
    }
}
