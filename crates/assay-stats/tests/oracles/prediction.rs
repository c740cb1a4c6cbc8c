//! Areas under ROC curves, calibration and Brier scores against scikit-learn's; intervals against
//! `scipy.stats.bootstrap`. `fixtures/generate_prediction.py` computes the values.

use assay_stats::{Bootstrap, BootstrapMethod, auc, auc_interval, brier_score, calibration};
use serde::Deserialize;

#[derive(Deserialize)]
struct Oracle {
    versions: serde_json::Value,
    cases: Vec<Case>,
}

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

#[track_caller]
fn close(ours: f64, oracle: f64, within: f64) {
    assert!((ours - oracle).abs() <= within, "{ours} is not {oracle}");
}

#[test]
fn predictions_are_judged_as_scikit_learn_does() {
    let oracle: Oracle = serde_json::from_str(include_str!("fixtures/prediction.json")).unwrap();
    assert_eq!(oracle.versions["scikit-learn"], "1.9.1");
    assert_eq!(oracle.cases.len(), 4);
    for case in oracle.cases {
        close(auc(&case.scores, &case.positive).unwrap(), case.auc, 1e-12);
        close(
            brier_score(&case.scores, &case.positive).unwrap(),
            case.brier,
            1e-12,
        );
        let bins = calibration(&case.scores, &case.positive, 10, 0.95).unwrap();
        assert_eq!(bins.len(), case.observed.len());
        for (bin, (observed, predicted)) in
            bins.iter().zip(case.observed.iter().zip(&case.predicted))
        {
            close(bin.observed, *observed, 1e-12);
            close(bin.predicted, *predicted, 1e-12);
            assert!(bin.interval.contains(bin.observed));
        }
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
            close(interval.low, low, 0.01);
            close(interval.high, high, 0.01);
        }
    }
}
