use assay_stats::*;
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, oracle};

const ORACLE: &str = "`statsmodels.stats.power.NormalIndPower`, `normal_power_het`, \
    `statsmodels.stats.proportion.power_proportions_2indep`";

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "power, paired and unpaired, of means and of shares",
        functions: &["power"],
        oracle: ORACLE,
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-9),
        run: |found| {
            for case in oracle::<Vec<Case>>("power") {
                let ours = power(case.design.of(), case.difference, case.n, case.alpha);
                found.close(ours.unwrap(), case.power);
            }
        },
    },
    Check {
        quantity: "minimum detectable difference",
        functions: &["detectable_difference"],
        oracle: "`scipy.optimize.brentq` on the power above",
        by: &["statsmodels", "scipy"],
        allowed: Allowed::UpTo(1e-9),
        run: |found| {
            for case in oracle::<Vec<Case>>("power") {
                let ours = detectable_difference(case.design.of(), case.n, case.alpha, case.target);
                found.close(ours.unwrap().unwrap(), case.detectable);
            }
        },
    },
    Check {
        quantity: "problems needed",
        functions: &["needed_problems"],
        oracle: "counting up, on the power above",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(0.0),
        run: |found| {
            for case in oracle::<Vec<Case>>("power") {
                let ours =
                    needed_problems(case.design.of(), case.difference, case.alpha, case.target);
                found.close(ours.unwrap() as f64, case.needed as f64);
            }
        },
    },
    Check {
        quantity: "parts of the variance of differences, from a pilot",
        functions: &["Spread::of_pilot"],
        oracle: "`numpy.var(ddof=1)` of single samples",
        by: &["numpy"],
        allowed: Allowed::UpTo(1e-12),
        run: pilots,
    },
    Check {
        quantity: "samples needed",
        functions: &["needed_samples"],
        oracle: "counting up, on the power above",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(0.0),
        run: samples,
    },
];

#[derive(Deserialize)]
struct Case {
    design: Planned,
    n: u64,
    difference: f64,
    alpha: f64,
    target: f64,
    power: f64,
    detectable: f64,
    needed: u64,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Planned {
    Paired { sd: f64 },
    Unpaired { sd_a: f64, sd_b: f64 },
    PairedShares { discordant: f64 },
    UnpairedShares { base: f64 },
}

impl Planned {
    fn of(&self) -> Design {
        match *self {
            Self::Paired { sd } => Design::Paired { sd },
            Self::Unpaired { sd_a, sd_b } => Design::Unpaired { sd_a, sd_b },
            Self::PairedShares { discordant } => Design::PairedShares { discordant },
            Self::UnpairedShares { base } => Design::UnpairedShares { base },
        }
    }
}

fn pilots(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        a: Vec<(u64, u64)>,
        b: Vec<(u64, u64)>,
        between: f64,
        within_a: f64,
        within_b: f64,
    }
    for case in oracle::<Vec<Case>>("spread") {
        let ours = Spread::of_pilot(&case.a, &case.b).unwrap();
        found.close(ours.between, case.between);
        found.close(ours.within_a, case.within_a);
        found.close(ours.within_b, case.within_b);
    }
}

fn samples(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        between: f64,
        within_a: f64,
        within_b: f64,
        difference: f64,
        problems: u64,
        samples: Option<u64>,
    }
    for case in oracle::<Vec<Case>>("needed_samples") {
        let spread = Spread {
            between: case.between,
            within_a: case.within_a,
            within_b: case.within_b,
        };
        let ours = needed_samples(spread, case.difference, case.problems, 0.05, 0.8).unwrap();
        found.same(ours, case.samples);
    }
}
