//! What this crate refuses.

use assay_core::StrategyId;
use assay_stats::StatsError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BanditError {
    #[error("{what} must be {needed}, and {value} is not")]
    BadSetting {
        what: &'static str,
        needed: &'static str,
        value: f64,
    },
    #[error("a context has {expected} numbers here, and {given} were given")]
    WrongDimension { expected: usize, given: usize },
    #[error("{what} must be finite, and number {index} is {value}")]
    NotFinite {
        what: &'static str,
        index: usize,
        value: f64,
    },
    #[error("a context is too large to learn from: the sums of its squares overflow")]
    TooLarge,
    #[error("a choice needs an arm, and none was offered")]
    NoArms,
    #[error("the arm {arm} was offered twice")]
    RepeatedArm { arm: StrategyId },
    #[error("the arm {arm} is not among those offered")]
    UnknownArm { arm: StrategyId },
    #[error("a stored policy of format {format} is not known here; the newest known is {known}")]
    UnknownFormat { format: u32, known: u32 },
    #[error("a stored policy is damaged: {what}")]
    DamagedState { what: &'static str },
    #[error("row {row} has {given} {what}, and {expected} are needed")]
    WrongLength {
        what: &'static str,
        row: usize,
        expected: usize,
        given: usize,
    },
    #[error("{what} of row {row} must lie in [{low}, {high}], and {value} does not")]
    OutOfRange {
        what: &'static str,
        row: usize,
        low: f64,
        high: f64,
        value: f64,
    },
    #[error("{what} needs at least {needed}, and there are {given}")]
    TooFew {
        what: &'static str,
        needed: usize,
        given: usize,
    },
    #[error("{what} is undefined: {why}")]
    Undefined {
        what: &'static str,
        why: &'static str,
    },
    #[error(transparent)]
    Stats(#[from] StatsError),
}

impl assay_core::Coded for BanditError {
    fn code(&self) -> &'static str {
        match self {
            Self::BadSetting { .. } => "bad-bandit-setting",
            Self::WrongDimension { .. } => "wrong-context-dimension",
            Self::NotFinite { .. } => "not-finite",
            Self::TooLarge => "context-too-large",
            Self::NoArms => "no-arms",
            Self::RepeatedArm { .. } => "repeated-arm",
            Self::UnknownArm { .. } => "unknown-arm",
            Self::UnknownFormat { .. } => "unknown-policy-format",
            Self::DamagedState { .. } => "damaged-policy",
            Self::WrongLength { .. } => "wrong-row-length",
            Self::OutOfRange { .. } => "value-out-of-range",
            Self::TooFew { .. } => "too-few-values",
            Self::Undefined { .. } => "undefined-estimate",
            Self::Stats(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownFormat { .. } => {
                Some("it was stored by a newer version of Assay: use that one".to_owned())
            }
            Self::DamagedState { .. } => Some("start the policy anew".to_owned()),
            Self::Stats(error) => error.hint(),
            _ => None,
        }
    }
}

/// Checks that every number is finite.
pub(crate) fn check_finite(what: &'static str, values: &[f64]) -> Result<(), BanditError> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(BanditError::NotFinite {
            what,
            index,
            value: values[index],
        }),
        None => Ok(()),
    }
}
