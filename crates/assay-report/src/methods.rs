//! How the numbers were computed, in words, with sources; and what they say.

use assay_analytics::{Comparison, IntervalKind, Score, TestKind};

use crate::figure::Drawing;
use crate::format;

/// What the comparison shows, in sentences that claim no more than the tests allow.
pub fn findings(comparison: &Comparison) -> Vec<String> {
    let mut found = Vec::new();
    let k = comparison.k;
    let of = |score: &Score| {
        score.at(k).map(|pass| {
            format!(
                "{} ({} interval {})",
                format::percent(pass.value),
                format::level(pass.level),
                format::percent_interval(pass.low, pass.high)
            )
        })
    };
    let Some(first) = comparison.scores.first() else {
        return found;
    };
    match of(first) {
        Some(value) if comparison.scores.len() == 1 => {
            found.push(format!("{} reaches pass@{k} = {value}.", first.label));
        }
        Some(value) => {
            let highest = first.at(k).map(|pass| pass.value);
            // Best first: those that share the best score stand together.
            let best: Vec<&str> = comparison
                .scores
                .iter()
                .take_while(|score| score.at(k).map(|pass| pass.value) == highest)
                .map(|score| score.label.as_str())
                .collect();
            let verb = if best.len() > 1 { "share" } else { "has" };
            found.push(format!(
                "{} {verb} the highest pass@{k}: {value}.",
                join(&best)
            ));
        }
        None => found.push(format!("No series has a value for pass@{k}.")),
    }
    let group: Vec<&str> = comparison
        .ranking
        .iter()
        .filter(|ranked| ranked.tie_group == 1)
        .map(|ranked| ranked.label.as_str())
        .collect();
    if let [leader, others @ ..] = &group[..]
        && comparison.ranking.len() > 1
    {
        if others.is_empty() {
            found.push(format!(
                "{leader} differs significantly from every other series on the {} common to all.",
                format::counted(u64::from(comparison.n_common), "problem")
            ));
        } else {
            found.push(format!(
                "The data do not separate {leader} from {} on the {} common to all.",
                join(others),
                format::counted(u64::from(comparison.n_common), "problem")
            ));
        }
    }
    if !comparison.pairs.is_empty() {
        let significant = comparison.pairs.iter().filter(|p| p.significant).count();
        found.push(format!(
            "{} of {} significant at {} after {} correction.",
            format::thousands(significant as u64),
            if comparison.pairs.len() == 1 {
                "1 tested difference is".to_owned()
            } else {
                format!("{} tested differences are", comparison.pairs.len())
            },
            comparison.alpha,
            comparison.correction.label()
        ));
    }
    found
}

/// `a, b and c`; of many, the first and how many more.
fn join(labels: &[&str]) -> String {
    const NAMED: usize = 4;
    match labels {
        many if many.len() > NAMED + 1 => format!(
            "{} and {} others",
            many[..NAMED].join(", "),
            many.len() - NAMED
        ),
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

const CHEN: &str = "M. Chen et al. Evaluating Large Language Models Trained on Code. \
    arXiv:2107.03374, 2021.";
const WILSON: &str = "E. B. Wilson. Probable inference, the law of succession, and statistical \
    inference. J. Am. Stat. Assoc. 22, 209–212, 1927.";
const BOWYER: &str = "S. Bowyer, L. Aitchison, D. R. Ivanova. Position: Don’t use the CLT in LLM \
    evals with fewer than a few hundred datapoints. arXiv:2503.01747, 2025.";
const EFRON: &str = "B. Efron. Better bootstrap confidence intervals. J. Am. Stat. Assoc. 82, \
    171–185, 1987.";
const MILLER: &str = "E. Miller. Adding error bars to evals: a statistical approach to language \
    model evaluations. arXiv:2411.00640, 2024.";
const MCNEMAR: &str = "Q. McNemar. Note on the sampling error of the difference between correlated \
    proportions or percentages. Psychometrika 12, 153–157, 1947.";
const FAGERLAND: &str = "M. W. Fagerland, S. Lydersen, P. Laake. The McNemar test for binary \
    matched-pairs data: mid-p and asymptotic are better than exact conditional. BMC Med. Res. \
    Methodol. 13:91, 2013.";
const PHIPSON: &str = "B. Phipson, G. K. Smyth. Permutation p-values should never be zero. Stat. \
    Appl. Genet. Mol. Biol. 9:39, 2010.";
const HOLM: &str = "S. Holm. A simple sequentially rejective multiple test procedure. Scand. J. \
    Stat. 6, 65–70, 1979.";
const BENJAMINI: &str = "Y. Benjamini, Y. Hochberg. Controlling the false discovery rate. J. R. \
    Stat. Soc. B 57, 289–300, 1995.";

const MANN: &str = "H. B. Mann. Nonparametric tests against trend. Econometrica 13, 245–259, 1945.";
const KENDALL: &str = "M. G. Kendall. Rank Correlation Methods. 4th edition, Griffin, 1975.";
const THEIL: &str = "H. Theil. A rank-invariant method of linear and polynomial regression analysis. \
    Proc. K. Ned. Akad. Wet. A 53, 386–392, 1950.";
const SEN: &str = "P. K. Sen. Estimates of the regression coefficient based on Kendall’s tau. J. Am. \
    Stat. Assoc. 63, 1379–1389, 1968.";
const PAGE: &str = "E. S. Page. Continuous inspection schemes. Biometrika 41, 100–115, 1954.";

/// Paragraphs on estimator, intervals, tests and correction, and the sources they cite as `[1]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Methods {
    pub paragraphs: Vec<String>,
    /// In the order of their numbers, from 1.
    pub sources: Vec<String>,
}

impl Methods {
    /// The methods that were used in this comparison, and no others.
    pub fn of(comparison: &Comparison) -> Self {
        let mut methods = Self::default();
        let resamples = format::thousands(u64::from(comparison.resamples));
        let level = format::level(comparison.level);

        let chen = methods.cite(CHEN);
        methods.paragraphs.push(format!(
            "Estimator. For each problem with n judged samples of which c pass, pass@k is estimated \
             without bias as 1 − C(n−c, k) / C(n, k) {chen}; a score is the unweighted mean over \
             problems. Samples that could not be judged (no answer from the model’s server, a \
             failure of the sandbox, not done yet) are left out and reported as such; they are never \
             counted as wrong. Answers without usable code are judged, and fail."
        ));

        let score_kinds: Vec<IntervalKind> = comparison
            .scores
            .iter()
            .flat_map(|s| s.pass_at.iter().map(|p| p.kind))
            .collect();
        let mut intervals = Vec::new();
        if score_kinds.contains(&IntervalKind::Wilson) {
            let (wilson, bowyer) = (methods.cite(WILSON), methods.cite(BOWYER));
            intervals.push(format!(
                "Scores with one sample per problem carry Wilson’s {level} score interval {wilson}, \
                 since intervals from the central limit theorem are too narrow at this size {bowyer}."
            ));
        }
        if score_kinds.contains(&IntervalKind::BootstrapBca) {
            let (efron, miller) = (methods.cite(EFRON), methods.cite(MILLER));
            intervals.push(format!(
                "Other scores carry a BCa bootstrap {level} interval {efron} with {resamples} \
                 resamples of source problems (seed {}); all translations of a problem are resampled \
                 together {miller}.",
                comparison.seed
            ));
        }
        if !intervals.is_empty() {
            methods
                .paragraphs
                .push(format!("Intervals. {}", intervals.join(" ")));
        }
        if !comparison.pairs.is_empty() {
            methods.add_pairs(comparison, &resamples, &level);
        }
        methods
    }

    /// The methods behind these drawings, beside those of the comparison.
    pub(crate) fn add_figures<'a>(&mut self, drawings: impl Iterator<Item = &'a Drawing>) {
        let (mut has_front, mut has_time) = (false, false);
        for drawing in drawings {
            has_front |= matches!(drawing, Drawing::Scatter(_));
            has_time |= matches!(drawing, Drawing::Timeline(_));
        }
        if has_front {
            self.paragraphs.push(
                "Pareto front. On it are those that no other beats: whoever is off it is beaten by one \
                 that takes no more and scores no less. It is drawn through the estimates."
                    .to_owned(),
            );
        }
        if has_time {
            let [mann, kendall, theil, sen, page, mcnemar, holm] =
                [MANN, KENDALL, THEIL, SEN, PAGE, MCNEMAR, HOLM].map(|source| self.cite(source));
            self.paragraphs.push(format!(
                "Over time. A series is one model with one strategy in one language on one version of \
                 a data set. Trends are tested by Mann and Kendall’s test {mann} {kendall}, their size \
                 is Theil and Sen’s slope {theil} {sen}; a change of level is found by the cumulative \
                 sum {page} and tested by permuting the order of runs. A run differs from the one \
                 before it by a paired test on the problems both judged, McNemar’s {mcnemar} with one \
                 sample a problem and else sign flips, with Holm’s correction {holm} over the steps of \
                 a series."
            ));
        }
    }

    fn add_pairs(&mut self, comparison: &Comparison, resamples: &str, level: &str) {
        let efron = self.cite(EFRON);
        let mut text = format!(
            "Differences. Series are compared in pairs, on the problems that both have judged. The \
             interval of a mean difference is a paired BCa bootstrap over source problems {efron}, \
             {level}, {resamples} resamples, seed {}.",
            comparison.seed
        );
        let uses = |kinds: &[TestKind]| comparison.pairs.iter().any(|p| kinds.contains(&p.test));
        if comparison
            .pairs
            .iter()
            .any(|p| p.kind == IntervalKind::WilsonUnseen)
        {
            text.push_str(
                " Where two series differ on no problem, it is Wilson’s bound on the share of \
                 problems on which they may.",
            );
        }
        if uses(&[TestKind::McnemarExact, TestKind::McnemarMidP]) {
            let (mcnemar, fagerland) = (self.cite(MCNEMAR), self.cite(FAGERLAND));
            text.push_str(&format!(
                " With one sample per problem the test is McNemar’s {mcnemar}: exact below 25 \
                 discordant problems, mid-p from there on {fagerland}."
            ));
        }
        if uses(&[TestKind::SignFlipExact, TestKind::SignFlipMonteCarlo]) {
            let phipson = self.cite(PHIPSON);
            text.push_str(&format!(
                " Otherwise it is the sign-flip permutation test of per-problem differences, summed \
                 by source problem: exact for up to 20 that are not zero, else with {resamples} \
                 seeded draws {phipson}."
            ));
        }
        let correction = self.cite(match comparison.correction {
            assay_analytics::Correction::Holm => HOLM,
            assay_analytics::Correction::Bh => BENJAMINI,
        });
        text.push_str(&format!(
            " All tests are two-sided. p-values are adjusted over the {} shown by {}’s method \
             {correction}; below {} a difference is called significant.",
            format::counted(comparison.pairs.len() as u64, "comparison"),
            match comparison.correction {
                assay_analytics::Correction::Holm => "Holm",
                assay_analytics::Correction::Bh => "Benjamini and Hochberg",
            },
            comparison.alpha
        ));
        self.paragraphs.push(text);
    }

    fn cite(&mut self, source: &str) -> String {
        let number = match self.sources.iter().position(|known| known == source) {
            Some(position) => position + 1,
            None => {
                self.sources.push(source.to_owned());
                self.sources.len()
            }
        };
        format!("[{number}]")
    }
}
