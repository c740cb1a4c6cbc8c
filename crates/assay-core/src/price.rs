//! What tokens cost.

use serde::{Deserialize, Serialize};

use crate::Usage;

/// What a provider asks for a model's tokens, in US dollars for a million of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Price {
    /// Of the prompt.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub input: f64,
    /// Of the answer, reasoning included.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub output: f64,
}

impl Price {
    /// The cost of `usage` in US dollars; `None` when a count is missing.
    pub fn cost(&self, usage: Usage) -> Option<f64> {
        let input = f64::from(usage.prompt_tokens?) * self.input;
        let output = f64::from(usage.completion_tokens?) * self.output;
        Some((input + output) / 1_000_000.0)
    }
}
