//! From a problem to what a model is sent.
//!
//! A [`Strategy`] is one way to ask, a file in `strategies/` or one of the user's. [`Strategies::plan`] puts it together with a
//! [`PublicProblem`] and what is known of the model ([`ModelFacts`]) into a [`Plan`], which makes the prompts turn by turn.
//! A [`Family`] says how models of one make are spoken to where their server does not know it.
//!
//! Nothing here ever holds a problem's tests or its reference solution, except [`ExamplePool`], which shows the solutions of *other*
//! problems: what templates see is made from a [`PublicProblem`], and that type has neither.

mod context;
mod docstring;
mod error;
mod family;
mod file;
mod parts;
mod plan;
mod pool;
mod public;
mod render;
mod strategies;
mod strategy;

pub use context::{CONTEXT_VERSION, Context, ContextInput, FEATURES, Feature, size_in_billions};
pub use docstring::PublicExample;
pub use error::{Place, PromptingError};
pub use family::{Families, Family, FillInTheMiddle, ModelFacts};
pub use plan::{BuiltPrompt, Feedback, FeedbackKind, Plan, PlannedTurn, TurnReply};
pub use pool::{Example, ExamplePool};
pub use public::PublicProblem;
pub use strategies::{ADAPTIVE, AUTO, Loaded, Strategies, WrongFile};
pub use strategy::{Join, Strategy, StrategyKind};
