//! The reward: one number in `[0, 1]` of what came of a choice.

use serde::{Deserialize, Serialize};

use crate::BanditError;

/// How much each part counts. They are scaled to sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RewardWeights {
    pub pass: f64,
    pub quality: f64,
    pub cost: f64,
    pub latency: f64,
}

impl Default for RewardWeights {
    /// 0.90 for passing, 0.06 for quality, 0.02 each for cost and time. What is judged in the end is pass@1, so no sum of the
    /// other parts outweighs it: an answer that passes has at least 0.9, one that does not at most 0.1. Among answers that all
    /// fail, quality tells those that nearly worked from those that are no program; cost and time break ties.
    fn default() -> Self {
        Self {
            pass: 0.90,
            quality: 0.06,
            cost: 0.02,
            latency: 0.02,
        }
    }
}

/// What came of a choice. What is not known is left out of the reward.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub passed: bool,
    /// Static quality, in `[0, 1]`.
    pub quality: Option<f64>,
    /// What it cost, in dollars.
    pub cost_usd: Option<f64>,
    /// What it took, in milliseconds.
    pub latency_ms: Option<f64>,
}

/// The cost and the time that halve their part of the reward.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RewardScales {
    /// Dollars, above 0.
    pub cost_usd: f64,
    /// Milliseconds, above 0.
    pub latency_ms: f64,
}

impl Default for RewardScales {
    /// A tenth of a cent, and five seconds: about what an answer of a few hundred tokens costs and takes.
    fn default() -> Self {
        Self {
            cost_usd: 0.001,
            latency_ms: 5_000.0,
        }
    }
}

/// A reward and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reward {
    /// In `[0, 1]`.
    pub value: f64,
    pub parts: RewardParts,
}

/// Each part in `[0, 1]`, before its weight; `None` where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RewardParts {
    pub pass: f64,
    pub quality: Option<f64>,
    /// `scale / (scale + cost)`.
    pub cost: Option<f64>,
    /// `scale / (scale + latency)`.
    pub latency: Option<f64>,
}

/// The weighted mean of the parts that are known: 1 or 0 for passing, the quality, and `s / (s + x)` for a cost or latency of
/// x with scale s. That is 1 for nothing, 1/2 at the scale, and goes to 0: no outlier leaves the range or needs to be cut off.
/// The weights of missing parts are shared out among the others in proportion.
///
/// # Errors
/// When a weight is negative or not finite, those of the known parts sum to 0, a scale is not above 0, the quality lies outside
/// `[0, 1]`, or a cost or latency is negative or not finite.
pub fn reward(
    outcome: &Outcome,
    weights: RewardWeights,
    scales: RewardScales,
) -> Result<Reward, BanditError> {
    let bounded = |what, scale: f64, value: Option<f64>| -> Result<Option<f64>, BanditError> {
        check(
            what,
            "finite and above 0",
            scale,
            scale > 0.0 && scale.is_finite(),
        )?;
        let Some(value) = value else { return Ok(None) };
        let fits = value >= 0.0 && value.is_finite();
        check(what, "finite and not negative", value, fits)?;
        // Written so that no sum overflows.
        Ok(Some((1.0 + value / scale).recip()))
    };
    if let Some(quality) = outcome.quality {
        let fits = (0.0..=1.0).contains(&quality);
        check("quality", "from 0 to 1", quality, fits)?;
    }
    let parts = RewardParts {
        pass: f64::from(u8::from(outcome.passed)),
        quality: outcome.quality,
        cost: bounded("a cost", scales.cost_usd, outcome.cost_usd)?,
        latency: bounded("a latency", scales.latency_ms, outcome.latency_ms)?,
    };
    let (mut sum, mut total) = (0.0, 0.0);
    for (weight, part) in [
        (weights.pass, Some(parts.pass)),
        (weights.quality, parts.quality),
        (weights.cost, parts.cost),
        (weights.latency, parts.latency),
    ] {
        let fits = (0.0..=1e9).contains(&weight);
        check("a weight of the reward", "from 0 to 1e9", weight, fits)?;
        if let Some(part) = part {
            sum += weight * part;
            total += weight;
        }
    }
    let fits = total > 0.0;
    check(
        "the weights of what is known",
        "above 0 in sum",
        total,
        fits,
    )?;
    Ok(Reward {
        value: (sum / total).clamp(0.0, 1.0),
        parts,
    })
}

fn check(
    what: &'static str,
    needed: &'static str,
    value: f64,
    fits: bool,
) -> Result<(), BanditError> {
    if fits {
        return Ok(());
    }
    Err(BanditError::BadSetting {
        what,
        needed,
        value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(outcome: Outcome) -> Reward {
        reward(&outcome, RewardWeights::default(), RewardScales::default()).unwrap()
    }

    const BARE: Outcome = Outcome {
        passed: true,
        quality: None,
        cost_usd: None,
        latency_ms: None,
    };

    #[test]
    fn what_is_missing_is_left_out() {
        assert_eq!(of(BARE).value, 1.0);
        let half = Outcome {
            quality: Some(0.5),
            ..BARE
        };
        assert!((of(half).value - 0.93 / 0.96).abs() < 1e-15);
        let scale = Outcome {
            cost_usd: Some(0.001),
            latency_ms: Some(0.0),
            ..BARE
        };
        let found = of(scale);
        assert_eq!(
            (found.parts.cost, found.parts.latency),
            (Some(0.5), Some(1.0))
        );
        assert!((found.value - 0.93 / 0.94).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_has_no_reward() {
        let refused = |outcome: Outcome| {
            reward(&outcome, RewardWeights::default(), RewardScales::default()).is_err()
        };
        for value in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(refused(Outcome {
                quality: Some(value),
                ..BARE
            }));
            assert!(refused(Outcome {
                cost_usd: Some(value),
                ..BARE
            }));
            assert!(refused(Outcome {
                latency_ms: Some(value),
                ..BARE
            }));
        }
        let only_quality = RewardWeights {
            pass: 0.0,
            quality: 1.0,
            cost: 0.0,
            latency: 0.0,
        };
        assert!(reward(&BARE, only_quality, RewardScales::default()).is_err());
        let no_scale = RewardScales {
            cost_usd: 0.0,
            latency_ms: 1.0,
        };
        assert!(reward(&BARE, RewardWeights::default(), no_scale).is_err());
    }

    proptest! {
        #[test]
        fn passing_always_wins_and_nothing_leaves_the_range(
            quality in prop::option::of(0.0_f64..=1.0), other in prop::option::of(0.0_f64..=1.0),
            cost in prop::option::of(0.0_f64..1e300), latency in prop::option::of(0.0_f64..1e300),
        ) {
            let passed = of(Outcome { passed: true, quality, cost_usd: cost, latency_ms: latency }).value;
            let failed = of(Outcome { passed: false, quality: other, cost_usd: None, latency_ms: None }).value;
            prop_assert!((0.0..=1.0).contains(&passed) && (0.0..=1.0).contains(&failed));
            prop_assert!(passed > failed);
        }
    }
}
