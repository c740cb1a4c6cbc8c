//! Policies that learn from rows of a grid, by positions of its arms.

use crate::policy::{ArmIndex, Choice, Policy, Scratch};
use crate::rng::{Draws, derived};
use crate::{BanditError, Grid, GridPlan, Learning, PolicyConfig};

/// A policy over all arms of a grid. The baseline is offered first: where nothing is known, it is chosen.
pub(crate) struct Learner {
    pub(crate) policy: Policy,
    scratch: Scratch,
    places: Vec<ArmIndex>,
    /// `offered[i]` is the position in the grid of the `i`th arm offered.
    pub(crate) offered: Vec<usize>,
}

impl Learner {
    pub(crate) fn new(
        grid: &Grid,
        config: &PolicyConfig,
        baseline: usize,
    ) -> Result<Self, BanditError> {
        let mut policy = Policy::new(config.clone(), grid.dimension())?;
        let mut offered: Vec<usize> = (0..grid.arms.len()).collect();
        offered[..=baseline].rotate_right(1);
        let places = offered
            .iter()
            .map(|arm| policy.register(&grid.arms[*arm]))
            .collect();
        Ok(Self {
            policy,
            scratch: Scratch::default(),
            places,
            offered,
        })
    }

    pub(crate) fn choose(&mut self, context: &[f64], seed: u64) -> Result<Choice, BanditError> {
        self.policy
            .choose(context, &self.places, seed, &mut self.scratch)
    }

    /// Chooses, learns what that brought, and answers the position in the grid.
    pub(crate) fn step(
        &mut self,
        grid: &Grid,
        row: usize,
        seed: u64,
    ) -> Result<usize, BanditError> {
        let row = &grid.rows[row];
        let choice = self.choose(&row.context, seed)?;
        let arm = self.offered[choice.position];
        let place = self.places[choice.position];
        self.policy.learn(place, &row.context, row.rewards[arm])?;
        Ok(arm)
    }

    /// Goes through the rows as the plan says.
    pub(crate) fn train(
        &mut self,
        grid: &Grid,
        plan: &GridPlan,
        rows: &[usize],
        seed: u64,
    ) -> Result<(), BanditError> {
        for pass in 0..plan.passes {
            match plan.learning {
                Learning::Everything => {
                    for row in rows.iter().map(|row| &grid.rows[*row]) {
                        for (place, arm) in self.places.iter().zip(&self.offered) {
                            self.policy.learn(*place, &row.context, row.rewards[*arm])?;
                        }
                    }
                }
                Learning::OwnChoices => {
                    let seed = derived(seed, pass as u64);
                    for (step, row) in shuffled(rows, seed).into_iter().enumerate() {
                        self.step(grid, row, derived(seed, step as u64))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The arm it would choose if it no longer explored.
    pub(crate) fn exploit(&mut self, context: &[f64]) -> Result<usize, BanditError> {
        let position = self.choose(context, 0)?.greedy;
        Ok(self.offered[position])
    }
}

/// Rows in a random order.
pub(crate) fn shuffled(rows: &[usize], seed: u64) -> Vec<usize> {
    let mut order = rows.to_vec();
    Draws::new(seed, 0).shuffle(&mut order);
    order
}
