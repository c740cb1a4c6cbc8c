//! An interval and how it was made.

/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalMethod {
    Wilson,
    ClopperPearson,
    Jeffreys,
    BootstrapPercentile {
        resamples: u32,
        seed: u64,
    },
    BootstrapBca {
        resamples: u32,
        seed: u64,
    },
    /// Every difference has the same value, so no resample differs from another: the Wilson bound on
    /// the share of problems that may differ from it (see [`crate::paired_difference`]).
    WilsonOfUnseenDifference,
}

/// A two-sided confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
    /// Confidence level, 0.95 for 95 %.
    pub level: f64,
    pub method: IntervalMethod,
    /// Whether `method` stands in for another that is undefined for these values.
    pub is_fallback: bool,
}

impl Interval {
    pub fn width(&self) -> f64 {
        self.high - self.low
    }

    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}
