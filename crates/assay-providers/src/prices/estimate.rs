//! What a run will cost, before it is started.

use assay_core::Price;
use serde::{Deserialize, Serialize};

/// Of many prompts together; the one figure makes the upper bound of their tokens, the other the lower. HumanEval's
/// prompts have 2.9 (Go, JavaScript) to 3.2 (Python, Java) bytes a token with SmolLM2's vocabulary of 49,152; the
/// larger ones of today's big models make fewer tokens.
const BYTES_PER_TOKEN: (f64, f64) = (2.5, 4.5);
/// What a chat template puts around a prompt, tokens: none to as many as the longest system texts have.
const TEMPLATE_TOKENS: (f64, f64) = (0.0, 40.0);

/// What is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    pub requests: u32,
    pub prompts: PromptSize,
    /// The limit of each answer, tokens.
    pub max_tokens: u32,
}

/// All prompts of a workload together, each as often as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "counted_in", rename_all = "snake_case")]
pub enum PromptSize {
    /// As the provider counts them.
    Tokens { tokens: u64 },
    /// UTF-8, where nothing counts tokens.
    Bytes { bytes: u64 },
}

/// US dollars. The truth lies between, unless answers are asked for again after failures, or a model reasons
/// beyond its limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostEstimate {
    /// Few tokens in the prompts, and answers of one token.
    pub low_usd: f64,
    /// Many tokens in the prompts, and each answer as long as it may be.
    pub high_usd: f64,
    /// Whether the prompts' tokens were counted rather than estimated from their bytes.
    pub exact_prompts: bool,
}

/// The bounds of what `work` costs at `price`. Tokens of prompts are taken as they were counted; bytes are
/// divided by 4.5 for the lower bound, and by 2.5 for the upper one, which also allows 40 tokens a request for
/// the chat template.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub fn estimate(work: &Workload, price: Price) -> CostEstimate {
    let requests = f64::from(work.requests);
    let (few, many, exact) = match work.prompts {
        PromptSize::Tokens { tokens } => (tokens as f64, tokens as f64, true),
        PromptSize::Bytes { bytes } => (
            bytes as f64 / BYTES_PER_TOKEN.1 + requests * TEMPLATE_TOKENS.0,
            bytes as f64 / BYTES_PER_TOKEN.0 + requests * TEMPLATE_TOKENS.1,
            false,
        ),
    };
    let cost = |prompts: f64, answers: f64| (prompts * price.input + answers * price.output) / 1e6;
    let longest = requests * f64::from(work.max_tokens);
    CostEstimate {
        low_usd: cost(few, requests.min(longest)),
        high_usd: cost(many, longest),
        exact_prompts: exact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price {
        input: 2.0,
        output: 10.0,
    };

    #[test]
    fn counted_prompts_leave_only_the_answers_open() {
        let work = Workload {
            requests: 100,
            prompts: PromptSize::Tokens { tokens: 50_000 },
            max_tokens: 500,
        };
        let cost = estimate(&work, PRICE);
        // 50,000 x 2 and 100 x 10 (or 50,000 x 10) dollars for a million.
        assert!((cost.low_usd - 0.101).abs() < 1e-12, "{cost:?}");
        assert!((cost.high_usd - 0.6).abs() < 1e-12, "{cost:?}");
        assert!(cost.exact_prompts);
    }

    #[test]
    fn bytes_are_estimated_both_ways() {
        let work = Workload {
            requests: 10,
            prompts: PromptSize::Bytes { bytes: 9_000 },
            max_tokens: 100,
        };
        let cost = estimate(&work, PRICE);
        // 2,000 tokens and 10 at least; 3,600 + 400 and 1,000 at most.
        assert!((cost.low_usd - 0.0041).abs() < 1e-12, "{cost:?}");
        assert!((cost.high_usd - 0.018).abs() < 1e-12, "{cost:?}");
        assert!(!cost.exact_prompts);
    }

    proptest::proptest! {
        #[test]
        fn the_bounds_are_in_order(requests in 0_u32..1_000_000, bytes in 0_u64..1 << 40, max_tokens in 0_u32..1_000_000) {
            let work = Workload { requests, prompts: PromptSize::Bytes { bytes }, max_tokens };
            let cost = estimate(&work, PRICE);
            proptest::prop_assert!(0.0 <= cost.low_usd && cost.low_usd <= cost.high_usd && cost.high_usd.is_finite());
        }
    }
}
