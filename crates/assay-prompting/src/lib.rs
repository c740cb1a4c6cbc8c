//! Prompting strategies: from a [`Problem`] to what a model is sent.
//!
//! A strategy is a file in `strategies/`: id, title, kind, templates, stops. Adding one is adding a file.
//! A template sees the prompt, the entry point and the language of a problem; it is never given the
//! tests or the reference solution, so hidden tests cannot appear in a prompt.

mod error;
mod file;
mod strategies;

pub use assay_core::ResponseMode;
pub use error::PromptingError;
pub use strategies::{AUTO, BuiltPrompt, Strategies, Strategy};
