//! What crosses to the fronts. Core records cross as they are; what is made for a page is here.

mod check;
mod compare;
mod keys;
mod library;
mod outcome;
mod report;
mod runs;
mod samples;

pub use check::*;
pub use compare::*;
pub use keys::*;
pub use library::*;
pub use outcome::*;
pub use report::*;
pub use runs::*;
pub use samples::*;
