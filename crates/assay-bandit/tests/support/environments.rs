//! Problems whose best arm is known: rounds drawn from a law, and what a policy does in them.

use assay_bandit::{Algorithm, BanditError, Grid, GridRow, Policy, PolicyConfig};
use assay_core::StrategyId;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Numbers of a context, the first of which is 1.
pub const DIMENSION: usize = 6;
pub const ARMS: usize = 5;
pub const ROUNDS: usize = 3_000;
pub const SEEDS: u64 = 30;
/// Student's quantile for 95 % on 29 degrees of freedom.
const QUANTILE: f64 = 2.045_229_642_132_703;

/// How rewards come about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// Linear in the context, each arm with other weights, and noise: each arm is the best in some contexts.
    Linear,
    /// Passed or not, with a chance that is linear in the context.
    Bernoulli,
    /// As linear, but only three of the arms are offered at a time, others each round.
    ChangingPool,
    /// Each arm has its mean, whatever the context, and noise: one arm is the best in all.
    Indifferent,
}

pub const LAWS: [Law; 4] = [
    Law::Linear,
    Law::Bernoulli,
    Law::ChangingPool,
    Law::Indifferent,
];

impl Law {
    #[allow(dead_code, reason = "the example needs it not")]
    pub fn context_matters(self) -> bool {
        self != Self::Indifferent
    }

    #[allow(dead_code, reason = "the example names them")]
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Bernoulli => "passed or not",
            Self::ChangingPool => "linear, three arms offered of five",
            Self::Indifferent => "context without meaning",
        }
    }

    fn expected(self, arm: usize, weights: &[f64], context: &[f64]) -> f64 {
        let products = weights[1..].iter().zip(&context[1..]).map(|(w, x)| w * x);
        let linear: f64 = products.sum();
        match self {
            Self::Linear | Self::ChangingPool => 0.5 + 0.15 * linear,
            Self::Bernoulli => (0.5 + 0.25 * linear).clamp(0.02, 0.98),
            Self::Indifferent => 0.7 - 0.05 * arm as f64,
        }
    }
}

/// Algorithms that learn, without a share of random choices: with one, regret cannot grow less than the rounds do.
pub fn algorithms() -> [(&'static str, PolicyConfig); 2] {
    let config = |algorithm| PolicyConfig {
        algorithm,
        exploration: 0.0,
        ..PolicyConfig::default()
    };
    [
        (
            "LinUCB, alpha 0.5",
            config(Algorithm::LinUcb { alpha: 0.5 }),
        ),
        (
            "Thompson, scale 0.2",
            config(Algorithm::Thompson { scale: 0.2 }),
        ),
    ]
}

struct Draws(ChaCha8Rng);

impl Draws {
    /// In `[0, 1)`.
    fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// In `[-1, 1)`.
    fn number(&mut self) -> f64 {
        2.0 * self.share() - 1.0
    }
}

pub struct Round {
    pub context: Vec<f64>,
    /// Of each arm, without noise.
    pub expected: Vec<f64>,
    pub rewards: Vec<f64>,
    pub offered: Vec<usize>,
}

pub fn arms() -> Vec<StrategyId> {
    (0..ARMS)
        .map(|i| StrategyId::new(format!("arm-{i}")))
        .collect()
}

pub fn rounds(law: Law, count: usize, seed: u64) -> Vec<Round> {
    let mut draws = Draws(ChaCha8Rng::seed_from_u64(seed));
    let weights: Vec<Vec<f64>> = (0..ARMS)
        .map(|_| (0..DIMENSION).map(|_| draws.number()).collect())
        .collect();
    (0..count)
        .map(|_| {
            let mut context: Vec<f64> = (0..DIMENSION).map(|_| draws.number()).collect();
            context[0] = 1.0;
            let expected: Vec<f64> = weights
                .iter()
                .enumerate()
                .map(|(arm, weights)| law.expected(arm, weights, &context))
                .collect();
            let rewards = expected
                .iter()
                .map(|mean| match law {
                    Law::Bernoulli => f64::from(u8::from(draws.share() < *mean)),
                    _ => (mean + 0.1 * draws.number()).clamp(0.0, 1.0),
                })
                .collect();
            let mut offered: Vec<usize> = (0..ARMS).collect();
            if law == Law::ChangingPool {
                for last in (1..ARMS).rev() {
                    offered.swap(last, (draws.share() * (last + 1) as f64) as usize);
                }
                offered.truncate(3);
            }
            Round {
                context,
                expected,
                rewards,
                offered,
            }
        })
        .collect()
}

/// The rounds as a grid, a cluster each.
#[allow(dead_code, reason = "the example needs none")]
pub fn grid(law: Law, count: usize, seed: u64) -> Grid {
    let row = |(i, round): (usize, Round)| GridRow {
        problem: format!("problem-{i}"),
        cluster: format!("problem-{i}"),
        group: "model, language".to_owned(),
        context: round.context,
        scores: round.rewards.clone(),
        rewards: round.rewards,
    };
    Grid {
        arms: arms(),
        rows: rounds(law, count, seed)
            .into_iter()
            .enumerate()
            .map(row)
            .collect(),
    }
}

/// What a policy came to on one seed, by expected rewards.
pub struct Run {
    /// Slope of log regret on log round, from a tenth of the rounds on.
    pub slope: f64,
    /// Mean expected reward a round.
    pub earned: f64,
    /// That of the arms in one fixed order of preference, the best there is.
    pub best_fixed: f64,
    /// That of the best arm of each round.
    pub oracle: f64,
}

pub fn simulate(law: Law, config: &PolicyConfig, seed: u64) -> Result<Run, BanditError> {
    let rounds = rounds(law, ROUNDS, seed);
    let arms = arms();
    let mut policy = Policy::new(config.clone(), DIMENSION)?;
    let n = ROUNDS as f64;
    let means: Vec<f64> = (0..ARMS)
        .map(|arm| rounds.iter().map(|r| r.expected[arm]).sum::<f64>() / n)
        .collect();
    let best = |offered: &[usize], values: &[f64]| {
        let better = |a: usize, b: usize| if values[b] > values[a] { b } else { a };
        offered.iter().copied().reduce(better).unwrap_or(0)
    };
    let (mut earned, mut fixed, mut oracle) = (0.0, 0.0, 0.0);
    let mut points = Vec::new();
    for (i, round) in rounds.iter().enumerate() {
        let offered: Vec<StrategyId> = round.offered.iter().map(|a| arms[*a].clone()).collect();
        let decision = policy.decide(&round.context, &offered, seed ^ ((i as u64) << 20))?;
        let chosen = arms
            .iter()
            .position(|arm| *arm == decision.arm)
            .unwrap_or(0);
        policy.update(&decision.arm, &round.context, round.rewards[chosen])?;
        earned += round.expected[chosen];
        fixed += round.expected[best(&round.offered, &means)];
        oracle += round.expected[best(&round.offered, &round.expected)];
        if i + 1 >= ROUNDS / 10 && (i + 1) % (ROUNDS / 100) == 0 {
            points.push((((i + 1) as f64).ln(), (oracle - earned).max(1e-9).ln()));
        }
    }
    let count = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    let (x, y) = (x / count, y / count);
    let above: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let below: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    Ok(Run {
        slope: above / below,
        earned: earned / n,
        best_fixed: fixed / n,
        oracle: oracle / n,
    })
}

/// Mean, and its 95 % interval by Student's distribution, over the seeds.
pub fn interval(values: &[f64]) -> Result<(f64, f64, f64), assay_stats::StatsError> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let half = QUANTILE * assay_stats::standard_error(values)?;
    Ok((mean, mean - half, mean + half))
}

/// What all seeds came to: slope, gain over the best fixed arm a round, loss against it in per cent, and regret a round, each
/// with its interval.
pub struct Summary {
    pub slope: (f64, f64, f64),
    #[allow(dead_code, reason = "the example prints it in per cent")]
    pub gain: (f64, f64, f64),
    pub loss_per_cent: (f64, f64, f64),
    #[allow(dead_code, reason = "the example prints it")]
    pub regret: (f64, f64, f64),
}

pub fn summary(law: Law, config: &PolicyConfig) -> Result<Summary, Box<dyn std::error::Error>> {
    let runs: Vec<Run> = (0..SEEDS)
        .map(|seed| simulate(law, config, seed))
        .collect::<Result<_, _>>()?;
    let over = |of: &dyn Fn(&Run) -> f64| interval(&runs.iter().map(of).collect::<Vec<f64>>());
    Ok(Summary {
        slope: over(&|run| run.slope)?,
        gain: over(&|run| run.earned - run.best_fixed)?,
        loss_per_cent: over(&|run| 100.0 * (1.0 - run.earned / run.best_fixed))?,
        regret: over(&|run| run.oracle - run.earned)?,
    })
}
