//! When a model that was measured again has become worse.

use std::collections::BTreeMap;

use crate::error::{check_between, check_range};
use crate::{
    Bootstrap, McNemarVariant, PairedDifference, SignFlipMethod, StatsError, mcnemar,
    paired_difference, sign_flip,
};

/// Scores of one measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement<'a> {
    /// The version of the data set it was made on.
    pub dataset_version: &'a str,
    /// Scores in `[0, 1]`, in an order of problems that both measurements share.
    pub scores: &'a [f64],
}

/// When to raise an alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegressionRule {
    /// p-values below it count as significant, after the correction for `watched`.
    pub alpha: f64,
    /// Drops up to this size raise no alert, however significant: 0.01 is a point.
    pub tolerated_drop: f64,
    /// Comparisons looked at together (models, languages, ...), from 1: p is multiplied by it (Bonferroni).
    pub watched: u32,
    /// How the interval of the difference is made; its resamples and seed are the permutation test's too.
    pub bootstrap: Bootstrap,
}

impl Default for RegressionRule {
    fn default() -> Self {
        Self {
            alpha: 0.05,
            tolerated_drop: 0.0,
            watched: 1,
            bootstrap: Bootstrap::default(),
        }
    }
}

impl RegressionRule {
    /// What a difference (after less before) with this p-value, adjusted for all that is looked at together, amounts to.
    pub fn judge(&self, difference: f64, p_adjusted: f64) -> Change {
        let is_significant = p_adjusted < self.alpha;
        if is_significant && -difference > self.tolerated_drop {
            Change::Regression
        } else if is_significant && difference > 0.0 {
            Change::Improvement
        } else {
            Change::NotShown
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Significantly worse, by more than is tolerated: the alert.
    Regression,
    /// Significantly better.
    Improvement,
    /// No change is shown, or none that is more than tolerated. A bare drop is here.
    NotShown,
}

/// The test behind a p-value of two measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairedTest {
    McNemar(McNemarVariant),
    SignFlip(SignFlipMethod),
}

/// What two measurements of one model say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Regression {
    pub change: Change,
    /// After less before, with its interval.
    pub difference: PairedDifference,
    pub test: PairedTest,
    pub p: f64,
    /// p times the number of comparisons watched, at most 1.
    pub p_adjusted: f64,
}

/// Compares a measurement with an earlier one of the same model on the same problems and the same version of the data set.
/// An alert needs a significant paired difference: never a bare drop.
///
/// `clusters[i]` labels the cluster of problem `i`; without them each is its own. The test is McNemar's ([`mcnemar()`]) where
/// all scores are 0 or 1 and no cluster has two problems, else the sign-flip permutation test ([`sign_flip`]) of the
/// clusters' sums.
///
/// # Errors
/// When the versions of the data set differ, alpha is not in `(0, 1)`, the tolerated drop is outside `[0, 1]`, nothing is
/// watched, and as [`paired_difference`].
pub fn regression(
    before: Measurement<'_>,
    after: Measurement<'_>,
    clusters: Option<&[usize]>,
    rule: &RegressionRule,
) -> Result<Regression, StatsError> {
    if before.dataset_version != after.dataset_version {
        return Err(StatsError::VersionsDiffer {
            before: before.dataset_version.to_owned(),
            after: after.dataset_version.to_owned(),
        });
    }
    check_between("alpha", rule.alpha, 0.0, 1.0)?;
    check_range("a tolerated drop", &[rule.tolerated_drop], 0.0, 1.0)?;
    if rule.watched == 0 {
        return Err(StatsError::TooFewValues {
            what: "a watch for regressions",
            needed: 1,
            given: 0,
        });
    }
    let (before, after) = (before.scores, after.scores);
    let difference = paired_difference(after, before, clusters, &rule.bootstrap)?;
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for (i, (after, before)) in after.iter().zip(before).enumerate() {
        let cluster = clusters.map_or(i, |clusters| clusters[i]);
        *sums.entry(cluster).or_default() += after - before;
    }
    let is_verdict = |score: &f64| *score == 0.0 || *score == 1.0;
    let are_verdicts = before.iter().chain(after).all(is_verdict);
    let (test, p) = if are_verdicts && sums.len() == after.len() {
        let only = |x: &[f64], y: &[f64]| x.iter().zip(y).filter(|(x, y)| x > y).count() as u64;
        let found = mcnemar(only(after, before), only(before, after));
        (PairedTest::McNemar(found.variant), found.p)
    } else {
        let sums: Vec<f64> = sums.into_values().collect();
        let found = sign_flip(&sums, rule.bootstrap.resamples, rule.bootstrap.seed)?;
        (PairedTest::SignFlip(found.method), found.p)
    };
    let p_adjusted = (p * f64::from(rule.watched)).min(1.0);
    Ok(Regression {
        change: rule.judge(difference.mean, p_adjusted),
        difference,
        test,
        p,
        p_adjusted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of<'a>(scores: &'a [f64]) -> Measurement<'a> {
        Measurement {
            dataset_version: "1.0",
            scores,
        }
    }

    fn rule() -> RegressionRule {
        RegressionRule {
            bootstrap: Bootstrap {
                resamples: 500,
                ..Bootstrap::default()
            },
            ..RegressionRule::default()
        }
    }

    #[test]
    fn a_bare_drop_raises_no_alert() {
        let check =
            |before: &[f64], after: &[f64], rule: &RegressionRule, expected: (Change, f64)| {
                let found = regression(of(before), of(after), None, rule).unwrap();
                assert_eq!(found.change, expected.0);
                assert!((found.p_adjusted - expected.1).abs() < 1e-12, "{found:?}");
                found.difference.mean
            };
        let before = [1.0; 40];
        let mut after = before;
        after[..5].fill(0.0);
        // Five lost and none gained: p is 2 / 2^5, and the score fell by more than a tenth.
        let drop = check(&before, &after, &rule(), (Change::NotShown, 0.0625));
        assert_eq!(drop, -0.125);
        after[5] = 0.0;
        check(&before, &after, &rule(), (Change::Regression, 0.03125));
        check(&after, &before, &rule(), (Change::Improvement, 0.03125));
        let many = RegressionRule {
            watched: 2,
            ..rule()
        };
        check(&before, &after, &many, (Change::NotShown, 0.0625));
        let tolerant = RegressionRule {
            tolerated_drop: 0.15,
            ..rule()
        };
        check(&before, &after, &tolerant, (Change::NotShown, 0.03125));
    }

    #[test]
    fn problems_of_a_cluster_count_once() {
        // Six problems in one cluster are lost together: that is one event, not six.
        let before = [1.0; 12];
        let mut after = before;
        after[..6].fill(0.0);
        let clusters: Vec<usize> = (0..12).map(|i| i / 6).collect();
        let found = regression(of(&before), of(&after), Some(&clusters), &rule()).unwrap();
        assert_eq!((found.change, found.p), (Change::NotShown, 1.0));
        assert!(matches!(found.test, PairedTest::SignFlip(_)));
    }

    #[test]
    fn refuses_what_is_not_comparable() {
        let scores = [1.0, 0.0];
        let newer = Measurement {
            dataset_version: "1.1",
            scores: &scores,
        };
        assert!(matches!(
            regression(of(&scores), newer, None, &rule()),
            Err(StatsError::VersionsDiffer { .. })
        ));
        assert!(regression(of(&scores), of(&[1.0]), None, &rule()).is_err());
        assert!(regression(of(&scores), of(&scores), Some(&[1]), &rule()).is_err());
        for bad in [
            RegressionRule {
                alpha: 1.0,
                ..rule()
            },
            RegressionRule {
                tolerated_drop: -0.1,
                ..rule()
            },
            RegressionRule {
                watched: 0,
                ..rule()
            },
        ] {
            assert!(regression(of(&scores), of(&scores), None, &bad).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn an_alert_is_significant_and_a_drop(
            pairs in prop::collection::vec((0_u8..=2, 0_u8..=2), 1..40), tolerated in 0.0_f64..0.3, watched in 1_u32..5,
        ) {
            let before: Vec<f64> = pairs.iter().map(|p| f64::from(p.0) / 2.0).collect();
            let after: Vec<f64> = pairs.iter().map(|p| f64::from(p.1) / 2.0).collect();
            let rule = RegressionRule { tolerated_drop: tolerated, watched, ..rule() };
            let found = regression(of(&before), of(&after), None, &rule).unwrap();
            prop_assert!(found.p_adjusted >= found.p);
            match found.change {
                Change::Regression => {
                    prop_assert!(found.p_adjusted < 0.05 && found.difference.mean < -tolerated);
                }
                Change::Improvement => prop_assert!(found.p_adjusted < 0.05 && found.difference.mean > 0.0),
                Change::NotShown => prop_assert!(found.p_adjusted >= 0.05 || found.difference.mean >= -tolerated),
            }
        }
    }
}
