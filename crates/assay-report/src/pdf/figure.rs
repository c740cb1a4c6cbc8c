//! One figure as a PDF page of its own size, for documents that take figures as PDF.

use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

use crate::figure::Figure;
use crate::svg::{Frame, Style, Theme};
use crate::{ReportError, png};

/// Points for each CSS pixel.
const POINTS: f32 = 0.75;

/// The figure with title and caption, as vectors, on a page that is as large as it is. The same figure
/// gives the same bytes.
///
/// # Errors
/// When the figure cannot be drawn or the file cannot be written.
pub fn figure_pdf(figure: &Figure) -> Result<Vec<u8>, ReportError> {
    let failed = |why: String| ReportError::Pdf { why };
    let style = Style {
        theme: Theme::Print,
        frame: Frame::Full,
        ..Style::default()
    };
    let tree = png::tree(figure, style)?;
    let (width, height) = (tree.size().width() * POINTS, tree.size().height() * POINTS);
    let settings = PageSettings::from_wh(width, height)
        .ok_or_else(|| failed("the page has no size".to_owned()))?;
    let size =
        Size::from_wh(width, height).ok_or_else(|| failed("the drawing has no size".to_owned()))?;
    let mut document = Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let drawn = surface.draw_svg(&tree, size, SvgSettings::default());
    surface.finish();
    page.finish();
    drawn.ok_or_else(|| failed("the drawing has no size".to_owned()))?;
    document.set_metadata(
        Metadata::new()
            .title(figure.title.clone())
            .language("en".to_owned()),
    );
    document
        .finish()
        .map_err(|error| failed(format!("{error:?}")))
}
