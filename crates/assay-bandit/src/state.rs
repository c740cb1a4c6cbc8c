//! A policy as it is stored, and read back to the last bit.

use std::collections::BTreeMap;

use assay_core::StrategyId;
use serde::{Deserialize, Serialize};

use crate::error::check_finite;
use crate::model::Model;
use crate::symmetric::{Symmetric, packed_length};
use crate::{BanditError, Policy, PolicyConfig};

/// The newest format of a stored policy.
pub const FORMAT: u32 = 1;

/// A policy as plain numbers. Stored in any form that keeps every bit of them (JSON with shortest round-trip numbers does), a
/// policy that is restored goes on exactly as the one it was taken of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyState {
    pub format: u32,
    pub config: PolicyConfig,
    pub dimension: usize,
    pub updates: u64,
    /// In the order they came into being.
    pub arms: Vec<ArmState>,
}

/// An arm's regression. Matrices are the rows of their lower half, one after another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArmState {
    pub arm: StrategyId,
    pub pulls: u64,
    pub reward_mean: f64,
    /// Sum of squared distances of rewards from their mean.
    pub reward_squares: f64,
    /// Updates since `inverse` was computed anew.
    pub since_refactor: u32,
    /// `A = ridge I + sum x x'`.
    pub design: Vec<f64>,
    /// `A^-1`.
    pub inverse: Vec<f64>,
    /// `b = sum r x`.
    pub moment: Vec<f64>,
    /// `A^-1 b`.
    pub theta: Vec<f64>,
}

impl Policy {
    /// All it has learned.
    pub fn state(&self) -> PolicyState {
        PolicyState {
            format: FORMAT,
            config: self.config.clone(),
            dimension: self.dimension,
            updates: self.updates,
            arms: self
                .ids
                .iter()
                .zip(&self.models)
                .map(|(arm, model)| ArmState {
                    arm: arm.clone(),
                    pulls: model.pulls,
                    reward_mean: model.mean,
                    reward_squares: model.squares,
                    since_refactor: model.since,
                    design: model.design.packed().to_vec(),
                    inverse: model.inverse.packed().to_vec(),
                    moment: model.moment.clone(),
                    theta: model.theta.clone(),
                })
                .collect(),
        }
    }

    /// The policy a state was taken of.
    ///
    /// # Errors
    /// When the format is not known here, a setting is out of its range, or the numbers are not those of a policy.
    pub fn restore(state: PolicyState) -> Result<Self, BanditError> {
        if state.format != FORMAT {
            return Err(BanditError::UnknownFormat {
                format: state.format,
                known: FORMAT,
            });
        }
        let mut policy = Self::new(state.config, state.dimension)?;
        let (dimension, packed) = (state.dimension, packed_length(state.dimension));
        let mut places = BTreeMap::new();
        let mut pulls = 0_u64;
        for arm in state.arms {
            let damaged = |what| Err(BanditError::DamagedState { what });
            for (what, numbers, length) in [
                ("an arm's design", &arm.design, packed),
                ("an arm's inverse", &arm.inverse, packed),
                ("an arm's moment", &arm.moment, dimension),
                ("an arm's theta", &arm.theta, dimension),
            ] {
                if numbers.len() != length {
                    return damaged("a matrix or vector is of another dimension");
                }
                check_finite(what, numbers)?;
            }
            check_finite("an arm's rewards", &[arm.reward_mean, arm.reward_squares])?;
            if places
                .insert(arm.arm.clone(), policy.models.len())
                .is_some()
            {
                return damaged("an arm comes twice");
            }
            pulls = pulls.saturating_add(arm.pulls);
            policy.ids.push(arm.arm);
            policy.models.push(Model {
                design: Symmetric::from_packed(arm.design),
                inverse: Symmetric::from_packed(arm.inverse),
                moment: arm.moment,
                theta: arm.theta,
                pulls: arm.pulls,
                since: arm.since_refactor,
                mean: arm.reward_mean,
                squares: arm.reward_squares,
            });
        }
        if pulls != state.updates {
            return Err(BanditError::DamagedState {
                what: "its updates are not those of its arms",
            });
        }
        policy.places = places;
        policy.updates = state.updates;
        Ok(policy)
    }
}
