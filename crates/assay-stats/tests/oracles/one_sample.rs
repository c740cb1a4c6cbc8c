use assay_stats::bootstrap::{bca_bounds, percentile_bounds};
use assay_stats::*;
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, oracle};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "pass@k",
        functions: &["pass_at_k"],
        oracle: "`math.comb` in exact rational arithmetic",
        by: &["python"],
        allowed: Allowed::UpTo(1e-13),
        run: |found| {
            for case in oracle::<Vec<Draw>>("pass_at_k") {
                found.close(pass_at_k(case.n, case.c, case.k).unwrap(), case.value);
            }
        },
    },
    Check {
        quantity: "pass^k",
        functions: &["pass_hat_k"],
        oracle: "`math.comb` in exact rational arithmetic",
        by: &["python"],
        allowed: Allowed::UpTo(1e-13),
        run: |found| {
            for case in oracle::<Vec<Draw>>("pass_at_k") {
                found.close(pass_hat_k(case.n, case.c, case.k).unwrap(), case.all);
            }
        },
    },
    Check {
        quantity: "mean over problems",
        functions: &["mean_over_problems"],
        oracle: "`numpy.nanmean`",
        by: &["numpy"],
        allowed: Allowed::UpTo(1e-14),
        run: means,
    },
    Check {
        quantity: "standard error, by the central limit theorem",
        functions: &["standard_error"],
        oracle: "`numpy.std(ddof=1) / sqrt(n)`",
        by: &["numpy"],
        allowed: Allowed::UpTo(1e-12),
        run: |found| {
            for case in oracle::<Vec<Errors>>("standard_error") {
                found.close(standard_error(&case.values).unwrap(), case.iid);
            }
        },
    },
    Check {
        quantity: "standard error, clustered, without and with the small-sample correction",
        functions: &["clustered_standard_error"],
        oracle: "`statsmodels.api.OLS.fit(cov_type=\"cluster\")`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-12),
        run: clustered_errors,
    },
    Check {
        quantity: "interval of a proportion: Wilson, Clopper-Pearson, Jeffreys",
        functions: &["wilson", "clopper_pearson", "jeffreys"],
        oracle: "`statsmodels.stats.proportion.proportion_confint`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-9),
        run: proportions,
    },
    Check {
        quantity: "bootstrap bounds of the same resamples: percentile, BCa",
        functions: &["percentile_bounds", "bca_bounds"],
        oracle: "`scipy.stats.bootstrap`",
        by: &["scipy"],
        allowed: Allowed::UpTo(1e-10),
        run: same_resamples,
    },
    Check {
        quantity: "bootstrap interval over problems: percentile, BCa",
        functions: &["mean_interval", "mean_intervals"],
        oracle: "`scipy.stats.bootstrap`",
        by: &["scipy"],
        allowed: Allowed::MonteCarlo,
        run: own_resamples,
    },
    Check {
        quantity: "bootstrap interval over clusters: percentile, BCa",
        functions: &["mean_interval"],
        oracle: "`scipy.stats.bootstrap(paired=True)` of clusters' sums and counts",
        by: &["scipy"],
        allowed: Allowed::MonteCarlo,
        run: clusters,
    },
    Check {
        quantity: "median",
        functions: &["median"],
        oracle: "`statistics.median`",
        by: &["python"],
        allowed: Allowed::UpTo(0.0),
        run: medians,
    },
    Check {
        quantity: "sequential test of a share",
        functions: &["sequential_share"],
        oracle: "Wald's definition in exact rational arithmetic",
        by: &["python"],
        allowed: Allowed::UpTo(0.0),
        run: sequential,
    },
];

#[derive(Deserialize)]
struct Draw {
    n: u64,
    c: u64,
    k: u64,
    value: f64,
    all: f64,
}

fn means(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<Option<f64>>,
        value: f64,
    }
    for case in oracle::<Vec<Case>>("mean_over_problems") {
        let ours = mean_over_problems(&case.values);
        found.close(ours.value.unwrap(), case.value);
        found.same(ours.n, case.values.iter().flatten().count());
    }
}

#[derive(Deserialize)]
struct Errors {
    values: Vec<f64>,
    clusters: Vec<usize>,
    iid: f64,
    uncorrected: f64,
    corrected: f64,
}

fn clustered_errors(found: &mut Found) {
    for case in oracle::<Vec<Errors>>("standard_error") {
        let ours = |correction| {
            clustered_standard_error(&case.values, &case.clusters, correction).unwrap()
        };
        found.close(ours(ClusterCorrection::None), case.uncorrected);
        found.close(ours(ClusterCorrection::SmallSample), case.corrected);
    }
}

fn proportions(found: &mut Found) {
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
            found.close(ours.low, theirs[0]);
            found.close(ours.high, theirs[1]);
        }
    }
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

fn same_resamples(found: &mut Found) {
    for mut case in oracle::<Vec<Resampled>>("bootstrap") {
        let n = case.x.len() as f64;
        let sum: f64 = case.x.iter().sum();
        let jackknife: Vec<f64> = case.x.iter().map(|v| (sum - v) / (n - 1.0)).collect();
        case.distribution.sort_by(f64::total_cmp);
        let percentile = percentile_bounds(&case.distribution, case.level);
        let bca = bca_bounds(sum / n, &case.distribution, &jackknife, case.level).unwrap();
        found.close(percentile.0, case.percentile[0]);
        found.close(percentile.1, case.percentile[1]);
        found.close(bca.0, case.bca[0]);
        found.close(bca.1, case.bca[1]);
    }
}

fn own_resamples(found: &mut Found) {
    for case in oracle::<Vec<Resampled>>("bootstrap") {
        for (method, theirs) in [
            (BootstrapMethod::Percentile, case.percentile_100000),
            (BootstrapMethod::Bca, case.bca_100000),
        ] {
            let bootstrap = Bootstrap {
                method,
                resamples: 50_000,
                ..Bootstrap::default()
            };
            let ours = mean_interval(&case.x, None, &bootstrap).unwrap();
            // Binary values make means on a grid of 1/64: a bound may fall one step aside.
            let allowed = if case.name == "binary" { 0.0157 } else { 0.006 };
            found.within(ours.low, theirs[0], allowed);
            found.within(ours.high, theirs[1], allowed);
            let together = mean_intervals(&[&case.x, &case.x], None, &bootstrap).unwrap();
            found.same(together, vec![ours, ours]);
        }
    }
}

fn clusters(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        clusters: Vec<usize>,
        percentile: [f64; 2],
        bca: [f64; 2],
    }
    let case: Case = oracle("clustered_bootstrap");
    for (method, theirs) in [
        (BootstrapMethod::Percentile, case.percentile),
        (BootstrapMethod::Bca, case.bca),
    ] {
        let bootstrap = Bootstrap {
            method,
            resamples: 50_000,
            ..Bootstrap::default()
        };
        let ours = mean_interval(&case.values, Some(&case.clusters), &bootstrap).unwrap();
        // The standard deviation of such a bound of 50,000 resamples is about 0.0006.
        found.within(ours.low, theirs[0], 0.003);
        found.within(ours.high, theirs[1], 0.003);
    }
}

fn medians(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        values: Vec<f64>,
        value: f64,
    }
    for case in oracle::<Vec<Case>>("median") {
        found.close(median(&case.values).unwrap(), case.value);
    }
}

fn sequential(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        low: f64,
        high: f64,
        error: f64,
        rows: Vec<(u64, u64, i8)>,
    }
    for case in oracle::<Vec<Case>>("sequential") {
        for (c, n, decision) in case.rows {
            let ours = match sequential_share(c, n, case.low, case.high, case.error).unwrap() {
                Sequential::Low => -1,
                Sequential::GoOn => 0,
                Sequential::High => 1,
            };
            found.same(ours, decision);
        }
    }
}
