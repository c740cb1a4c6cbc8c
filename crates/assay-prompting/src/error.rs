use assay_core::{Coded, StrategyId};

/// Why a prompt could not be made. Each message fits "failed to build the prompt: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptingError {
    #[error("there is no strategy '{id}'")]
    Unknown { id: StrategyId, known: Vec<String> },
    #[error("the strategy '{id}' sends messages, and the model has no chat template")]
    NeedsChat { id: StrategyId },
    #[error("the strategy file {file} is wrong: {detail}")]
    BadFile { file: String, detail: String },
    #[error("the template of the strategy '{id}' is wrong")]
    Template {
        id: StrategyId,
        #[source]
        source: Box<minijinja::Error>,
    },
}

impl Coded for PromptingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-strategy",
            Self::NeedsChat { .. } => "strategy-needs-chat",
            Self::BadFile { .. } | Self::Template { .. } => "bad-strategy",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { known, .. } => format!("choose one of: {}", known.join(", ")),
            Self::NeedsChat { .. } => {
                "choose 'completion', or 'auto', which asks every model in the way it can answer"
                    .to_owned()
            }
            Self::BadFile { .. } | Self::Template { .. } => {
                "compare the file with a built-in strategy".to_owned()
            }
        })
    }
}
