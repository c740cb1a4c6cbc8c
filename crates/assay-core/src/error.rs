//! How an error crosses a boundary: as `{code, message, hint}`.

use serde::{Deserialize, Serialize};

/// What a person (or a script) is told of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ErrorInfo {
    /// Stable, kebab-case, for programs: `engine-unreachable`.
    pub code: String,
    /// One sentence on what happened, for people.
    pub message: String,
    /// What to do about it, when something can be done.
    pub hint: Option<String>,
}

impl ErrorInfo {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: None,
        }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// An error that knows its stable code and what to do about it.
///
/// Every library error enum implements it; fronts need nothing else to speak to people.
pub trait Coded: std::error::Error {
    /// Stable kebab-case code.
    fn code(&self) -> &'static str;

    /// What the person can do, when something can be done.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Whether something the program needs is missing (engine, image, data set, key): exit code 3.
    fn is_missing_requirement(&self) -> bool {
        false
    }

    /// The error as it crosses to a front, its sources joined into the message.
    fn info(&self) -> ErrorInfo {
        let mut message = self.to_string();
        let mut source = self.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            source = cause.source();
        }
        ErrorInfo {
            code: self.code().to_owned(),
            message,
            hint: self.hint(),
        }
    }
}
