//! McNemar's test of two series judged on the same problems, one sample each.

use crate::special::{coin_cdf, coin_pmf};

/// Below this many discordant pairs the exact test is used, from it on the mid-p test.
pub const EXACT_BELOW: u64 = 25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum McNemarVariant {
    /// Two-sided binomial test of the discordant pairs.
    Exact,
    /// The exact test with half the probability of what was observed taken away.
    MidP,
}

/// McNemar's test of paired verdicts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    pub variant: McNemarVariant,
    /// Problems the first passed and the second did not.
    pub b: u64,
    /// Problems the second passed and the first did not.
    pub c: u64,
    /// Two-sided p-value.
    pub p: f64,
}

/// McNemar's test as Assay reports it: exact below [`EXACT_BELOW`] discordant pairs, else mid-p
/// (Fagerland, Lydersen and Laake 2013, doi:10.1186/1471-2288-13-91, who recommend mid-p over
/// exact and asymptotic). Without a discordant pair p is 1.
pub fn mcnemar(b: u64, c: u64) -> McNemar {
    let (variant, p) = if b + c < EXACT_BELOW {
        (McNemarVariant::Exact, mcnemar_exact(b, c))
    } else {
        (McNemarVariant::MidP, mcnemar_mid_p(b, c))
    };
    McNemar { variant, b, c, p }
}

/// Two-sided exact p: twice the binomial tail of the rarer kind of discordant pair, at most 1
/// (`statsmodels.stats.contingency_tables.mcnemar(exact=True)`).
pub fn mcnemar_exact(b: u64, c: u64) -> f64 {
    if b == c {
        return 1.0;
    }
    (2.0 * coin_cdf(b + c, b.min(c))).min(1.0)
}

/// Two-sided mid-p: `2 P(X < min(b, c)) + P(X = min(b, c))` with X binomial(b + c, 1/2); 1 when
/// `b == c`.
pub fn mcnemar_mid_p(b: u64, c: u64) -> f64 {
    if b == c {
        return 1.0;
    }
    let (n, low) = (b + c, b.min(c));
    (2.0 * coin_cdf(n, low) - coin_pmf(n, low)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_discordant_pairs_nothing_is_shown() {
        assert_eq!(mcnemar(0, 0).p, 1.0);
    }

    #[test]
    fn the_variant_follows_the_number_of_discordant_pairs() {
        assert_eq!(mcnemar(12, 12).variant, McNemarVariant::Exact);
        assert_eq!(mcnemar(13, 12).variant, McNemarVariant::MidP);
    }

    proptest! {
        #[test]
        fn is_symmetric_and_mid_p_is_smaller(b in 0_u64..400, c in 0_u64..400) {
            let test = mcnemar(b, c);
            prop_assert!((0.0..=1.0).contains(&test.p));
            prop_assert_eq!(test.p, mcnemar(c, b).p);
            prop_assert!(mcnemar_mid_p(b, c) <= mcnemar_exact(b, c) + 1e-12);
        }
    }
}
