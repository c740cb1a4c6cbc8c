//! Figures, and reports around them.
//!
//! A [`Figure`] says what a chart shows; the window draws it with its own means, [`svg`] and [`png`]
//! draw it on paper, and both agree because there is nothing else to draw from. A [`Report`] is
//! figures, tables and everything needed to do the runs again, set as HTML, PDF, Markdown or CSV.
//! The same input gives the same bytes.

mod error;
pub mod figure;
pub mod figures;
mod fonts;
pub mod format;
pub mod palette;
pub mod png;
pub mod svg;
pub mod tables;

pub use error::ReportError;
pub use figure::{Drawing, Figure, Table};
pub use palette::{Colors, MarkColor};
