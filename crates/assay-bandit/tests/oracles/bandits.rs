//! Policies beside MABWiser, numpy and scipy.

use assay_bandit::{Algorithm, Policy, PolicyConfig};
use assay_core::StrategyId;
use serde::Deserialize;

use crate::check::{Check, Found, oracle};
use crate::stream::Stream;

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "arms chosen, 2,000 decisions a stream, each learned from before the next: LinUCB of three alphas, greedy",
        of: "Policy::decide",
        oracle: "`MAB.predict`, `MAB.partial_fit`: `LinUCB`, `LinGreedy`",
        by: &["mabwiser"],
        allowed: Some(0.0),
        run: arms_chosen,
    },
    Check {
        quantity: "coefficients after 200 and 2,000 of them",
        of: "Policy::arms",
        oracle: "`MAB`'s models' `beta`",
        by: &["mabwiser"],
        allowed: Some(1e-10),
        run: coefficients,
    },
    Check {
        quantity: "scores of all arms, every 250 decisions",
        of: "Decision::scores",
        oracle: "`MAB.predict_expectations`",
        by: &["mabwiser"],
        allowed: Some(1e-10),
        run: scores,
    },
    Check {
        quantity: "coefficients, estimate, width, mean and variance of rewards after a batch",
        of: "Policy::estimate",
        oracle: "`numpy.linalg.solve`",
        by: &["numpy"],
        allowed: Some(1e-10),
        run: batches,
    },
    Check {
        quantity: "probability that Thompson sampling chooses an arm",
        of: "ArmScore::propensity",
        oracle: "`scipy.integrate.quad`",
        by: &["scipy"],
        allowed: Some(1e-9),
        run: wins,
    },
];

#[derive(Deserialize)]
struct Recorded {
    kind: String,
    alpha: f64,
    seed: u64,
    dimension: usize,
    arms: usize,
    chosen: Vec<usize>,
    thetas: Vec<Thetas>,
    expectations: Vec<Expectations>,
}

#[derive(Deserialize)]
struct Thetas {
    after: usize,
    theta: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
struct Expectations {
    round: usize,
    scores: Vec<f64>,
}

impl Recorded {
    /// Goes through the stream and shows each decision: its round, the position chosen, all scores, the policy after it.
    fn replay(&self, mut show: impl FnMut(usize, usize, Vec<f64>, &Policy)) {
        let algorithm = match self.kind.as_str() {
            "lin_ucb" => Algorithm::LinUcb { alpha: self.alpha },
            _ => Algorithm::EpsilonGreedy,
        };
        let config = PolicyConfig {
            algorithm,
            exploration: 0.0,
            refactor_every: 500,
            ..PolicyConfig::default()
        };
        let mut policy = Policy::new(config, self.dimension).unwrap();
        let ids: Vec<StrategyId> = (0..self.arms)
            .map(|arm| StrategyId::new(arm.to_string()))
            .collect();
        let mut stream = Stream::new(self.seed, self.dimension, self.arms);
        for round in 0..self.chosen.len() {
            let (context, rewards) = stream.round();
            let decision = policy.decide(&context, &ids, round as u64).unwrap();
            let position = ids.iter().position(|arm| *arm == decision.arm).unwrap();
            policy
                .update(&decision.arm, &context, rewards[position])
                .unwrap();
            let scores = decision.scores.iter().map(|score| score.score).collect();
            show(round, position, scores, &policy);
        }
    }
}

fn arms_chosen(found: &mut Found) {
    for recorded in oracle::<Vec<Recorded>>("streams") {
        recorded.replay(|round, position, _, _| {
            found.same((round, position), (round, recorded.chosen[round]));
        });
    }
}

fn coefficients(found: &mut Found) {
    for recorded in oracle::<Vec<Recorded>>("streams") {
        recorded.replay(|round, _, _, policy| {
            for thetas in recorded.thetas.iter().filter(|t| t.after == round + 1) {
                for view in policy.arms() {
                    let arm: usize = view.arm.as_str().parse().unwrap();
                    for (ours, theirs) in view.theta.iter().zip(&thetas.theta[arm]) {
                        found.close(*ours, *theirs);
                    }
                }
            }
        });
    }
}

fn scores(found: &mut Found) {
    for recorded in oracle::<Vec<Recorded>>("streams") {
        recorded.replay(|round, _, scores, _| {
            for expected in recorded.expectations.iter().filter(|e| e.round == round) {
                for (ours, theirs) in scores.iter().zip(&expected.scores) {
                    found.close(*ours, *theirs);
                }
            }
        });
    }
}

#[derive(Deserialize)]
struct Solved {
    seed: u64,
    dimension: usize,
    rounds: usize,
    ridge: f64,
    theta: Vec<f64>,
    mean: f64,
    width: f64,
    mean_reward: f64,
    variance: f64,
}

fn batches(found: &mut Found) {
    for case in oracle::<Vec<Solved>>("solved") {
        let config = PolicyConfig {
            ridge: case.ridge,
            ..PolicyConfig::default()
        };
        let mut policy = Policy::new(config, case.dimension).unwrap();
        let mut stream = Stream::new(case.seed, case.dimension, 1);
        let arm = StrategyId::from("0");
        for _ in 0..case.rounds {
            let (context, rewards) = stream.round();
            policy.update(&arm, &context, rewards[0]).unwrap();
        }
        let (probe, _) = stream.round();
        let estimate = policy.estimate(&arm, &probe).unwrap();
        found.close(estimate.mean, case.mean);
        found.close(estimate.width, case.width);
        let view = policy.arms().next().unwrap();
        found.close(view.mean_reward, case.mean_reward);
        found.close(view.reward_variance, case.variance);
        for (ours, theirs) in view.theta.iter().zip(&case.theta) {
            found.close(*ours, *theirs);
        }
    }
}

#[derive(Deserialize)]
struct Wins {
    means: Vec<f64>,
    sds: Vec<f64>,
    chances: Vec<f64>,
}

/// Contexts are of one number, 1, and the policy is restored from a state with the wanted means and widths.
fn wins(found: &mut Found) {
    for case in oracle::<Vec<Wins>>("wins") {
        let config = PolicyConfig {
            algorithm: Algorithm::Thompson { scale: 1.0 },
            exploration: 0.0,
            ..PolicyConfig::default()
        };
        let mut policy = Policy::new(config, 1).unwrap();
        let ids: Vec<StrategyId> = (0..case.means.len())
            .map(|arm| StrategyId::new(arm.to_string()))
            .collect();
        ids.iter().for_each(|arm| {
            policy.register(arm);
        });
        let mut state = policy.state();
        for ((arm, mean), sd) in state.arms.iter_mut().zip(&case.means).zip(&case.sds) {
            arm.inverse = vec![sd * sd];
            arm.design = vec![(sd * sd).recip()];
            arm.theta = vec![*mean];
            arm.moment = vec![mean / (sd * sd)];
        }
        let policy = Policy::restore(state).unwrap();
        let decision = policy.decide(&[1.0], &ids, 3).unwrap();
        for (score, chance) in decision.scores.iter().zip(&case.chances) {
            found.close(score.propensity, *chance);
        }
    }
}
