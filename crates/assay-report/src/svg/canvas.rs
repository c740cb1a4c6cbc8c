//! A drawing surface in CSS pixels, on plotters' SVG backend.
//!
//! plotters draws in whole numbers: the canvas is drawn ten times as large, and a view box brings it
//! back, so that a tenth of a pixel is the finest step.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::Theme;
use crate::ReportError;
use crate::figure::Figure;
use crate::fonts::FAMILY;
use crate::palette::MarkColor;

const SCALE: f32 = 10.0;
/// plotters divides a text's size by this on its way to SVG.
const TEXT_SIZE_FACTOR: f64 = 1.24;

/// What a line or text is for; its colour follows from the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Secondary,
    Axis,
    Grid,
    Ground,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

pub(super) struct Canvas<'a> {
    theme: Theme,
    width: f32,
    height: f32,
    figure: &'a Figure,
    buffer: String,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(theme: Theme, width: f32, height: f32, figure: &'a Figure) -> Self {
        Self {
            theme,
            width,
            height: height.ceil(),
            figure,
            buffer: String::new(),
        }
    }

    pub(super) fn ink(&self, ink: Ink) -> RGBColor {
        let (light, dark, print) = match ink {
            Ink::Text => (0x1b1f24, 0xe8eaed, 0x000000),
            Ink::Secondary => (0x59626d, 0xa3abb6, 0x444a52),
            Ink::Axis => (0x8d96a1, 0x69727e, 0x6f7780),
            Ink::Grid => (0xe4e7eb, 0x2c3138, 0xdcdfe3),
            Ink::Ground => (0xffffff, 0x16191e, 0xffffff),
        };
        rgb(match self.theme {
            Theme::Light => light,
            Theme::Dark => dark,
            Theme::Print => print,
        })
    }

    pub(super) fn mark(&self, color: &MarkColor) -> RGBColor {
        let hex = match self.theme {
            Theme::Dark => &color.dark,
            Theme::Light | Theme::Print => &color.light,
        };
        let digits = hex.trim_start_matches('#');
        rgb(u32::from_str_radix(digits, 16).unwrap_or(0x808080))
    }

    /// Draws one element. Each has a backend of its own over a fresh buffer, of which the inside is
    /// kept: plotters writes the surrounding `<svg>` with sizes that are not ours.
    fn element<E: std::fmt::Display>(
        &mut self,
        draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>,
    ) -> Result<(), ReportError> {
        let failed = |why: String| ReportError::Draw {
            figure: self.figure.id.clone(),
            why,
        };
        let mut part = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut part, (1, 1));
            draw(&mut backend).map_err(|error| failed(error.to_string()))?;
            backend
                .present()
                .map_err(|error| failed(error.to_string()))?;
        }
        let inside = part
            .split_once(">\n")
            .and_then(|(_, rest)| rest.rsplit_once("</svg>"))
            .map_or("", |(inside, _)| inside);
        self.buffer.push_str(inside);
        Ok(())
    }

    pub(super) fn line(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        color: RGBColor,
    ) -> Result<(), ReportError> {
        let style = ShapeStyle {
            color: color.into(),
            filled: false,
            stroke_width: (width * SCALE).round() as u32,
        };
        self.element(|backend| backend.draw_line(point(from), point(to), &style))
    }

    /// A line of dashes: plotters has none.
    pub(super) fn dashed(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        color: RGBColor,
    ) -> Result<(), ReportError> {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let (dash, gap) = (4.0, 3.0);
        let at = |t: f32| {
            let share = (t / length).min(1.0);
            (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            )
        };
        let mut t = 0.0;
        while t < length {
            self.line(at(t), at(t + dash), width, color)?;
            t += dash + gap;
        }
        Ok(())
    }

    pub(super) fn rect(
        &mut self,
        from: (f32, f32),
        to: (f32, f32),
        color: RGBColor,
    ) -> Result<(), ReportError> {
        self.element(|backend| backend.draw_rect(point(from), point(to), &color.filled(), true))
    }

    pub(super) fn disc(
        &mut self,
        centre: (f32, f32),
        radius: f32,
        color: RGBColor,
    ) -> Result<(), ReportError> {
        let radius = (radius * SCALE).round() as u32;
        self.element(|backend| backend.draw_circle(point(centre), radius, &color.filled(), true))
    }

    /// A triangle of this radius around its centre, on its base or on its tip.
    pub(super) fn triangle(
        &mut self,
        centre: (f32, f32),
        radius: f32,
        on_tip: bool,
        color: RGBColor,
    ) -> Result<(), ReportError> {
        let (x, y) = centre;
        let tip = if on_tip { radius } else { -radius };
        let corners = [
            point((x, y + tip)),
            point((x - radius, y - tip * 0.7)),
            point((x + radius, y - tip * 0.7)),
        ];
        self.element(|backend| backend.fill_polygon(corners, &color))
    }

    /// One line of text, its middle at `y`.
    #[expect(clippy::too_many_arguments, reason = "a text has that many properties")]
    pub(super) fn text(
        &mut self,
        text: &str,
        x: f32,
        y: f32,
        size: f32,
        ink: Ink,
        anchor: Anchor,
        bold: bool,
    ) -> Result<(), ReportError> {
        let color = self.ink(ink);
        self.put(text, (x, y), size, color, anchor, bold)
    }

    /// One line of text in a colour of its own, its middle at `at`.
    pub(super) fn colored_text(
        &mut self,
        text: &str,
        at: (f32, f32),
        size: f32,
        color: RGBColor,
        bold: bool,
    ) -> Result<(), ReportError> {
        self.put(text, at, size, color, Anchor::Middle, bold)
    }

    fn put(
        &mut self,
        text: &str,
        (x, y): (f32, f32),
        size: f32,
        color: RGBColor,
        anchor: Anchor,
        bold: bool,
    ) -> Result<(), ReportError> {
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let weight = if bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        };
        let style = TextStyle::from((FAMILY, f64::from(size * SCALE) * TEXT_SIZE_FACTOR, weight))
            .color(&color)
            .pos(Pos::new(horizontal, VPos::Center));
        let text = printable(text);
        // plotters centres by the x-height; figures and capitals are taller.
        let y = y + size * 0.09;
        self.element(|backend| backend.draw_text(&text, &style, point((x, y))))
    }

    /// The document.
    pub(super) fn finish(self) -> Result<String, ReportError> {
        let (width, height) = (self.width, self.height);
        let (inner_width, inner_height) = (width * SCALE, height * SCALE);
        let title = escape(&self.figure.title);
        let summary = escape(&self.figure.summary);
        // A page may hold one figure in both themes.
        let id = match self.theme {
            Theme::Light => format!("{}-light", escape(&self.figure.id)),
            Theme::Dark => format!("{}-dark", escape(&self.figure.id)),
            Theme::Print => format!("{}-print", escape(&self.figure.id)),
        };
        let ground = match self.theme {
            Theme::Print => String::new(),
            Theme::Light | Theme::Dark => {
                let RGBColor(r, g, b) = self.ink(Ink::Ground);
                format!(
                    "<rect width=\"{inner_width}\" height=\"{inner_height}\" \
                     fill=\"#{r:02X}{g:02X}{b:02X}\"/>\n"
                )
            }
        };
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {inner_width} {inner_height}\" role=\"img\" \
             aria-labelledby=\"{id}-title {id}-desc\">\n\
             <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{summary}</desc>\n\
             {ground}{}</svg>\n",
            self.buffer
        ))
    }
}

fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

fn point((x, y): (f32, f32)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

/// Text without the control characters that XML cannot hold.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Text as it stands in XML and HTML, in content and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}
