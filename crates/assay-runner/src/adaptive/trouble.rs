//! How models answered lately.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Requests that are looked back at.
const LATELY: usize = 20;

/// The latest requests by model, and whether they were answered.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    by_model: Mutex<HashMap<String, VecDeque<bool>>>,
}

impl Trouble {
    pub(super) fn note(&self, model: &str, answered: bool) {
        let mut models = self.by_model.lock().unwrap_or_else(PoisonError::into_inner);
        let lately = models.entry(model.to_owned()).or_default();
        lately.push_back(answered);
        if lately.len() > LATELY {
            lately.pop_front();
        }
    }

    /// The share of a model's latest requests that were not answered.
    pub(super) fn share(&self, model: &str) -> f64 {
        let models = self.by_model.lock().unwrap_or_else(PoisonError::into_inner);
        models.get(model).map_or(0.0, |lately| {
            let failed = lately.iter().filter(|answered| !**answered).count();
            failed as f64 / lately.len().max(1) as f64
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_count() {
        let trouble = Trouble::default();
        assert_eq!(trouble.share("m"), 0.0);
        trouble.note("m", false);
        trouble.note("m", true);
        assert_eq!(trouble.share("m"), 0.5);
        for _ in 0..LATELY {
            trouble.note("m", true);
        }
        assert_eq!(trouble.share("m"), 0.0);
        assert_eq!(trouble.share("other"), 0.0);
    }
}
