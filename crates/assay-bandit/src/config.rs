//! Settings of a policy.

use assay_core::StrategyId;
use serde::{Deserialize, Serialize};

use crate::BanditError;

/// How a policy chooses, before its share of random choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Algorithm {
    /// The largest `x' theta + alpha sqrt(x' A^-1 x)` (Li et al. 2010, doi:10.1145/1772690.1772758, algorithm 1, disjoint).
    LinUcb { alpha: f64 },
    /// Each arm's score is drawn from `N(x' theta, scale^2 x' A^-1 x)`, the largest is chosen (Agrawal and Goyal 2013,
    /// arXiv:1209.3352, for disjoint arms, whose scores are independent).
    Thompson { scale: f64 },
    /// The largest `x' theta`; [`PolicyConfig::exploration`] is its epsilon.
    EpsilonGreedy,
    /// Always the same arm. It learns nonetheless, so that its estimates can be read.
    Fixed { arm: StrategyId },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyConfig {
    pub algorithm: Algorithm,
    /// Lambda of the ridge regression, in `[1e-9, 1e9]`: an arm begins as if it had seen that much of every direction, with
    /// rewards of 0.
    pub ridge: f64,
    /// The share of choices, in `[0, 1]`, that is made uniformly at random among the arms offered.
    pub exploration: f64,
    /// After so many updates of an arm, `A^-1` and `theta` are computed anew from `A` and `b`; at least 1.
    pub refactor_every: u32,
}

impl Default for PolicyConfig {
    /// LinUCB with alpha 0.5, ridge 1 and 5 % of random choices. Rewards lie in `[0, 1]`, so no reward's standard deviation
    /// is above 0.5: alpha 0.5 is one standard error of the estimate. 5 % bounds every off-policy weight by 20 k for k arms.
    fn default() -> Self {
        Self {
            algorithm: Algorithm::LinUcb { alpha: 0.5 },
            ridge: 1.0,
            exploration: 0.05,
            refactor_every: 1024,
        }
    }
}

impl PolicyConfig {
    /// # Errors
    /// When a setting is out of its range.
    pub fn check(&self) -> Result<(), BanditError> {
        let within = |what, value: f64, low: f64, high: f64, needed| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(BanditError::BadSetting {
                    what,
                    needed,
                    value,
                })
            }
        };
        match self.algorithm {
            Algorithm::LinUcb { alpha } => within("alpha", alpha, 0.0, 1e9, "from 0 to 1e9")?,
            Algorithm::Thompson { scale } => within("the scale", scale, 0.0, 1e9, "from 0 to 1e9")?,
            Algorithm::EpsilonGreedy | Algorithm::Fixed { .. } => {}
        }
        within("the ridge", self.ridge, 1e-9, 1e9, "from 1e-9 to 1e9")?;
        let every = f64::from(self.refactor_every);
        within("exploration", self.exploration, 0.0, 1.0, "from 0 to 1")?;
        within("refactor_every", every, 1.0, f64::INFINITY, "at least 1")
    }
}
