use assay_stats::*;
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, oracle};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "trend: Mann-Kendall",
        functions: &["trend"],
        oracle: "`scipy.stats.kendalltau`",
        by: &["scipy"],
        allowed: Allowed::UpTo(1e-10),
        run: |found| {
            for case in oracle::<Vec<Course>>("trend") {
                let ours = trend(&case.times, &case.values, 0.95).unwrap();
                found.close(ours.tau.unwrap(), case.tau);
                found.close(ours.p, case.p);
            }
        },
    },
    Check {
        quantity: "trend: Theil-Sen slope and its interval",
        functions: &["trend"],
        oracle: "`scipy.stats.theilslopes`",
        by: &["scipy"],
        allowed: Allowed::UpTo(1e-12),
        run: |found| {
            for case in oracle::<Vec<Course>>("trend") {
                let ours = trend(&case.times, &case.values, 0.95).unwrap();
                let (low, high) = ours.interval.unwrap();
                found.close(ours.slope, case.slope);
                found.close(ours.intercept, case.intercept);
                found.close(low, case.low);
                found.close(high, case.high);
            }
        },
    },
    Check {
        quantity: "change point by CUSUM, all orders",
        functions: &["change_point"],
        oracle: "`scipy.stats.permutation_test(permutation_type=\"pairings\")`",
        by: &["scipy", "numpy"],
        allowed: Allowed::UpTo(1e-12),
        run: |found| changes(found, false),
    },
    Check {
        quantity: "change point by CUSUM, drawn orders",
        functions: &["change_point"],
        oracle: "`scipy.stats.permutation_test(permutation_type=\"pairings\")`",
        by: &["scipy", "numpy"],
        allowed: Allowed::MonteCarlo,
        run: |found| changes(found, true),
    },
    Check {
        quantity: "alert of a regression",
        functions: &["regression"],
        oracle: "`statsmodels` `mcnemar` and `scipy.stats.permutation_test`, and the rule",
        by: &["statsmodels", "scipy"],
        allowed: Allowed::UpTo(1e-12),
        run: alerts,
    },
];

#[derive(Deserialize)]
struct Course {
    times: Vec<f64>,
    values: Vec<f64>,
    tau: f64,
    p: f64,
    slope: f64,
    intercept: f64,
    low: f64,
    high: f64,
}

fn changes(found: &mut Found, drawn: bool) {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        at: usize,
        statistic: f64,
        p: f64,
        resamples: Option<u32>,
    }
    for case in oracle::<Vec<Case>>("change_point") {
        if case.resamples.is_some() != drawn {
            continue;
        }
        let ours = change_point(&case.values, 50_000, 1).unwrap();
        let is_drawn = matches!(ours.method, PermutationMethod::MonteCarlo { .. });
        found.same(is_drawn, drawn);
        found.same(ours.at, Some(case.at));
        found.within(ours.statistic, case.statistic, 1e-12);
        if drawn {
            // Four standard deviations of a share of 50,000 draws.
            let allowed = 4.0 * (case.p * (1.0 - case.p) / 50_000.0).sqrt();
            found.within(ours.p, case.p, allowed);
        } else {
            found.close(ours.p, case.p);
        }
    }
}

fn alerts(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        before: Vec<f64>,
        after: Vec<f64>,
        tolerated: f64,
        watched: u32,
        p: f64,
        mean: f64,
        change: String,
    }
    for case in oracle::<Vec<Case>>("regression") {
        let of = |scores| Measurement {
            dataset_version: "1",
            scores,
        };
        let rule = RegressionRule {
            tolerated_drop: case.tolerated,
            watched: case.watched,
            ..RegressionRule::default()
        };
        let ours = regression(of(&case.before), of(&case.after), None, &rule).unwrap();
        found.close(ours.p, case.p);
        found.close(ours.difference.mean, case.mean);
        let change = match ours.change {
            Change::Regression => "regression",
            Change::Improvement => "improvement",
            Change::NotShown => "not shown",
        };
        found.same(change, case.change.as_str());
    }
}
