//! What a comparison can find: its power, the smallest difference it detects, and how many problems or samples are needed.

use crate::StatsError;
use crate::error::{check_between, check_range};
use crate::special::{critical_value, normal_cdf};

/// How two models are to be compared, and how much their scores vary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Design {
    /// The mean of differences on the same problems: standard deviation of the per-problem difference (of one cluster's,
    /// where problems come in clusters; n then counts clusters). Known from a pilot, or from [`Spread::design`].
    Paired { sd: f64 },
    /// The means of scores on different problems, n of them for either model: standard deviations of the per-problem score.
    Unpaired { sd_a: f64, sd_b: f64 },
    /// One sample a problem on the same problems, as McNemar's test sees them: the share of problems that exactly one of
    /// the two solves. No difference is larger than that share.
    PairedShares { discordant: f64 },
    /// One sample a problem on different problems, n of them for either model: the share that the weaker model solves.
    UnpairedShares { base: f64 },
}

impl Design {
    fn check(self) -> Result<(), StatsError> {
        // Differences of scores lie in [-1, 1], and a few of them can vary by somewhat more than 1.
        let deviation = |values: &[f64]| check_range("a standard deviation", values, 0.0, 2.0);
        let share = |value| check_range("a share of problems", &[value], 0.0, 1.0);
        match self {
            Self::Paired { sd } => deviation(&[sd]),
            Self::Unpaired { sd_a, sd_b } => deviation(&[sd_a, sd_b]),
            Self::PairedShares { discordant: value } | Self::UnpairedShares { base: value } => {
                share(value)
            }
        }
    }

    /// The largest difference there can be.
    fn largest(self) -> f64 {
        match self {
            Self::Paired { .. } | Self::Unpaired { .. } => 1.0,
            Self::PairedShares { discordant } => discordant,
            Self::UnpairedShares { base } => 1.0 - base,
        }
    }

    /// Standard deviations of one problem's part in the difference: where there is none, and where it is `difference`.
    fn deviations(self, difference: f64) -> (f64, f64) {
        match self {
            Self::Paired { sd } => (sd, sd),
            Self::Unpaired { sd_a, sd_b } => {
                let sd = sd_a.hypot(sd_b);
                (sd, sd)
            }
            Self::PairedShares { discordant } => {
                let variance = (discordant - difference * difference).max(0.0);
                (discordant.sqrt(), variance.sqrt())
            }
            Self::UnpairedShares { base } => {
                let better = (base + difference).min(1.0);
                let pooled = f64::midpoint(base, better);
                let variance = base * (1.0 - base) + better * (1.0 - better);
                (
                    (2.0 * pooled * (1.0 - pooled)).max(0.0).sqrt(),
                    variance.max(0.0).sqrt(),
                )
            }
        }
    }

    fn power(self, difference: f64, n: f64, alpha: f64) -> f64 {
        let (null, alternative) = self.deviations(difference);
        let bound = critical_value(1.0 - alpha) * null;
        let shift = difference * n.sqrt();
        if alternative == 0.0 {
            // All problems then say the same.
            return if shift > bound { 1.0 } else { 0.0 };
        }
        normal_cdf((shift - bound) / alternative) + normal_cdf((-shift - bound) / alternative)
    }
}

fn check(design: Design, alpha: f64) -> Result<(), StatsError> {
    design.check()?;
    check_between("alpha", alpha, 0.0, 1.0)
}

/// A target that can be planned for: below one half a test is rather missed than passed.
fn check_target(power: f64) -> Result<(), StatsError> {
    check_between("the power to plan for", power, 0.5, 1.0)
}

fn check_difference(design: Design, difference: f64) -> Result<(), StatsError> {
    check_range("a difference", &[difference], 0.0, design.largest())?;
    check_between("a difference", difference, 0.0, f64::INFINITY)
}

/// The chance that a two-sided test at level `alpha` finds a difference of `difference` (in `(0, 1]`; 0.03 is three
/// points) on `n` problems.
///
/// By the normal approximation, with its variance under either hypothesis: `Phi((d sqrt(n) - z s0) / s1) +
/// Phi((-d sqrt(n) - z s0) / s1)` with `s0`, `s1` the standard deviations of one problem's part without and with the
/// difference. For shares on the same problems that is Miettinen's (1968, Biometrics 24, 339) and Connor's (1987,
/// Biometrics 43, 207) for McNemar's test: `s0^2 = discordant`, `s1^2 = discordant - d^2`; for shares on different ones
/// the pooled variance and the separate one (Fleiss, Levin and Paik 2003, chapter 4). Below about 20 problems it promises
/// somewhat too much. Oracles: `statsmodels.stats.power.NormalIndPower` and `normal_power_het`,
/// `statsmodels.stats.proportion.power_proportions_2indep`.
///
/// # Errors
/// When a standard deviation lies outside `[0, 2]` or a share outside `[0, 1]`, alpha outside `(0, 1)`, `n` is 0, or the difference is not
/// above 0 or larger than the design allows.
pub fn power(design: Design, difference: f64, n: u64, alpha: f64) -> Result<f64, StatsError> {
    check(design, alpha)?;
    check_difference(design, difference)?;
    check_count(n)?;
    Ok(design.power(difference, n as f64, alpha).clamp(0.0, 1.0))
}

fn check_count(n: u64) -> Result<(), StatsError> {
    if n > 0 {
        return Ok(());
    }
    Err(StatsError::TooFewValues {
        what: "the power of a test",
        needed: 1,
        given: 0,
    })
}

/// The smallest difference that a two-sided test at level `alpha` finds on `n` problems with the chance `target`, usually
/// 0.8; `None` where not even the largest possible is found so often. For [`Design::UnpairedShares`] it is the gain over
/// the weaker model. Solves [`power()`] for the difference.
///
/// # Errors
/// As [`power()`]; when `target` is not in `(0.5, 1)`.
pub fn detectable_difference(
    design: Design,
    n: u64,
    alpha: f64,
    target: f64,
) -> Result<Option<f64>, StatsError> {
    check(design, alpha)?;
    check_target(target)?;
    check_count(n)?;
    let finds = |difference: f64| design.power(difference, n as f64, alpha) >= target;
    let (mut low, mut high) = (0.0, design.largest());
    if !finds(high) {
        return Ok(None);
    }
    // Above one half, power grows with the difference: bisection cannot miss.
    while high - low > 1e-15 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if finds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Ok(Some(high))
}

/// The fewest problems on which a two-sided test at level `alpha` finds `difference` with the chance `target`, usually 0.8;
/// for either model where the problems are different ones. Solves [`power()`] for `n`.
///
/// # Errors
/// As [`power()`]; when `target` is not in `(0.5, 1)`, or more than 2^53 problems are needed.
pub fn needed_problems(
    design: Design,
    difference: f64,
    alpha: f64,
    target: f64,
) -> Result<u64, StatsError> {
    check(design, alpha)?;
    check_target(target)?;
    check_difference(design, difference)?;
    least(|n| design.power(difference, n as f64, alpha) >= target).ok_or(
        StatsError::NoConvergence {
            what: "the search for a number of problems",
            steps: LARGEST_EXPONENT,
        },
    )
}

/// Counts above 2^53 are not whole numbers any more as they are computed with.
const LARGEST_EXPONENT: u32 = 53;

/// The least number from 1 up to 2^53 that is enough, where every larger one is too.
fn least(is_enough: impl Fn(u64) -> bool) -> Option<u64> {
    let exponent = (0..=LARGEST_EXPONENT).find(|e| is_enough(1 << e))?;
    let mut high = 1_u64 << exponent;
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low.midpoint(high);
        if is_enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// Where the differences of two models on the same problems come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Variance, over problems, of the true difference of their pass rates. More samples do not lower it.
    pub between: f64,
    /// Variance of one sample of the first model around its pass rate, as a mean over problems.
    pub within_a: f64,
    /// The same of the second model.
    pub within_b: f64,
}

impl Spread {
    /// Estimates the parts from a pilot, unbiased but for `between` being kept from falling below 0: with pass rates
    /// `p = c / n`, `within` is the mean of `n p (1 - p) / (n - 1)` over problems, and `between` the variance of the
    /// differences of pass rates less what samples contribute, the mean of `p (1 - p) / (n - 1)` of both (one-way
    /// analysis of variance; the parts are those of Miller 2024, arXiv:2411.00640).
    ///
    /// `a[i]` and `b[i]` are samples judged and samples passed on problem `i`, `(n, c)`.
    ///
    /// # Errors
    /// When the lengths differ, with fewer than two problems, with fewer than two samples of either model on a problem, or
    /// where more passed than were judged.
    pub fn of_pilot(a: &[(u64, u64)], b: &[(u64, u64)]) -> Result<Self, StatsError> {
        if a.len() != b.len() {
            return Err(StatsError::LengthMismatch {
                what: "a pilot",
                left: a.len(),
                right: b.len(),
            });
        }
        if a.len() < 2 {
            return Err(StatsError::TooFewValues {
                what: "a pilot",
                needed: 2,
                given: a.len(),
            });
        }
        let problems = a.len() as f64;
        let parts = |counts: &[(u64, u64)]| -> Result<(Vec<f64>, f64, f64), StatsError> {
            let (mut rates, mut within, mut of_mean) = (Vec::new(), 0.0, 0.0);
            for (n, c) in counts {
                if c > n {
                    return Err(StatsError::MorePassedThanJudged { n: *n, c: *c });
                }
                if *n < 2 {
                    return Err(StatsError::TooFewValues {
                        what: "a pilot, of samples on each problem,",
                        needed: 2,
                        given: *n as usize,
                    });
                }
                let (n, rate) = (*n as f64, *c as f64 / *n as f64);
                let variance = rate * (1.0 - rate) / (n - 1.0);
                of_mean += variance / problems;
                within += n * variance / problems;
                rates.push(rate);
            }
            Ok((rates, within, of_mean))
        };
        let (rates_a, within_a, of_mean_a) = parts(a)?;
        let (rates_b, within_b, of_mean_b) = parts(b)?;
        let differences: Vec<f64> = rates_a.iter().zip(&rates_b).map(|(a, b)| a - b).collect();
        let variance = crate::standard_error(&differences)?.powi(2) * problems;
        Ok(Self {
            between: (variance - of_mean_a - of_mean_b).max(0.0),
            within_a,
            within_b,
        })
    }

    /// The paired design with `samples` of either model on each problem: `sd^2 = between + (within_a + within_b) / samples`
    /// (Miller 2024, arXiv:2411.00640, section 5).
    ///
    /// # Errors
    /// Without a sample, or when a variance lies outside `[0, 2]`.
    pub fn design(self, samples: u64) -> Result<Design, StatsError> {
        check_range(
            "a variance",
            &[self.between, self.within_a, self.within_b],
            0.0,
            2.0,
        )?;
        if samples == 0 {
            return Err(StatsError::TooFewValues {
                what: "a design, of samples on each problem,",
                needed: 1,
                given: 0,
            });
        }
        let variance = self.between + (self.within_a + self.within_b) / samples as f64;
        Ok(Design::Paired {
            sd: variance.max(0.0).sqrt(),
        })
    }
}

/// The fewest samples of either model on each of `problems` problems with which a two-sided test at level `alpha` finds
/// `difference` with the chance `target`, usually 0.8. `None` where no number is enough, for the problems themselves vary
/// too much: then more problems are needed. Solves [`power()`] of [`Spread::design`] for the samples (Miller 2024,
/// arXiv:2411.00640, section 5).
///
/// # Errors
/// As [`power()`] and [`Spread::design`]; when `target` is not in `(0.5, 1)`.
pub fn needed_samples(
    spread: Spread,
    difference: f64,
    problems: u64,
    alpha: f64,
    target: f64,
) -> Result<Option<u64>, StatsError> {
    let one = spread.design(1)?;
    check(one, alpha)?;
    check_target(target)?;
    check_difference(one, difference)?;
    check_count(problems)?;
    Ok(least(|samples| {
        spread
            .design(samples)
            .is_ok_and(|design| design.power(difference, problems as f64, alpha) >= target)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn designs() -> impl Strategy<Value = Design> {
        prop_oneof![
            (0.05_f64..1.0).prop_map(|sd| Design::Paired { sd }),
            (0.05_f64..0.5, 0.05_f64..0.5).prop_map(|(sd_a, sd_b)| Design::Unpaired { sd_a, sd_b }),
            (0.02_f64..=1.0).prop_map(|discordant| Design::PairedShares { discordant }),
            (0.0_f64..0.95).prop_map(|base| Design::UnpairedShares { base }),
        ]
    }

    #[test]
    fn refuses_what_cannot_be_planned() {
        let paired = Design::Paired { sd: 0.4 };
        assert!(power(paired, 0.1, 0, 0.05).is_err());
        assert!(power(paired, 0.0, 100, 0.05).is_err());
        assert!(power(paired, 1.1, 100, 0.05).is_err());
        assert!(power(paired, f64::NAN, 100, 0.05).is_err());
        assert!(power(paired, 0.1, 100, 1.0).is_err());
        assert!(power(Design::Paired { sd: -0.1 }, 0.1, 100, 0.05).is_err());
        assert!(power(Design::PairedShares { discordant: 0.1 }, 0.2, 9, 0.05).is_err());
        assert!(power(Design::UnpairedShares { base: 1.2 }, 0.1, 9, 0.05).is_err());
        assert!(detectable_difference(paired, 10, 0.05, 0.4).is_err());
        assert!(needed_problems(paired, 0.1, 0.05, 1.0).is_err());
        assert!(Spread::of_pilot(&[(3, 1)], &[(3, 1)]).is_err());
        assert!(Spread::of_pilot(&[(3, 1), (1, 1)], &[(3, 1), (3, 3)]).is_err());
        assert!(Spread::of_pilot(&[(3, 4), (3, 1)], &[(3, 1), (3, 3)]).is_err());
        assert!(Spread::of_pilot(&[(3, 1)], &[]).is_err());
        let spread = Spread {
            between: 0.1,
            within_a: 0.1,
            within_b: 0.1,
        };
        assert!(spread.design(0).is_err());
        assert!(needed_samples(spread, 0.1, 0, 0.05, 0.8).is_err());
    }

    #[test]
    fn what_cannot_be_found_is_not_promised() {
        // Even a model that solves everything is not told from one that solves half of three problems.
        let base = Design::UnpairedShares { base: 0.5 };
        assert_eq!(detectable_difference(base, 3, 0.05, 0.8), Ok(None));
        let none_differ = Design::PairedShares { discordant: 0.0 };
        assert_eq!(detectable_difference(none_differ, 900, 0.05, 0.8), Ok(None));
        // No number of samples makes up for problems that vary as much as this.
        let spread = Spread {
            between: 0.25,
            within_a: 0.1,
            within_b: 0.1,
        };
        assert_eq!(needed_samples(spread, 0.03, 164, 0.05, 0.8), Ok(None));
    }

    #[test]
    fn a_difference_without_variance_is_found_at_once() {
        let certain = Design::Paired { sd: 0.0 };
        assert_eq!(power(certain, 0.01, 1, 0.05), Ok(1.0));
        assert_eq!(needed_problems(certain, 0.01, 0.05, 0.8), Ok(1));
    }

    proptest! {
        #[test]
        fn what_is_detectable_is_found_as_often_as_was_asked(
            design in designs(), n in 2_u64..5_000, alpha in 0.001_f64..0.2, target in 0.55_f64..0.99,
        ) {
            let Some(difference) = detectable_difference(design, n, alpha, target).unwrap() else {
                let most = power(design, design.largest(), n, alpha).unwrap();
                prop_assert!(most < target);
                return Ok(());
            };
            let found = power(design, difference, n, alpha).unwrap();
            prop_assert!(found >= target - 1e-9, "{found} {target}");
            prop_assert!(power(design, difference * 0.999, n, alpha).unwrap() < target);
            // And as many problems are needed for it as it was detectable on, but for rounding at the step.
            let needed = needed_problems(design, difference, alpha, target).unwrap();
            prop_assert!(needed <= n + 1 && needed + 1 >= n, "{needed} {n}");
        }

        #[test]
        fn more_problems_find_more(design in designs(), n in 1_u64..5_000, share in 0.01_f64..1.0) {
            let difference = share * design.largest();
            let (few, many) = (power(design, difference, n, 0.05).unwrap(), power(design, difference, 4 * n, 0.05).unwrap());
            prop_assert!((0.0..=1.0).contains(&few));
            prop_assert!(many >= few - 1e-9 || few < 0.06, "{few} {many}");
        }

        #[test]
        fn needed_samples_are_enough_and_one_less_is_not(
            between in 0.0_f64..0.1, within in 0.01_f64..0.25, difference in 0.02_f64..0.2, n in 20_u64..400,
        ) {
            let spread = Spread { between, within_a: within, within_b: within };
            let with = |samples| power(spread.design(samples).unwrap(), difference, n, 0.05).unwrap();
            match needed_samples(spread, difference, n, 0.05, 0.8).unwrap() {
                Some(samples) => {
                    prop_assert!(with(samples) >= 0.8);
                    prop_assert!(samples == 1 || with(samples - 1) < 0.8);
                }
                None => prop_assert!(with(1 << 50) < 0.8),
            }
        }

        #[test]
        fn a_pilot_is_split_into_parts(counts in prop::collection::vec((2_u64..9, 0_u64..9, 2_u64..9, 0_u64..9), 2..30)) {
            let a: Vec<(u64, u64)> = counts.iter().map(|(n, c, ..)| (*n, (*c).min(*n))).collect();
            let b: Vec<(u64, u64)> = counts.iter().map(|(.., n, c)| (*n, (*c).min(*n))).collect();
            let spread = Spread::of_pilot(&a, &b).unwrap();
            prop_assert!(spread.between >= 0.0 && (0.0..=0.5).contains(&spread.within_a));
            let turned = Spread::of_pilot(&b, &a).unwrap();
            prop_assert!((turned.between - spread.between).abs() < 1e-12);
            prop_assert_eq!(turned.within_a, spread.within_b);
        }
    }
}
