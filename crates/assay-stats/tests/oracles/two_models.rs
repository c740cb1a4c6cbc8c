use assay_stats::*;
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, oracle};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "difference with its paired BCa interval",
        functions: &["paired_difference", "paired_differences"],
        oracle: "`scipy.stats.bootstrap(paired=True)`",
        by: &["scipy"],
        allowed: Allowed::MonteCarlo,
        run: difference,
    },
    Check {
        quantity: "McNemar's test: exact, mid-p",
        functions: &["mcnemar", "mcnemar_exact", "mcnemar_mid_p"],
        oracle: "`statsmodels.stats.contingency_tables.mcnemar`, mid-p on `scipy.stats.binom`",
        by: &["statsmodels", "scipy"],
        allowed: Allowed::UpTo(1e-9),
        run: discordant_pairs,
    },
    Check {
        quantity: "sign-flip permutation test, exact",
        functions: &["sign_flip"],
        oracle: "`scipy.stats.permutation_test(permutation_type=\"samples\")`",
        by: &["scipy"],
        allowed: Allowed::UpTo(1e-12),
        run: exact_flips,
    },
    Check {
        quantity: "sign-flip permutation test, drawn",
        functions: &["sign_flip"],
        oracle: "`scipy.stats.permutation_test(permutation_type=\"samples\")`",
        by: &["scipy"],
        allowed: Allowed::MonteCarlo,
        run: drawn_flips,
    },
    Check {
        quantity: "odds ratio of discordant pairs, Cohen's g",
        functions: &["discordant_effect"],
        oracle: "their definitions in exact rational arithmetic",
        by: &["python"],
        allowed: Allowed::UpTo(1e-12),
        run: effects,
    },
    Check {
        quantity: "equivalence by two one-sided tests",
        functions: &["equivalence"],
        oracle: "`statsmodels.stats.weightstats.ttost_paired`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-9),
        run: equivalences,
    },
];

fn difference(found: &mut Found) {
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
    found.within(ours.interval.low, case.low, 0.002);
    found.within(ours.interval.high, case.high, 0.002);
    let together = paired_differences(&[case.a, case.b], &[(0, 1)], None, &bootstrap).unwrap();
    found.same(together, vec![ours]);
}

fn discordant_pairs(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        b: u64,
        c: u64,
        exact: f64,
        mid_p: f64,
    }
    for case in oracle::<Vec<Case>>("mcnemar") {
        found.close(mcnemar_exact(case.b, case.c), case.exact);
        found.close(mcnemar_mid_p(case.b, case.c), case.mid_p);
        let reported = if case.b + case.c < 25 {
            case.exact
        } else {
            case.mid_p
        };
        found.close(mcnemar(case.b, case.c).p, reported);
    }
}

fn exact_flips(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        d: Vec<f64>,
        mean: f64,
        p: f64,
    }
    for case in oracle::<Vec<Case>>("sign_flip_exact") {
        let ours = sign_flip(&case.d, 1_000, 1).unwrap();
        found.same(matches!(ours.method, SignFlipMethod::Exact { .. }), true);
        found.close(ours.p, case.p);
        found.close(ours.mean, case.mean);
    }
}

fn drawn_flips(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        d: Vec<f64>,
        p: f64,
    }
    let case: Case = oracle("sign_flip_monte_carlo");
    let ours = sign_flip(&case.d, 100_000, 1).unwrap();
    let drawn = matches!(ours.method, SignFlipMethod::MonteCarlo { .. });
    found.same(drawn, true);
    // Four standard deviations of a share of 100,000 draws.
    let allowed = 4.0 * (case.p * (1.0 - case.p) / 100_000.0).sqrt();
    found.within(ours.p, case.p, allowed);
}

fn effects(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        b: u64,
        c: u64,
        odds_ratio: Option<f64>,
        cohens_g: Option<f64>,
    }
    for case in oracle::<Vec<Case>>("discordant_effect") {
        let ours = discordant_effect(case.b, case.c);
        for (ours, theirs) in [
            (ours.odds_ratio, case.odds_ratio),
            (ours.cohens_g, case.cohens_g),
        ] {
            found.same(ours.is_some(), theirs.is_some());
            if let (Some(ours), Some(theirs)) = (ours, theirs) {
                found.close(ours, theirs);
            }
        }
    }
}

fn equivalences(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        a: Vec<f64>,
        b: Vec<f64>,
        margin: f64,
        p: f64,
        p_low: f64,
        p_high: f64,
    }
    for case in oracle::<Vec<Case>>("equivalence") {
        let ours = equivalence(&case.a, &case.b, case.margin).unwrap();
        found.close(ours.p, case.p);
        found.close(ours.p_low, case.p_low);
        found.close(ours.p_high, case.p_high);
    }
}
