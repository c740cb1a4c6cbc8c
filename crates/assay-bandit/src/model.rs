//! One arm's ridge regression.

use crate::policy::Estimate;
use crate::symmetric::{Symmetric, dot};

/// `A`, `A^-1`, `b`, `theta`, and how its rewards spread.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) design: Symmetric,
    pub(crate) inverse: Symmetric,
    pub(crate) moment: Vec<f64>,
    pub(crate) theta: Vec<f64>,
    pub(crate) pulls: u64,
    /// Updates since `A^-1` was computed anew.
    pub(crate) since: u32,
    pub(crate) mean: f64,
    /// Sum of squared distances of rewards from their mean (Welford 1962, doi:10.1080/00401706.1962.10490022).
    pub(crate) squares: f64,
}

impl Model {
    pub(crate) fn new(dimension: usize, ridge: f64) -> Self {
        Self {
            design: Symmetric::scaled_identity(dimension, ridge),
            inverse: Symmetric::scaled_identity(dimension, ridge.recip()),
            moment: vec![0.0; dimension],
            theta: vec![0.0; dimension],
            pulls: 0,
            since: 0,
            mean: 0.0,
            squares: 0.0,
        }
    }

    pub(crate) fn estimate(&self, context: &[f64]) -> Estimate {
        Estimate {
            mean: dot(&self.theta, context),
            width: self.inverse.quadratic(context).max(0.0).sqrt(),
        }
    }

    /// Variance of the rewards (n - 1); 0 with fewer than two.
    pub(crate) fn variance(&self) -> f64 {
        if self.pulls < 2 {
            return 0.0;
        }
        self.squares / (self.pulls - 1) as f64
    }

    /// Takes in one reward. `gain` is room for as many numbers as a context has.
    pub(crate) fn learn(&mut self, context: &[f64], reward: f64, every: u32, gain: &mut [f64]) {
        self.inverse.multiply(context, gain);
        let spread = dot(gain, context);
        self.design.add_outer(1.0, context);
        for (sum, x) in self.moment.iter_mut().zip(context) {
            *sum += reward * x;
        }
        self.pulls += 1;
        let distance = reward - self.mean;
        self.mean += distance / self.pulls as f64;
        self.squares += distance * (reward - self.mean);
        self.since += 1;
        // Below 0 the inverse has lost its definiteness to rounding: the formula would make it worse.
        if self.since >= every || spread.is_nan() || spread < 0.0 {
            self.since = 0;
            if self.refactor() {
                return;
            }
        }
        let denominator = 1.0 + spread.max(0.0);
        let surprise = (reward - dot(&self.theta, context)) / denominator;
        for (coefficient, gain) in self.theta.iter_mut().zip(gain.iter()) {
            *coefficient += surprise * gain;
        }
        self.inverse.add_outer(-denominator.recip(), gain);
    }

    /// Computes `A^-1` and `theta` anew. False where `A` is, to rounding, not positive definite.
    fn refactor(&mut self) -> bool {
        let Some(factor) = self.design.cholesky() else {
            return false;
        };
        self.theta = factor.solve(&self.moment);
        self.inverse = factor.inverse(self.moment.len());
        true
    }
}

/// The width of an arm that has learned nothing, `sqrt(x' x / ridge)`, to the last bit what [`Model::estimate`] says of it:
/// else such arms would not tie.
pub(crate) fn unlearned_width(ridge: f64, context: &[f64]) -> f64 {
    let inverse = ridge.recip();
    let squares = context.iter().map(|x| x * (inverse * x));
    squares.fold(0.0, |sum, square| sum + square).sqrt()
}
