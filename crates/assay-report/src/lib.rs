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
mod html;
mod markdown;
pub mod methods;
pub mod palette;
mod pdf;
pub mod png;
mod power;
pub mod report;
mod run_section;
mod section;
pub mod svg;
pub mod tables;

pub use error::ReportError;
pub use figure::{Drawing, Figure, Table};
pub use html::html;
pub use markdown::{csv, markdown};
pub use palette::{Colors, MarkColor};
pub use pdf::{figure_pdf, pdf};
pub use power::power_in_words;
pub use report::{FailureRow, Report, transport_word};
pub use run_section::RunSection;
pub use section::Section;

/// A figure as an SVG file: light, with title and caption, 760 CSS pixels wide.
///
/// # Errors
/// As [`svg::draw`].
pub fn figure_svg(figure: &Figure) -> Result<String, ReportError> {
    svg::draw(figure, svg::Style::default())
}

/// The same as a PNG file, two pixels for each CSS pixel.
///
/// # Errors
/// As [`png::draw`].
pub fn figure_png(figure: &Figure) -> Result<Vec<u8>, ReportError> {
    png::draw(figure, svg::Style::default(), 2.0)
}

/// What a figure shows, as CSV.
pub fn figure_csv(figure: &Figure) -> String {
    tables::csv(&figure.table)
}
