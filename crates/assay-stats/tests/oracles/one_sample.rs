//! Every quantity against the Python function it is checked with. `fixtures/generate.py` computes
//! the values; the versions of the libraries are stored with them.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

use assay_stats::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn oracle<T: DeserializeOwned>(name: &str) -> T {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("fixtures/oracles.json")).unwrap();
    assert_eq!(all["versions"]["scipy"], "1.17.1");
    serde_json::from_value(all[name].clone()).unwrap()
}

#[track_caller]
fn close(ours: f64, oracle: f64, within: f64) {
    assert!((ours - oracle).abs() <= within, "{ours} is not {oracle}");
}

#[test]
fn pass_at_k_is_math_comb_in_exact_arithmetic() {
    #[derive(Deserialize)]
    struct Case {
        n: u64,
        c: u64,
        k: u64,
        value: f64,
    }
    for case in oracle::<Vec<Case>>("pass_at_k") {
        close(
            pass_at_k(case.n, case.c, case.k).unwrap(),
            case.value,
            1e-13,
        );
    }
}

#[test]
fn intervals_of_a_proportion_are_statsmodels() {
    #[derive(Deserialize)]
    struct Case {
        c: u64,
        n: u64,
        level: f64,
        wilson: [f64; 2],
        clopper_pearson: [f64; 2],
        jeffreys: [f64; 2],
    }
    for case in oracle::<Vec<Case>>("proportion") {
        for (ours, theirs) in [
            (wilson(case.c, case.n, case.level), case.wilson),
            (
                clopper_pearson(case.c, case.n, case.level),
                case.clopper_pearson,
            ),
            (jeffreys(case.c, case.n, case.level), case.jeffreys),
        ] {
            let ours = ours.unwrap();
            close(ours.low, theirs[0], 1e-9);
            close(ours.high, theirs[1], 1e-9);
        }
    }
}

#[test]
fn mcnemar_is_statsmodels_and_scipy() {
    #[derive(Deserialize)]
    struct Case {
        b: u64,
        c: u64,
        exact: f64,
        mid_p: f64,
    }
    for case in oracle::<Vec<Case>>("mcnemar") {
        close(mcnemar_exact(case.b, case.c), case.exact, 1e-9);
        close(mcnemar_mid_p(case.b, case.c), case.mid_p, 1e-9);
    }
    close(mcnemar_exact(25, 12), 0.0470, 5e-5);
}

#[test]
fn adjusted_p_values_are_statsmodels() {
    #[derive(Deserialize)]
    struct Case {
        p: Vec<f64>,
        holm: Vec<f64>,
        bh: Vec<f64>,
    }
    for case in oracle::<Vec<Case>>("multiplicity") {
        let (ours_holm, ours_bh) = (holm(&case.p).unwrap(), benjamini_hochberg(&case.p).unwrap());
        for i in 0..case.p.len() {
            close(ours_holm[i], case.holm[i], 1e-12);
            close(ours_bh[i], case.bh[i], 1e-12);
        }
    }
}

#[derive(Deserialize)]
struct Flip {
    d: Vec<f64>,
    mean: f64,
    p: f64,
}

#[test]
fn the_exact_sign_flip_test_is_scipy() {
    for case in oracle::<Vec<Flip>>("sign_flip_exact") {
        let ours = sign_flip(&case.d, 1_000, 1).unwrap();
        assert!(matches!(ours.method, SignFlipMethod::Exact { .. }));
        close(ours.p, case.p, 1e-12);
        close(ours.mean, case.mean, 1e-12);
    }
}

#[test]
fn the_drawn_sign_flip_test_is_scipy_within_monte_carlo_error() {
    #[derive(Deserialize)]
    struct Case {
        d: Vec<f64>,
        p: f64,
    }
    let case: Case = oracle("sign_flip_monte_carlo");
    let ours = sign_flip(&case.d, 100_000, 1).unwrap();
    assert!(matches!(ours.method, SignFlipMethod::MonteCarlo { .. }));
    // Four standard deviations of a share of 100,000 draws.
    close(
        ours.p,
        case.p,
        4.0 * (case.p * (1.0 - case.p) / 100_000.0).sqrt(),
    );
}

#[derive(Deserialize)]
struct Resampled {
    name: String,
    x: Vec<f64>,
    level: f64,
    distribution: Vec<f64>,
    percentile: [f64; 2],
    bca: [f64; 2],
    percentile_100000: [f64; 2],
    bca_100000: [f64; 2],
}

#[test]
fn bootstrap_bounds_are_scipy_on_the_same_resamples() {
    for mut case in oracle::<Vec<Resampled>>("bootstrap") {
        let n = case.x.len() as f64;
        let sum: f64 = case.x.iter().sum();
        let jackknife: Vec<f64> = case.x.iter().map(|v| (sum - v) / (n - 1.0)).collect();
        case.distribution.sort_by(f64::total_cmp);
        let percentile = bootstrap::percentile_bounds(&case.distribution, case.level);
        let bca =
            bootstrap::bca_bounds(sum / n, &case.distribution, &jackknife, case.level).unwrap();
        close(percentile.0, case.percentile[0], 1e-12);
        close(percentile.1, case.percentile[1], 1e-12);
        close(bca.0, case.bca[0], 1e-12);
        close(bca.1, case.bca[1], 1e-12);
    }
}

#[test]
fn bootstrap_intervals_are_scipy_within_monte_carlo_error() {
    for case in oracle::<Vec<Resampled>>("bootstrap") {
        for (method, theirs) in [
            (BootstrapMethod::Percentile, case.percentile_100000),
            (BootstrapMethod::Bca, case.bca_100000),
        ] {
            let ours = mean_interval(
                &case.x,
                None,
                &Bootstrap {
                    method,
                    resamples: 50_000,
                    ..Bootstrap::default()
                },
            )
            .unwrap();
            // Binary values make means on a grid of 1/64: a bound may fall one step aside.
            let within = if case.name == "binary" { 0.0157 } else { 0.006 };
            close(ours.low, theirs[0], within);
            close(ours.high, theirs[1], within);
        }
    }
}

#[test]
fn the_paired_interval_is_scipy_within_monte_carlo_error() {
    #[derive(Deserialize)]
    struct Case {
        a: Vec<f64>,
        b: Vec<f64>,
        low: f64,
        high: f64,
    }
    let case: Case = oracle("paired_bootstrap_bca");
    let bootstrap = Bootstrap {
        resamples: 50_000,
        ..Bootstrap::default()
    };
    let ours = paired_difference(&case.a, &case.b, None, &bootstrap).unwrap();
    close(ours.interval.low, case.low, 0.002);
    close(ours.interval.high, case.high, 0.002);
}

#[test]
fn standard_errors_are_numpy_and_statsmodels() {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        clusters: Vec<usize>,
        iid: f64,
        uncorrected: f64,
        corrected: f64,
    }
    for case in oracle::<Vec<Case>>("standard_error") {
        let clustered = |correction| {
            clustered_standard_error(&case.values, &case.clusters, correction).unwrap()
        };
        close(standard_error(&case.values).unwrap(), case.iid, 1e-12);
        close(clustered(ClusterCorrection::None), case.uncorrected, 1e-12);
        close(
            clustered(ClusterCorrection::SmallSample),
            case.corrected,
            1e-12,
        );
    }
}

#[test]
fn medians_are_pythons() {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        value: f64,
    }
    let cases = oracle::<Vec<Case>>("median");
    assert!(cases.len() >= 5);
    for case in cases {
        close(median(&case.values).unwrap(), case.value, 0.0);
    }
}
