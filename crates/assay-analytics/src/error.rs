//! What cannot be scored or compared.

use assay_core::Coded;
use assay_stats::StatsError;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyticsError {
    #[error("nothing was selected: there are no samples to score")]
    NothingSelected,
    #[error("the baseline '{key}' is none of the compared series")]
    UnknownBaseline { key: String },
    #[error("'{key}' is none of the compared series")]
    UnknownGroup { key: String },
    #[error("run {run} has samples, but nothing is known of the run itself")]
    UnknownRun { run: String },
    #[error("{what} must lie strictly between 0 and 1, and {value} does not")]
    NotAShare { what: &'static str, value: f64 },
    #[error("failed to compute the statistics of {of}")]
    Stats {
        of: String,
        #[source]
        source: StatsError,
    },
}

impl Coded for AnalyticsError {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingSelected => "nothing-selected",
            Self::UnknownBaseline { .. } => "unknown-baseline",
            Self::UnknownGroup { .. } => "unknown-group",
            Self::UnknownRun { .. } => "unknown-run",
            Self::NotAShare { .. } => "not-a-share",
            Self::Stats { source, .. } => source.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::NothingSelected => Some("choose at least one run that has samples".to_owned()),
            Self::UnknownBaseline { .. } => {
                Some("choose the baseline among the series that are compared".to_owned())
            }
            Self::UnknownGroup { .. } => {
                Some("choose among the series that are compared, by key or label".to_owned())
            }
            Self::Stats { source, .. } => source.hint(),
            _ => None,
        }
    }
}

pub(crate) fn check_share(what: &'static str, value: f64) -> Result<(), AnalyticsError> {
    if value > 0.0 && value < 1.0 {
        Ok(())
    } else {
        Err(AnalyticsError::NotAShare { what, value })
    }
}
