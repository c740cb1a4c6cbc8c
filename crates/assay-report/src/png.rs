//! Figures as PNG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use crate::figure::Figure;
use crate::svg::{self, Style};
use crate::{ReportError, fonts};

/// A figure as PNG, `scale` pixels for each CSS pixel (2 for slides, 4 for print at 384 dpi).
///
/// # Errors
/// When the figure cannot be drawn, or not at this scale.
pub fn draw(figure: &Figure, style: Style, scale: f32) -> Result<Vec<u8>, ReportError> {
    let tree = tree(figure, style)?;
    let size = tree.size().to_int_size().scale_by(scale);
    let (width, height) = size.map_or((0, 0), |s| (s.width(), s.height()));
    let too_large = || ReportError::TooLarge {
        figure: figure.id.clone(),
        width,
        height,
    };
    let mut pixels = Pixmap::new(width, height).ok_or_else(too_large)?;
    let fit = Transform::from_scale(
        width as f32 / tree.size().width(),
        height as f32 / tree.size().height(),
    );
    resvg::render(&tree, fit, &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| too_large())
}

/// The drawn figure, parsed with the fonts that ship with the program and no others.
pub(crate) fn tree(figure: &Figure, style: Style) -> Result<usvg::Tree, ReportError> {
    let text = svg::draw(figure, style)?;
    let options = usvg::Options {
        fontdb: fonts::database(),
        font_family: "Inter".to_owned(),
        ..usvg::Options::default()
    };
    usvg::Tree::from_str(&text, &options).map_err(|error| ReportError::Draw {
        figure: figure.id.clone(),
        why: error.to_string(),
    })
}
