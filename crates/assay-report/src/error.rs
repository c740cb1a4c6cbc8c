//! What can go wrong in drawing and setting.

use assay_core::Coded;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A font that ships inside the program cannot be read: the build is broken.
    #[error("failed to read the font '{name}' that ships with the program")]
    Font { name: &'static str },
    #[error("failed to draw the figure '{figure}': {why}")]
    Draw { figure: String, why: String },
    #[error("failed to paint the figure '{figure}' in {width} × {height} pixels")]
    TooLarge {
        figure: String,
        width: u32,
        height: u32,
    },
    #[error("failed to write the PDF: {why}")]
    Pdf { why: String },
}

impl Coded for ReportError {
    fn code(&self) -> &'static str {
        match self {
            Self::Font { .. } => "font-broken",
            Self::Draw { .. } => "figure-not-drawn",
            Self::TooLarge { .. } => "figure-too-large",
            Self::Pdf { .. } => "pdf-not-written",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::TooLarge { .. } => Some("ask for a smaller scale, or for SVG".to_owned()),
            Self::Font { .. } => Some("install the program again".to_owned()),
            _ => None,
        }
    }
}
