//! Effect sizes of discordant pairs.

/// How lopsided the discordant pairs of two series are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiscordantEffect {
    /// `b / c`, the conditional odds ratio; `None` when `c` is 0 (it is infinite or undefined).
    pub odds_ratio: Option<f64>,
    /// Cohen's g, `b / (b + c) - 1/2`, signed: positive when the first solves more. Cohen (1988)
    /// calls 0.05 small, 0.15 medium, 0.25 large. `None` without a discordant pair.
    pub cohens_g: Option<f64>,
}

/// Effect sizes from the numbers of problems only the first (`b`) and only the second (`c`) solved; any two counts have an
/// answer. By definition: the odds ratio of matched pairs (Agresti 2013, "Categorical data analysis", section 11.2) and Cohen's
/// g (Cohen 1988, "Statistical power analysis", chapter 5).
pub fn discordant_effect(b: u64, c: u64) -> DiscordantEffect {
    let n = b + c;
    DiscordantEffect {
        odds_ratio: (c > 0).then(|| b as f64 / c as f64),
        cohens_g: (n > 0).then(|| b as f64 / n as f64 - 0.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_infinite_or_undefined_is_not_given() {
        let effect = discordant_effect(5, 0);
        assert_eq!((effect.odds_ratio, effect.cohens_g), (None, Some(0.5)));
        assert_eq!(discordant_effect(0, 0).cohens_g, None);
        assert_eq!(discordant_effect(25, 12).odds_ratio, Some(25.0 / 12.0));
        assert!((discordant_effect(12, 25).cohens_g.unwrap() + 13.0 / 74.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn turning_the_pair_turns_the_effect(b in 0_u64..5_000, c in 0_u64..5_000) {
            let (here, turned) = (discordant_effect(b, c), discordant_effect(c, b));
            if let (Some(here), Some(turned)) = (here.cohens_g, turned.cohens_g) {
                prop_assert!((here + turned).abs() < 1e-12 && here.abs() <= 0.5);
                prop_assert_eq!(here > 0.0, b > c);
            }
            if let (Some(here), Some(turned)) = (here.odds_ratio, turned.odds_ratio) {
                prop_assert!((here * turned - 1.0).abs() < 1e-12 || b == 0 || c == 0);
            }
        }
    }
}
