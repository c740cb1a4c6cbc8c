use assay_stats::{Bootstrap, BootstrapMethod, auc, auc_interval, brier_score, calibration};
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, predictions};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "area under the ROC curve",
        functions: &["auc"],
        oracle: "`sklearn.metrics.roc_auc_score`",
        by: &["scikit-learn"],
        allowed: Allowed::UpTo(1e-12),
        run: |found| {
            for case in cases() {
                found.close(auc(&case.scores, &case.positive).unwrap(), case.auc);
            }
        },
    },
    Check {
        quantity: "its bootstrap interval: percentile, BCa",
        functions: &["auc_interval"],
        oracle: "`scipy.stats.bootstrap`",
        by: &["scipy"],
        allowed: Allowed::MonteCarlo,
        run: intervals,
    },
    Check {
        quantity: "Brier score",
        functions: &["brier_score"],
        oracle: "`sklearn.metrics.brier_score_loss`",
        by: &["scikit-learn"],
        allowed: Allowed::UpTo(1e-12),
        run: |found| {
            for case in cases() {
                let ours = brier_score(&case.scores, &case.positive).unwrap();
                found.close(ours, case.brier);
            }
        },
    },
    Check {
        quantity: "calibration in bins",
        functions: &["calibration"],
        oracle: "`sklearn.calibration.calibration_curve`",
        by: &["scikit-learn"],
        allowed: Allowed::UpTo(1e-12),
        run: bins,
    },
];

#[derive(Deserialize)]
struct Case {
    scores: Vec<f64>,
    positive: Vec<bool>,
    auc: f64,
    brier: f64,
    observed: Vec<f64>,
    predicted: Vec<f64>,
    percentile: Option<[f64; 2]>,
    bca: Option<[f64; 2]>,
}

fn cases() -> Vec<Case> {
    serde_json::from_value(predictions()["cases"].clone()).unwrap()
}

fn intervals(found: &mut Found) {
    for case in cases() {
        for (method, bounds) in [
            (BootstrapMethod::Percentile, case.percentile),
            (BootstrapMethod::Bca, case.bca),
        ] {
            let Some([low, high]) = bounds else { continue };
            let bootstrap = Bootstrap {
                method,
                resamples: 10_000,
                ..Bootstrap::default()
            };
            let interval = auc_interval(&case.scores, &case.positive, None, &bootstrap)
                .unwrap()
                .unwrap();
            // Both are drawn at random: a bound of 10,000 resamples varies by about 0.002.
            found.within(interval.low, low, 0.01);
            found.within(interval.high, high, 0.01);
        }
    }
}

fn bins(found: &mut Found) {
    for case in cases() {
        let bins = calibration(&case.scores, &case.positive, 10, 0.95).unwrap();
        found.same(bins.len(), case.observed.len());
        for (bin, (observed, predicted)) in
            bins.iter().zip(case.observed.iter().zip(&case.predicted))
        {
            found.close(bin.observed, *observed);
            found.close(bin.predicted, *predicted);
            found.same(bin.interval.contains(bin.observed), true);
        }
    }
}
