//! What the functions of this crate refuse.

/// A quantity that is undefined for what was given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    #[error("pass@{k} is undefined for {n} samples: it needs at least {k}")]
    TooFewSamples { n: u64, k: u64 },
    #[error("pass@0 is undefined: k counts the samples drawn, from 1")]
    ZeroK,
    #[error("{c} of {n} passed, which is more than all")]
    MorePassedThanJudged { n: u64, c: u64 },
    #[error("{what} needs at least {needed} values, and {given} were given")]
    TooFewValues {
        what: &'static str,
        needed: usize,
        given: usize,
    },
    #[error("{what} needs as many values on either side, and {left} and {right} were given")]
    LengthMismatch {
        what: &'static str,
        left: usize,
        right: usize,
    },
    #[error("{what} must lie in [{low}, {high}], and value {index} is {value}")]
    OutOfRange {
        what: &'static str,
        low: f64,
        high: f64,
        index: usize,
        value: f64,
    },
    #[error("a confidence level lies strictly between 0 and 1, and {level} does not")]
    BadLevel { level: f64 },
    #[error("a bootstrap needs at least {needed} resamples, and {given} were asked for")]
    TooFewResamples { needed: u32, given: u32 },
}

impl assay_core::Coded for StatsError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFewSamples { .. } => "too-few-samples",
            Self::ZeroK => "zero-k",
            Self::MorePassedThanJudged { .. } => "more-passed-than-judged",
            Self::TooFewValues { .. } => "too-few-values",
            Self::LengthMismatch { .. } => "length-mismatch",
            Self::OutOfRange { .. } => "value-out-of-range",
            Self::BadLevel { .. } => "bad-confidence-level",
            Self::TooFewResamples { .. } => "too-few-resamples",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TooFewSamples { n, k } => Some(format!(
                "ask for pass@{n} or less, or evaluate with at least {k} samples per problem"
            )),
            Self::BadLevel { .. } => Some("0.95 is the usual level".to_owned()),
            _ => None,
        }
    }
}

/// Checks that every value is finite and lies in `[low, high]`.
pub(crate) fn check_range(
    what: &'static str,
    values: &[f64],
    low: f64,
    high: f64,
) -> Result<(), StatsError> {
    // Sums of shares may leave the range by rounding alone.
    let slack = 1e-12;
    match values
        .iter()
        .position(|v| !(low - slack..=high + slack).contains(v))
    {
        Some(index) => Err(StatsError::OutOfRange {
            what,
            low,
            high,
            index,
            value: values[index],
        }),
        None => Ok(()),
    }
}

pub(crate) fn check_level(level: f64) -> Result<(), StatsError> {
    if level > 0.0 && level < 1.0 {
        Ok(())
    } else {
        Err(StatsError::BadLevel { level })
    }
}
