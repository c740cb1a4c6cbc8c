//! Identifiers. Each is its own type so that a problem's id cannot stand where a run's should.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that cannot be an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} may not be {why}")]
pub struct IdError {
    what: &'static str,
    why: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "specta", derive(specta::Type))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// # Errors
            /// When the text is empty or holds control characters.
            fn from_str(text: &str) -> Result<Self, IdError> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(IdError { what: $what, why: "empty" });
                }
                if text.chars().any(char::is_control) {
                    return Err(IdError { what: $what, why: "given control characters" });
                }
                Ok(Self(text.to_owned()))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

text_id!(
    /// A run: a UUIDv7 in text, so that ids sort by creation. The command line accepts any unique prefix.
    RunId, "a run id"
);
text_id!(
    /// A data set, as its manifest names it: `humaneval`.
    DatasetId, "a data set id"
);
text_id!(
    /// A problem inside its data set, as its authors name it: `HumanEval/0`.
    ProblemId, "a problem id"
);
text_id!(
    /// A prompting strategy: `auto`, `completion`, `instruct`.
    StrategyId, "a strategy id"
);

/// A sample's row in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct SampleId(
    #[cfg_attr(feature = "specta", specta(type = specta_typescript::Number))] pub i64,
);
