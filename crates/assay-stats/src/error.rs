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
    #[error("{what} is undefined where all values are equal")]
    NoVariation { what: &'static str },
    #[error("strengths are undefined: no chain of wins leads from series {from} to series {to}")]
    NotConnected { from: usize, to: usize },
    #[error("the pair of series {s} and {t} is none, or comes twice")]
    RepeatedPair { s: usize, t: usize },
    #[error("{what} came to no end within {steps} steps")]
    NoConvergence { what: &'static str, steps: u32 },
    #[error("scores of data set version {before} are not compared with scores of version {after}")]
    VersionsDiffer { before: String, after: String },
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
            Self::NoVariation { .. } => "no-variation",
            Self::NotConnected { .. } => "not-connected",
            Self::RepeatedPair { .. } => "repeated-pair",
            Self::NoConvergence { .. } => "no-convergence",
            Self::VersionsDiffer { .. } => "dataset-versions-differ",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TooFewSamples { n, k } => Some(format!(
                "ask for pass@{n} or less, or evaluate with at least {k} samples per problem"
            )),
            Self::BadLevel { .. } => Some("0.95 is the usual level".to_owned()),
            Self::NotConnected { .. } => Some(
                "compare series that share problems, and leave out one that wins or loses against all others on every problem"
                    .to_owned(),
            ),
            Self::VersionsDiffer { before, .. } => Some(format!(
                "run both on the same version of the data set, such as {before}"
            )),
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

/// Checks that one value is finite and lies strictly between `low` and `high`.
pub(crate) fn check_between(
    what: &'static str,
    value: f64,
    low: f64,
    high: f64,
) -> Result<(), StatsError> {
    if value > low && value < high {
        return Ok(());
    }
    Err(StatsError::OutOfRange {
        what,
        low,
        high,
        index: 0,
        value,
    })
}

/// Checks that all series have a value for as many problems, and that there are at least `fewest` series and a problem.
/// Answers how many problems.
pub(crate) fn check_shape<T>(
    what: &'static str,
    series: &[Vec<T>],
    fewest: usize,
) -> Result<usize, StatsError> {
    let length = series.first().map_or(0, Vec::len);
    if series.len() < fewest || length == 0 {
        let few_series = series.len() < fewest;
        return Err(StatsError::TooFewValues {
            what,
            needed: if few_series { fewest } else { 1 },
            given: if few_series { series.len() } else { length },
        });
    }
    match series.iter().find(|values| values.len() != length) {
        Some(other) => Err(StatsError::LengthMismatch {
            what,
            left: length,
            right: other.len(),
        }),
        None => Ok(length),
    }
}

/// The refusal of a series that is not there.
pub(crate) fn unknown_series(series: usize, count: usize) -> StatsError {
    StatsError::OutOfRange {
        what: "the number of a series",
        low: 0.0,
        high: count.saturating_sub(1) as f64,
        index: 0,
        value: series as f64,
    }
}
