//! How good a program looks, part by part; a verdict says whether it passes.

use serde::{Deserialize, Serialize};

/// The parts of a [`Quality`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum QualityPart {
    /// The share of the program that is free of syntax errors.
    Syntactic,
    /// What was asked for is there, has a body, and was not cut off.
    Completeness,
    /// Likeness to what was asked for: the reference's structure where there is one, the prompt's terms.
    Semantic,
    /// It compiles, starts and runs to its end; without an execution, what speaks against that.
    Executability,
}

impl QualityPart {
    pub const ALL: [Self; 4] = [
        Self::Syntactic,
        Self::Completeness,
        Self::Semantic,
        Self::Executability,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntactic => "syntactic",
            Self::Completeness => "completeness",
            Self::Semantic => "semantic",
            Self::Executability => "executability",
        }
    }
}

/// Whether a [`Quality`] was told from the text alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum QualityBasis {
    /// From the text alone: it predicts, and knows nothing of a verdict.
    Static,
    /// Its executability was observed.
    Executed,
}

/// Why a part is not 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QualityReason {
    pub part: QualityPart,
    /// One line for people.
    pub text: String,
}

/// The score of one program; every number is in `[0, 1]`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Quality {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub syntactic: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub completeness: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub semantic: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub executability: f64,
    /// The product of the parts, each raised to its weight in the run's [`QualityWeights`] relative to
    /// the heaviest.
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub overall: f64,
    pub basis: QualityBasis,
    pub reasons: Vec<QualityReason>,
}

impl Quality {
    pub fn part(&self, part: QualityPart) -> f64 {
        match part {
            QualityPart::Syntactic => self.syntactic,
            QualityPart::Completeness => self.completeness,
            QualityPart::Semantic => self.semantic,
            QualityPart::Executability => self.executability,
        }
    }
}

/// How much each part counts in [`Quality::overall`]; stored with a run. Only their ratios matter: the
/// heaviest part counts in full, one with half its weight by its square root.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct QualityWeights {
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub syntactic: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub completeness: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub semantic: f64,
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))]
    pub executability: f64,
}

/// The parts that are 1 for most programs count half of the one that tells them apart; with these the
/// static score was fitted (`docs/quality.md`).
impl Default for QualityWeights {
    fn default() -> Self {
        Self {
            syntactic: 0.2,
            completeness: 0.2,
            semantic: 0.4,
            executability: 0.2,
        }
    }
}

impl QualityWeights {
    pub fn of(&self, part: QualityPart) -> f64 {
        match part {
            QualityPart::Syntactic => self.syntactic,
            QualityPart::Completeness => self.completeness,
            QualityPart::Semantic => self.semantic,
            QualityPart::Executability => self.executability,
        }
    }

    /// What is wrong with them, as a fragment that fits after "the weights are wrong: ".
    pub fn defect(&self) -> Option<&'static str> {
        let weights = QualityPart::ALL.map(|part| self.of(part));
        if weights.iter().any(|w| !w.is_finite() || *w < 0.0) {
            return Some("each is a number from 0 up");
        }
        (weights.iter().sum::<f64>() <= 0.0).then_some("one of them must be above 0")
    }
}
