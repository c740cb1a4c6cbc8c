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

/// Effect sizes from the numbers of problems only the first (`b`) and only the second (`c`) solved.
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

    #[test]
    fn what_is_infinite_or_undefined_is_not_given() {
        let effect = discordant_effect(5, 0);
        assert_eq!((effect.odds_ratio, effect.cohens_g), (None, Some(0.5)));
        assert_eq!(discordant_effect(0, 0).cohens_g, None);
        assert_eq!(discordant_effect(25, 12).odds_ratio, Some(25.0 / 12.0));
        assert!((discordant_effect(12, 25).cohens_g.unwrap() + 13.0 / 74.0).abs() < 1e-15);
    }
}
