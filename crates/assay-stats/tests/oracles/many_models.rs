use assay_stats::*;
use serde::Deserialize;

use crate::check::{Allowed, Check, Found, oracle};

pub const CHECKS: &[Check] = &[
    Check {
        quantity: "omnibus, one sample a problem: Cochran's Q",
        functions: &["cochran_q"],
        oracle: "`statsmodels.stats.contingency_tables.cochrans_q`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-10),
        run: cochran,
    },
    Check {
        quantity: "omnibus, several samples a problem: Friedman",
        functions: &["friedman"],
        oracle: "`scipy.stats.friedmanchisquare`",
        by: &["scipy"],
        allowed: Allowed::UpTo(1e-10),
        run: ranks,
    },
    Check {
        quantity: "multiplicity: Holm, Benjamini-Hochberg",
        functions: &["holm", "benjamini_hochberg"],
        oracle: "`statsmodels.stats.multitest.multipletests`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-12),
        run: multiplicity,
    },
    Check {
        quantity: "bootstrap intervals of ranks",
        functions: &["rank_intervals"],
        oracle: "simulation of 6 times 40,000 resamples, which agree among themselves",
        by: &["numpy"],
        allowed: Allowed::UpTo(0.0),
        run: rank_bounds,
    },
    Check {
        quantity: "groups not separable after Holm",
        functions: &["tie_groups"],
        oracle: "`multipletests(method=\"holm\")` and a search over all sets",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-12),
        run: groups,
    },
    Check {
        quantity: "Bradley-Terry strengths, ties split",
        functions: &["bradley_terry"],
        oracle: "`choix.opt_pairwise(alpha=0)`",
        by: &["choix"],
        allowed: Allowed::UpTo(1e-9),
        run: |found| {
            for case in oracle::<Vec<Strengths>>("bradley_terry") {
                let ours = case.fitted().strengths;
                for (ours, theirs) in ours.iter().zip(&case.choix) {
                    found.close(*ours, *theirs);
                }
            }
        },
    },
    Check {
        quantity: "Bradley-Terry strengths and their clustered standard errors",
        functions: &["bradley_terry"],
        oracle: "`statsmodels.api.Logit.fit(cov_type=\"cluster\")`",
        by: &["statsmodels"],
        allowed: Allowed::UpTo(1e-9),
        run: |found| {
            for case in oracle::<Vec<Strengths>>("bradley_terry") {
                let ours = case.fitted();
                for s in 0..case.scores.len() {
                    found.close(ours.strengths[s], case.strengths[s]);
                    found.close(ours.standard_errors[s], case.errors[s]);
                }
            }
        },
    },
];

fn cochran(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        passed: Vec<Vec<bool>>,
        statistic: f64,
        p: f64,
        df: u32,
    }
    for case in oracle::<Vec<Case>>("cochran_q") {
        let ours = cochran_q(&case.passed).unwrap();
        found.close(ours.statistic, case.statistic);
        found.close(ours.p, case.p);
        found.same(ours.df, case.df);
    }
}

fn ranks(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        series: Vec<Vec<f64>>,
        statistic: f64,
        p: f64,
    }
    for case in oracle::<Vec<Case>>("friedman") {
        let ours = friedman(&case.series).unwrap();
        found.close(ours.statistic, case.statistic);
        found.close(ours.p, case.p);
    }
}

fn multiplicity(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        p: Vec<f64>,
        holm: Vec<f64>,
        bh: Vec<f64>,
    }
    for case in oracle::<Vec<Case>>("multiplicity") {
        let (ours_holm, ours_bh) = (holm(&case.p).unwrap(), benjamini_hochberg(&case.p).unwrap());
        for i in 0..case.p.len() {
            found.close(ours_holm[i], case.holm[i]);
            found.close(ours_bh[i], case.bh[i]);
        }
    }
}

fn rank_bounds(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        series: Vec<Vec<f64>>,
        ranks: Vec<(u32, u32)>,
    }
    let case: Case = oracle("rank_intervals");
    let ours = rank_intervals(&case.series, None, &Bootstrap::default()).unwrap();
    found.same(ours.len(), case.ranks.len());
    for (ours, (best, worst)) in ours.iter().zip(case.ranks) {
        found.close(f64::from(ours.best), f64::from(best));
        found.close(f64::from(ours.worst), f64::from(worst));
    }
}

fn groups(found: &mut Found) {
    #[derive(Deserialize)]
    struct Case {
        scores: Vec<f64>,
        pairs: Vec<(usize, usize, f64)>,
        alpha: f64,
        p_adjusted: Vec<f64>,
        group: Vec<u32>,
        inseparable: Vec<Vec<usize>>,
    }
    for case in oracle::<Vec<Case>>("tie_groups") {
        let ours = tie_groups(&case.scores, &case.pairs, case.alpha).unwrap();
        found.same(ours.group, case.group);
        let mut sets = ours.inseparable;
        sets.iter_mut().for_each(|set| set.sort_unstable());
        sets.sort();
        found.same(sets, case.inseparable);
        for (ours, theirs) in ours.p_adjusted.iter().zip(case.p_adjusted) {
            found.close(*ours, theirs);
        }
    }
}

#[derive(Deserialize)]
struct Strengths {
    scores: Vec<Vec<Option<f64>>>,
    clusters: Vec<usize>,
    choix: Vec<f64>,
    strengths: Vec<f64>,
    errors: Vec<f64>,
}

impl Strengths {
    fn fitted(&self) -> BradleyTerry {
        bradley_terry(&self.scores, Some(&self.clusters)).unwrap()
    }
}
