use std::fmt;

use assay_core::{Coded, StrategyId};

/// Where in a file something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// From 1, when it is known.
    pub line: Option<usize>,
    /// The field as it is addressed in the file: `turns[1].messages[0].content`.
    pub field: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field '{field}'")?;
        }
        Ok(())
    }
}

/// Why a prompt could not be made. Each message fits "failed to build the prompt: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptingError {
    #[error("there is no strategy '{id}'")]
    Unknown { id: StrategyId, known: Vec<String> },
    #[error("the strategy '{id}' sends messages, and the model has no chat template")]
    NeedsChat { id: StrategyId },
    #[error(
        "the strategy '{id}' sends a text to be continued, and the model only answers messages"
    )]
    NeedsCompletion { id: StrategyId },
    #[error(
        "the strategy '{id}' fills a gap, and models of the family '{family}' have no marks for one"
    )]
    NeedsGapMarks { id: StrategyId, family: String },
    #[error("{place}: {detail}")]
    BadFile { place: Box<Place>, detail: String },
    #[error("the id of the strategy file {file} is that of a built-in strategy, '{id}'")]
    Taken { file: String, id: StrategyId },
    #[error("failed to read {file}")]
    Unreadable {
        file: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the template {field} of the strategy '{id}' fails: {source}")]
    Template {
        id: StrategyId,
        field: String,
        #[source]
        source: Box<minijinja::Error>,
    },
    #[error("the chat template of the family '{family}' fails: {source}")]
    ChatTemplate {
        family: String,
        #[source]
        source: Box<minijinja::Error>,
    },
}

impl Coded for PromptingError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unknown-strategy",
            Self::NeedsChat { .. } => "strategy-needs-chat",
            Self::NeedsCompletion { .. } => "strategy-needs-completion",
            Self::NeedsGapMarks { .. } => "strategy-needs-gap-marks",
            Self::Taken { .. } => "strategy-taken",
            Self::Unreadable { .. } => "strategy-unreadable",
            Self::BadFile { .. } | Self::Template { .. } => "bad-strategy",
            Self::ChatTemplate { .. } => "chat-template-failed",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { known, .. } => format!("choose one of: {}", known.join(", ")),
            Self::NeedsChat { .. } | Self::NeedsGapMarks { .. } => {
                "choose 'completion', or 'auto', which asks every model in the way it can answer"
                    .to_owned()
            }
            Self::NeedsCompletion { .. } | Self::ChatTemplate { .. } => {
                "choose a strategy that sends messages, such as 'instruct'".to_owned()
            }
            Self::Taken { .. } => "give it another id, and its file that name".to_owned(),
            Self::Unreadable { .. } => "check the file and its permissions".to_owned(),
            Self::BadFile { .. } | Self::Template { .. } => {
                "compare the file with a built-in strategy: assay prompts show ID".to_owned()
            }
        })
    }
}
