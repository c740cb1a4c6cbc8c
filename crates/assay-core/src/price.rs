//! What tokens cost.

use std::fmt;

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

/// What answers cost together. Where the cost of some is not known, their sum is a lower bound, and says so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Spending {
    /// In US dollars, of the answers whose cost is known; `None` where that is none.
    pub usd: Option<f64>,
    /// How many those are.
    pub known: u32,
    /// Answers whose tokens were not counted, or whose model has no price.
    pub unknown: u32,
}

impl Spending {
    pub fn add(&mut self, more: Self) {
        if let Some(usd) = more.usd {
            *self.usd.get_or_insert(0.0) += usd;
        }
        self.known += more.known;
        self.unknown += more.unknown;
    }

    /// With an answer whose cost is this, where it is known.
    pub fn count(&mut self, usd: Option<f64>) {
        self.add(Self {
            usd,
            known: u32::from(usd.is_some()),
            unknown: u32::from(usd.is_none()),
        });
    }
}

impl fmt::Display for Spending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.usd, self.unknown) {
            (None, _) => f.write_str("not known"),
            (Some(usd), 0) => f.write_str(&dollars(usd)),
            (Some(usd), unknown) => write!(
                f,
                "at least {} (cost of {unknown} of {} answers unknown)",
                dollars(usd),
                u64::from(self.known) + u64::from(unknown)
            ),
        }
    }
}

/// `$12.30`, `$0.42`, `$0`; less than ten cents with two digits that count: `$0.0042`.
fn dollars(usd: f64) -> String {
    if usd == 0.0 {
        "$0".to_owned()
    } else if usd < 0.000_001 {
        "<$0.000001".to_owned()
    } else if usd < 0.1 {
        // From 2 decimals at a few cents to 7 at a few millionths.
        let decimals = (1.0 - usd.log10().floor()).clamp(2.0, 7.0);
        format!("${usd:.*}", decimals as usize)
    } else {
        format!("${usd:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_lacks_some_says_so() {
        let text = |usd, known, unknown| {
            Spending {
                usd,
                known,
                unknown,
            }
            .to_string()
        };
        assert_eq!(text(Some(1.2), 40, 0), "$1.20");
        assert_eq!(
            text(Some(1.2), 37, 3),
            "at least $1.20 (cost of 3 of 40 answers unknown)"
        );
        assert_eq!(text(None, 0, 7), "not known");
        for (usd, written) in [
            (0.0, "$0"),
            (0.0042, "$0.0042"),
            (0.094_99, "$0.095"),
            (0.1, "$0.10"),
            (1234.5, "$1234.50"),
            (0.000_001_2, "$0.0000012"),
            (1e-9, "<$0.000001"),
        ] {
            assert_eq!(text(Some(usd), 1, 0), written);
        }
    }
}
