//! Policies that choose strategies, as they are looked at.

use assay_core::{DatasetId, Language, ProblemId, RunId, SampleId, StrategyId};
use assay_report::Figure;
use serde::{Deserialize, Serialize};

/// How a policy chooses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PolicyAlgorithm {
    /// Of disjoint linear models, by mean and width.
    LinUcb {
        #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
        alpha: f64,
    },
    /// By a draw from what each arm may be worth.
    Thompson {
        #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
        scale: f64,
    },
    /// By the mean; what is random is the share of exploration.
    EpsilonGreedy,
    /// Always the same.
    Fixed { arm: StrategyId },
}

/// How a policy is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicySetup {
    pub algorithm: PolicyAlgorithm,
    /// Lambda of the ridge regression.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub ridge: f64,
    /// The share of choices that is random, in [0, 1].
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub exploration: f64,
    /// How much passing, static quality, cost and time count in a reward; shares of their sum.
    pub reward: RewardMix,
    /// What it chooses from; every strategy a model can be asked by where it is empty.
    pub arms: Vec<StrategyId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RewardMix {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub pass: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub quality: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub cost: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub latency: f64,
    /// At this cost of a sample, in US dollars, the part of cost is a half; of latency likewise.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub half_cost_usd: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub half_latency_ms: f64,
}

/// A policy in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicySummary {
    pub name: String,
    /// For people: `LinUCB, alpha 0.5`.
    pub algorithm: String,
    pub frozen: bool,
    /// RFC 3339, UTC.
    pub created_at: String,
    pub decisions: u32,
    pub lessons: u32,
}

/// A share or a mean with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Bounded {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub low: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub high: f64,
}

/// What a policy knows of one strategy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyArm {
    pub arm: StrategyId,
    pub title: String,
    /// Outcomes it has learned of it.
    pub pulls: u32,
    pub passed: u32,
    /// Wilson's interval of the share that passed; `None` without an outcome.
    pub pass_share: Option<Bounded>,
    /// Mean reward with Student's interval; `None` with fewer than two.
    pub reward: Option<Bounded>,
    /// What it has learned raises and lowers the reward it expects, beside the mean of the other arms: the largest first.
    pub weights: Vec<LearnedWeight>,
}

/// A coefficient, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LearnedWeight {
    pub feature: String,
    /// What a high value of the feature says: `no example`.
    pub title: String,
    /// By how much the expected reward is higher where the feature is 1 instead of 0.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub weight: f64,
    /// That of this arm above the mean of all arms.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub beside_others: f64,
}

/// A policy with what it has learned.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyView {
    pub summary: PolicySummary,
    pub setup: PolicySetup,
    /// By pulls, the most first.
    pub arms: Vec<PolicyArm>,
    /// Mean reward of each arm with its interval; `None` before anything was learned.
    pub rewards: Option<Figure>,
    /// The share that passed of the lessons, from the first to the last, some at a time.
    pub progress: Option<Figure>,
    /// In a few sentences, what it prefers where.
    pub words: Vec<String>,
    pub context_version: u32,
}

/// A feature of a context.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FeatureValue {
    pub feature: String,
    pub title: String,
    pub rule: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
    /// What it adds to the chosen arm's expected reward, beside the next best arm.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub contribution: Option<f64>,
}

/// What a policy made of an arm in a context.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ArmChance {
    pub arm: StrategyId,
    pub title: String,
    /// Expected reward.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub mean: f64,
    /// How little is known of it here.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub width: f64,
    /// What the arms were compared by.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub score: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub propensity: f64,
}

/// Why a sample was asked by its strategy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DecisionView {
    pub sample: SampleId,
    pub policy: String,
    /// Whether the policy was begun anew since.
    pub retired: bool,
    pub arm: StrategyId,
    /// The arm of the largest expected reward.
    pub greedy: StrategyId,
    pub explored: bool,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub propensity: f64,
    /// Outcomes it had learned by then.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub seen: u64,
    /// The best score first.
    pub arms: Vec<ArmChance>,
    /// Those that are not 0, what counted most first.
    pub features: Vec<FeatureValue>,
    /// What became of it, once that is known and learned.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub reward: Option<f64>,
    /// In a sentence or two.
    pub words: String,
}

/// What a policy would choose for a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WhatIfQuery {
    pub policy: String,
    /// Its text form, or any name: of a model that is not there, the name alone counts.
    pub model: String,
    pub dataset: DatasetId,
    pub language: Option<Language>,
    pub problem: ProblemId,
    /// Values of features in the place of what they are.
    pub instead: Vec<FeatureOverride>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FeatureOverride {
    pub feature: String,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub value: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WhatIf {
    pub arm: StrategyId,
    /// The best score first.
    pub arms: Vec<ArmChance>,
    /// All of them, in the order of the vector.
    pub features: Vec<FeatureValue>,
    pub words: String,
}

/// What came of making decisions again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReplayView {
    pub policy: String,
    pub decisions: u32,
    /// To the last bit.
    pub same: u32,
    pub differing: Vec<DifferingDecision>,
    /// What each strategy would have earned everywhere, by what was chosen at random.
    pub estimates: Vec<LogEstimate>,
}

/// The mean reward of a strategy that did not choose, estimated from the log of the policy that did.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LogEstimate {
    pub arm: StrategyId,
    pub title: String,
    pub estimator: String,
    pub estimate: Bounded,
    pub n: u32,
    /// How many rounds of its own would say as much.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub effective_n: f64,
    /// With a few large ones, an estimate rests on a few rounds.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub largest_weight: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DifferingDecision {
    pub sample: SampleId,
    pub stored: StrategyId,
    pub again: StrategyId,
}

/// A full grid: runs that asked the same problems by different strategies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GridQuery {
    pub runs: Vec<RunId>,
    /// Whose set-up learns; the usual one when `None`.
    pub policy: Option<String>,
    /// The strategy everything is measured by; the plain way when `None`.
    pub baseline: Option<StrategyId>,
    pub folds: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub seed: u64,
    /// Whether the policy learns every cell of the grid, or only those it chose itself.
    pub own_choices: bool,
}

/// What a strategy scored with models of a kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RuleEvidence {
    pub strategy: StrategyId,
    pub title: String,
    /// pass@1 on all its problems; a problem counts once for each model.
    pub score: Option<Bounded>,
    pub n: u32,
    /// Beside the plain way, on the problems both were asked; `None` of the plain way itself, and where there are none.
    pub difference: Option<Bounded>,
    pub n_shared: u32,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub p_adjusted: Option<f64>,
    pub significant: bool,
}

/// Why a rule says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum RuleReason {
    /// A person said so.
    Chosen,
    /// It was significantly better than the plain way.
    Evidence,
    /// Nothing was shown to be better.
    Plain,
}

/// What `auto` stands for with models of a kind, and the evidence for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FamilyRule {
    /// `smollm2`; `gemma-3/base` of models that take no messages.
    pub kind: String,
    pub title: String,
    /// Those with runs here.
    pub models: Vec<String>,
    pub plain: StrategyId,
    pub strategy: StrategyId,
    pub strategy_title: String,
    pub reason: RuleReason,
    /// What the evidence alone would say.
    pub by_evidence: StrategyId,
    /// The best difference first.
    pub evidence: Vec<RuleEvidence>,
    pub words: String,
}

/// What a way of choosing strategies is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ChoiceRole {
    /// By the policy, cross-fitted.
    Adaptive,
    /// The same strategy everywhere.
    Fixed,
    /// The strategy that was best on the other folds.
    BestFixed,
    /// Any with the same chance.
    Random,
    /// For each problem one that solves it, where one does: nobody can know that.
    Oracle,
}

/// What a way of choosing scores on a full grid.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChoiceView {
    pub key: String,
    pub label: String,
    pub role: ChoiceRole,
    pub is_baseline: bool,
    /// pass@1.
    pub score: Bounded,
    /// Adaptive minus this; `None` of adaptive itself, and of what nobody can choose.
    pub difference: Option<Bounded>,
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub p_adjusted: Option<f64>,
    pub significant: bool,
}

/// An off-policy estimate beside the truth, which a full grid tells.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EstimatorView {
    pub name: String,
    pub estimate: Bounded,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub truth: f64,
    /// Whether the truth lies in the interval.
    pub covers: bool,
    /// Logged rounds, and how many equally weighted ones they are worth.
    pub n: u32,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub effective_n: f64,
}

/// How often a strategy was chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PickedArm {
    pub arm: StrategyId,
    pub title: String,
    pub count: u32,
}

/// What choosing is worth with one model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GridModelView {
    pub model: String,
    pub datasets: Vec<DatasetId>,
    pub languages: Vec<Language>,
    /// Problems, each in one language, that every strategy has an outcome of; source problems among them.
    pub n_problems: u32,
    pub n_clusters: u32,
    /// Problems that some strategy has no outcome of; they are left out.
    pub n_left_out: u32,
    pub baseline: StrategyId,
    /// Adaptive first, then by score.
    pub choices: Vec<ChoiceView>,
    /// Of the adaptive choice beside the baseline: 0.2 is a fifth more solved. `None` where the baseline solves nothing.
    pub gain: Option<Bounded>,
    /// The smallest difference from the baseline, in pass@1, that so many problems would show four times out of five, at the
    /// level that Holm's first step leaves each of the comparisons.
    #[cfg_attr(feature = "specta", specta(type = Option<specta_typescript::Number>))]
    pub detectable: Option<f64>,
    pub picked: Vec<PickedArm>,
    pub scores: Figure,
    pub regret: Figure,
    pub estimators: Vec<EstimatorView>,
    /// What all this says, in sentences.
    pub words: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GridView {
    pub query: GridQuery,
    /// By model; only those with two strategies or more.
    pub models: Vec<GridModelView>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PolicyFigure {
    Rewards,
    Progress,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PolicyFigureQuery {
    pub policy: String,
    pub figure: PolicyFigure,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum GridFigure {
    Scores,
    Regret,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct GridFigureQuery {
    pub grid: GridQuery,
    pub model: String,
    pub figure: GridFigure,
}
