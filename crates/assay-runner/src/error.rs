//! Why a run could not be started.

use assay_core::{Coded, Language, ProblemId};
use assay_prompting::PromptingError;
use assay_store::StoreError;

/// Each message fits "failed to run: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the model {model} cannot be asked this way: {source}")]
    Prompting {
        model: String,
        #[source]
        source: PromptingError,
    },
    #[error("the run has nothing to do: it needs at least one {what}")]
    Nothing { what: &'static str },
    #[error("the model {model} is asked for twice")]
    ModelTwice { model: String },
    #[error("the model {model} is part of the run, and no provider for it was given")]
    ProviderMissing { model: String },
    #[error("the policy cannot be used: {0}")]
    Policy(String),
    #[error("it was cancelled")]
    Cancelled,
    #[error("problem {problem} in {} is not part of the data set", .language.title())]
    UnknownProblem {
        problem: ProblemId,
        language: Language,
    },
}

impl From<assay_bandit::BanditError> for RunnerError {
    fn from(error: assay_bandit::BanditError) -> Self {
        Self::Policy(error.to_string())
    }
}

impl Coded for RunnerError {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(e) => e.code(),
            Self::Prompting { source, .. } => source.code(),
            Self::Nothing { .. } => "run-empty",
            Self::ModelTwice { .. } => "model-twice",
            Self::ProviderMissing { .. } => "provider-missing",
            Self::Policy(_) => "policy-unusable",
            Self::Cancelled => "cancelled",
            Self::UnknownProblem { .. } => "unknown-problem",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Store(e) => e.hint(),
            Self::Prompting { source, .. } => source.hint(),
            Self::Nothing { .. } => {
                Some("choose at least one model, one language and one problem".to_owned())
            }
            Self::ModelTwice { .. } => {
                Some("name it once and ask for more samples instead".to_owned())
            }
            Self::Policy(_) => Some(
                "reset the policy to begin anew; what it decided before stays stored".to_owned(),
            ),
            Self::ProviderMissing { .. } | Self::Cancelled => None,
            Self::UnknownProblem { .. } => {
                Some("check that data set, version and language are those of the run".to_owned())
            }
        }
    }
}
