//! Figures as SVG: on paper, in exported files and in reports.

pub(crate) mod canvas;
mod dot_interval;
mod matrix;
mod scatter;
mod timeline;

use crate::ReportError;
use crate::figure::{DotInterval, Drawing, Figure};
use crate::fonts::Font;
use canvas::{Anchor, Canvas, Ink};

/// What the figure is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Theme {
    Light,
    Dark,
    /// Light without a ground: for paper.
    Print,
}

/// What stands around the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frame {
    /// Title, subtitle and caption are part of the picture: for a figure that stands alone.
    Full,
    /// The drawing alone: its surroundings are set around it.
    Bare,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    pub theme: Theme,
    pub frame: Frame,
    /// Width in CSS pixels, at least 240; the height follows from the content.
    pub width: u32,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            theme: Theme::Light,
            frame: Frame::Full,
            width: 760,
        }
    }
}

const MARGIN: f32 = 16.0;
const TITLE: f32 = 15.0;
const TEXT: f32 = 12.0;
const CAPTION: f32 = 10.5;

/// A figure as an SVG document with title and description for who cannot see it. The same figure and
/// style give the same bytes.
///
/// # Errors
/// When plotters cannot draw it.
pub fn draw(figure: &Figure, style: Style) -> Result<String, ReportError> {
    let width = style.width.max(240) as f32;
    let margin = match style.frame {
        Frame::Full => MARGIN,
        Frame::Bare => 0.0,
    };
    let inner = width - 2.0 * margin;
    let (title, subtitle, caption) = match style.frame {
        Frame::Full => (
            Font::SemiBold.wrap(&figure.title, TITLE, inner),
            figure
                .subtitle
                .as_deref()
                .map(|text| Font::Regular.wrap(text, TEXT, inner))
                .unwrap_or_default(),
            Font::Regular.wrap(&figure.caption, CAPTION, inner),
        ),
        Frame::Bare => Default::default(),
    };
    let mut height = margin;
    height += title.len() as f32 * TITLE * 1.3 + subtitle.len() as f32 * TEXT * 1.4;
    if !title.is_empty() {
        height += 10.0;
    }
    let top = height;
    let layout = Layout::new(&figure.drawing, inner);
    height += layout.height();
    if !caption.is_empty() {
        height += 12.0 + caption.len() as f32 * CAPTION * 1.45;
    }
    height += margin;

    let mut canvas = Canvas::new(style.theme, width, height, figure);
    let mut y = margin;
    for line in &title {
        y += TITLE * 1.3;
        canvas.text(
            line,
            margin,
            y - TITLE * 0.65,
            TITLE,
            Ink::Text,
            Anchor::Start,
            true,
        )?;
    }
    for line in &subtitle {
        y += TEXT * 1.4;
        canvas.text(
            line,
            margin,
            y - TEXT * 0.7,
            TEXT,
            Ink::Secondary,
            Anchor::Start,
            false,
        )?;
    }
    layout.draw(&mut canvas, margin, top)?;
    let mut y = top + layout.height() + 12.0;
    for line in &caption {
        y += CAPTION * 1.45;
        canvas.text(
            line,
            margin,
            y - CAPTION * 0.72,
            CAPTION,
            Ink::Secondary,
            Anchor::Start,
            false,
        )?;
    }
    canvas.finish()
}

/// Where everything of a drawing stands, by its kind.
enum Layout<'a> {
    DotInterval(&'a DotInterval, dot_interval::Layout),
    Matrix(matrix::Layout<'a>),
    Scatter(scatter::Layout<'a>),
    Timeline(timeline::Layout<'a>),
}

impl<'a> Layout<'a> {
    fn new(drawing: &'a Drawing, width: f32) -> Self {
        match drawing {
            Drawing::DotInterval(plot) => {
                Self::DotInterval(plot, dot_interval::Layout::new(plot, width))
            }
            Drawing::Matrix(matrix) => Self::Matrix(matrix::Layout::new(matrix, width)),
            Drawing::Scatter(plot) => Self::Scatter(scatter::Layout::new(plot, width)),
            Drawing::Timeline(plot) => Self::Timeline(timeline::Layout::new(plot, width)),
        }
    }

    fn height(&self) -> f32 {
        match self {
            Self::DotInterval(_, layout) => layout.height(),
            Self::Matrix(layout) => layout.height(),
            Self::Scatter(layout) => layout.height(),
            Self::Timeline(layout) => layout.height(),
        }
    }

    fn draw(&self, canvas: &mut Canvas<'_>, left: f32, top: f32) -> Result<(), ReportError> {
        match self {
            Self::DotInterval(plot, layout) => layout.draw(plot, canvas, left, top),
            Self::Matrix(layout) => layout.draw(canvas, left, top),
            Self::Scatter(layout) => layout.draw(canvas, left, top),
            Self::Timeline(layout) => layout.draw(canvas, left, top),
        }
    }
}
