//! Draws cells of rows by columns, with the legend of their classes.

use plotters::style::RGBColor;

use super::canvas::{Anchor, Canvas, Ink};
use super::{CAPTION, TEXT};
use crate::ReportError;
use crate::figure::{Category, Cell, CellDensity, Emphasis, FillClass, Matrix, Sign};
use crate::fonts::Font;

const LABEL_GAP: f32 = 12.0;
const LINE: f32 = 14.0;
/// Between cells.
const GAP: f32 = 2.0;
const SWATCH: f32 = 13.0;
/// Below this width, a column's name does not fit: it gets a number, and the names stand below.
const LEAST_NAMED: f32 = 56.0;

/// Where everything stands, relative to the drawing's top left corner.
pub(super) struct Layout<'a> {
    matrix: &'a Matrix,
    labels: Vec<Vec<String>>,
    /// What is said of rows in a column of its own, in a dense table; and that column's width.
    details: Vec<Option<String>>,
    detail_width: f32,
    heads: Vec<Vec<String>>,
    left: f32,
    cell: (f32, f32),
    top: f32,
    /// Numbers and names of columns, where they have numbers.
    names: Vec<(f32, f32, String)>,
    names_height: f32,
    legend: Vec<(f32, f32)>,
    legend_height: f32,
}

impl<'a> Layout<'a> {
    pub(super) fn new(matrix: &'a Matrix, width: f32) -> Self {
        let dense = matrix.density == CellDensity::Dense;
        let size = row_size(matrix.density);
        let limit = width * 0.34;
        let labels: Vec<Vec<String>> = matrix
            .rows
            .iter()
            .map(|row| {
                let mut lines = vec![Font::Regular.elide(&row.label, size, limit)];
                if let Some(detail) = row.detail.as_ref().filter(|_| !dense) {
                    lines.push(Font::Regular.elide(detail, CAPTION, limit));
                }
                lines
            })
            .collect();
        // In a dense table a detail stands behind the name, else below it.
        let details: Vec<Option<String>> = matrix
            .rows
            .iter()
            .map(|row| {
                let detail = row.detail.as_ref().filter(|_| dense)?;
                Some(Font::Regular.elide(detail, CAPTION, width * 0.2))
            })
            .collect();
        let detail_width = details
            .iter()
            .flatten()
            .map(|detail| Font::Regular.width(detail, CAPTION) * 1.04 + LABEL_GAP)
            .fold(0.0_f32, f32::max);
        let label_width = labels
            .iter()
            .flatten()
            .map(|line| Font::Regular.width(line, size))
            .fold(0.0_f32, f32::max);
        // Other programs may set the label in a wider font than Inter.
        let left = label_width * 1.04 + LABEL_GAP + detail_width;
        let columns = matrix.columns.len().max(1) as f32;
        let most = if dense { 92.0 } else { 132.0 };
        let cell_width = ((width - left) / columns).clamp(14.0, most);
        let is_numbered = cell_width < LEAST_NAMED;
        let heads: Vec<Vec<String>> = matrix
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                if is_numbered {
                    vec![(i + 1).to_string()]
                } else {
                    head(column, cell_width - 8.0)
                }
            })
            .collect();
        let head_lines = heads.iter().map(Vec::len).max().unwrap_or(1).max(1) as f32;
        let mut names = Vec::new();
        let mut names_height = 0.0;
        if is_numbered {
            let texts: Vec<String> = matrix
                .columns
                .iter()
                .enumerate()
                .map(|(i, column)| format!("{}  {}", i + 1, column.label))
                .collect();
            let (places, height) = flow(&texts, width, 0.0);
            names_height = height + 6.0;
            names = places
                .into_iter()
                .zip(texts)
                .map(|((x, y), text)| (x, y, Font::Regular.elide(&text, CAPTION, width)))
                .collect();
        }
        let texts: Vec<String> = matrix.fills.iter().map(|f| f.label.clone()).collect();
        let (legend, legend_height) = flow(&texts, width, SWATCH + 6.0);
        let has_notes = matrix.cells.iter().any(|c| c.annotation.is_some());
        let height = match (dense, has_notes) {
            (true, _) => 16.0,
            (false, true) => 38.0,
            (false, false) => 26.0,
        };
        Self {
            matrix,
            labels,
            details,
            detail_width,
            heads,
            left,
            cell: (cell_width, height),
            top: LINE + head_lines * LINE + 6.0,
            names,
            names_height,
            legend,
            legend_height,
        }
    }

    fn bottom(&self) -> f32 {
        self.top + self.matrix.rows.len().max(1) as f32 * self.cell.1
    }

    pub(super) fn height(&self) -> f32 {
        self.bottom() + 10.0 + self.names_height + self.legend_height
    }

    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        left: f32,
        top: f32,
    ) -> Result<(), ReportError> {
        let (width, height) = self.cell;
        let x0 = left + self.left;
        let y0 = top + self.top;
        let size = row_size(self.matrix.density);
        let (rows, columns) = (&self.matrix.row_heading, &self.matrix.column_heading);
        let y = y0 - 6.0 - LINE / 2.0;
        let heading = Font::Regular.elide(rows, CAPTION, self.left - LABEL_GAP);
        text(
            canvas,
            &heading,
            (x0 - LABEL_GAP, y),
            CAPTION,
            Ink::Secondary,
            Anchor::End,
        )?;
        text(
            canvas,
            columns,
            (x0 + GAP / 2.0, top + LINE / 2.0),
            CAPTION,
            Ink::Secondary,
            Anchor::Start,
        )?;
        for (i, lines) in self.heads.iter().enumerate() {
            let centre = x0 + (i as f32 + 0.5) * width;
            for (l, line) in lines.iter().enumerate() {
                let y = y0 - 6.0 - LINE * (lines.len() - l) as f32 + LINE / 2.0;
                text(
                    canvas,
                    line,
                    (centre, y),
                    CAPTION,
                    Ink::Text,
                    Anchor::Middle,
                )?;
            }
        }
        for (i, lines) in self.labels.iter().enumerate() {
            let centre = y0 + (i as f32 + 0.5) * height;
            for (l, line) in lines.iter().enumerate() {
                let y = centre + (l as f32 - (lines.len() - 1) as f32 / 2.0) * LINE;
                let (size, ink) = if l == 0 {
                    (size, Ink::Text)
                } else {
                    (CAPTION, Ink::Secondary)
                };
                let x = x0 - LABEL_GAP - self.detail_width;
                text(canvas, line, (x, y), size, ink, Anchor::End)?;
            }
            if let Some(detail) = &self.details[i] {
                let at = (x0 - LABEL_GAP, centre);
                text(canvas, detail, at, CAPTION, Ink::Secondary, Anchor::End)?;
            }
        }
        for cell in &self.matrix.cells {
            let x = x0 + cell.column as f32 * width;
            let y = y0 + cell.row as f32 * height;
            self.draw_cell(canvas, cell, (x, y))?;
        }
        let mut y = top + self.bottom() + 10.0;
        for (x, dy, name) in &self.names {
            let at = (left + x, y + dy + LINE / 2.0);
            text(canvas, name, at, CAPTION, Ink::Secondary, Anchor::Start)?;
        }
        y += self.names_height;
        for (fill, (x, dy)) in self.matrix.fills.iter().zip(&self.legend) {
            let (x, y) = (left + x, y + dy + LINE / 2.0);
            let half = SWATCH / 2.0;
            swatch(canvas, fill, (x, y - half), (SWATCH, SWATCH))?;
            let at = (x + SWATCH + 6.0, y);
            text(
                canvas,
                &fill.label,
                at,
                CAPTION,
                Ink::Secondary,
                Anchor::Start,
            )?;
        }
        Ok(())
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas<'_>,
        cell: &Cell,
        (x, y): (f32, f32),
    ) -> Result<(), ReportError> {
        let (width, height) = self.cell;
        let Some(fill) = self.matrix.fills.get(cell.fill as usize) else {
            return Ok(());
        };
        let inner = (width - GAP, height - GAP);
        let at = (x + GAP / 2.0, y + GAP / 2.0);
        let Some(label) = &cell.label else {
            return swatch(canvas, fill, at, inner);
        };
        ground(canvas, fill, at, inner)?;
        let ink = canvas.mark(&fill.ink);
        let centre = (x + width / 2.0, y + height / 2.0);
        let room = width - GAP - 4.0;
        let size = if self.matrix.density == CellDensity::Dense {
            CAPTION
        } else {
            TEXT
        };
        let note = cell
            .annotation
            .as_deref()
            .filter(|note| Font::Regular.width(note, NOTE) <= room);
        let lift = if note.is_some() { 7.0 } else { 0.0 };
        let font = match cell.emphasis {
            Emphasis::Normal if self.matrix.density == CellDensity::Roomy => Font::SemiBold,
            _ => Font::Regular,
        };
        // A number whose end is cut off is another number: one that does not fit is set smaller.
        let size = size.min(size * room / font.width(label, size).max(1.0));
        canvas.colored_text(
            label,
            (centre.0, centre.1 - lift),
            size,
            ink,
            font == Font::SemiBold,
        )?;
        if let Some(note) = note {
            canvas.colored_text(note, (centre.0, centre.1 + 8.5), NOTE, ink, false)?;
        }
        Ok(())
    }
}

const NOTE: f32 = 9.5;

fn row_size(density: CellDensity) -> f32 {
    match density {
        CellDensity::Roomy => TEXT,
        CellDensity::Dense => CAPTION,
    }
}

fn text(
    canvas: &mut Canvas<'_>,
    text: &str,
    at: (f32, f32),
    size: f32,
    ink: Ink,
    anchor: Anchor,
) -> Result<(), ReportError> {
    canvas.text(text, at.0, at.1, size, ink, anchor, false)
}

/// A column's name on three lines at most, the last of which loses its middle where it is too long.
fn head(column: &Category, limit: f32) -> Vec<String> {
    let mut lines = Font::Regular.wrap(&column.label, CAPTION, limit);
    if lines.len() > 3 {
        let rest = lines.split_off(2).concat();
        lines.push(Font::Regular.elide(&rest, CAPTION, limit));
    }
    if let Some(detail) = &column.detail {
        lines.push(Font::Regular.elide(detail, CAPTION, limit));
    }
    lines
}

/// Places for texts one behind the other, in as many lines as they need; and the height of all. Each has
/// `before` pixels in front of it.
fn flow(texts: &[String], width: f32, before: f32) -> (Vec<(f32, f32)>, f32) {
    const BETWEEN: f32 = 16.0;
    let mut places = Vec::with_capacity(texts.len());
    let (mut x, mut y) = (0.0, 0.0);
    for text in texts {
        let wide = before + Font::Regular.width(text, CAPTION);
        if x > 0.0 && x + wide > width {
            x = 0.0;
            y += LINE + 3.0;
        }
        places.push((x, y));
        x += wide + BETWEEN;
    }
    let height = if texts.is_empty() {
        0.0
    } else {
        y + LINE + 2.0
    };
    (places, height)
}

fn ground(
    canvas: &mut Canvas<'_>,
    fill: &FillClass,
    at: (f32, f32),
    size: (f32, f32),
) -> Result<(), ReportError> {
    let color = canvas.mark(&fill.ground);
    canvas.rect(at, (at.0 + size.0, at.1 + size.1), color)
}

/// A class's ground with its sign.
fn swatch(
    canvas: &mut Canvas<'_>,
    fill: &FillClass,
    at: (f32, f32),
    size: (f32, f32),
) -> Result<(), ReportError> {
    ground(canvas, fill, at, size)?;
    let ink = canvas.mark(&fill.ink);
    let centre = (at.0 + size.0 / 2.0, at.1 + size.1 / 2.0);
    match fill.sign {
        Some(sign) => draw_sign(canvas, sign, centre, ink),
        None => Ok(()),
    }
}

fn draw_sign(
    canvas: &mut Canvas<'_>,
    sign: Sign,
    (x, y): (f32, f32),
    ink: RGBColor,
) -> Result<(), ReportError> {
    match sign {
        Sign::Check => {
            canvas.line((x - 3.6, y + 0.2), (x - 1.0, y + 2.8), 1.5, ink)?;
            canvas.line((x - 1.0, y + 2.8), (x + 3.8, y - 2.8), 1.5, ink)
        }
        Sign::Cross => {
            canvas.line((x - 2.4, y - 2.4), (x + 2.4, y + 2.4), 1.1, ink)?;
            canvas.line((x - 2.4, y + 2.4), (x + 2.4, y - 2.4), 1.1, ink)
        }
        Sign::Half => {
            canvas.disc((x, y), 3.4, ink)?;
            Ok(())
        }
        Sign::Dash => canvas.line((x - 3.0, y), (x + 3.0, y), 1.1, ink),
    }
}
