//! Draws rows of dots with intervals.

use super::canvas::{Anchor, Canvas, Ink};
use super::{CAPTION, TEXT};
use crate::ReportError;
use crate::figure::{DotInterval, Emphasis, Mark, Reference};
use crate::fonts::Font;

const LABEL_GAP: f32 = 14.0;
const VALUE_GAP: f32 = 18.0;
const ANNOTATION_GAP: f32 = 10.0;
const LINE_HEIGHT: f32 = 15.0;
/// Between the marks of one category.
const MARK_GAP: f32 = 14.0;
const AXIS_HEIGHT: f32 = 42.0;
const REFERENCE_HEIGHT: f32 = 16.0;
const RADIUS: f32 = 4.6;

/// Where everything stands, relative to the drawing's top left corner.
pub(super) struct Layout {
    /// Lines of each category's label, at most two.
    labels: Vec<Vec<String>>,
    row_heights: Vec<f32>,
    plot_left: f32,
    plot_right: f32,
    plot_top: f32,
    /// Right ends of value and annotation.
    value_right: f32,
    annotation_right: f32,
}

impl Layout {
    pub(super) fn new(plot: &DotInterval, width: f32) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = f32>| texts.fold(0.0_f32, f32::max);
        let value_width = widest(
            &mut plot
                .marks
                .iter()
                .map(|m| Font::SemiBold.width(&m.label, TEXT)),
        );
        let annotation_width = widest(
            &mut plot
                .marks
                .iter()
                .filter_map(|m| Some(Font::Regular.width(m.annotation.as_deref()?, CAPTION))),
        );
        let limit = width * 0.36;
        let labels: Vec<Vec<String>> = plot
            .categories
            .iter()
            .map(|category| {
                // A detail takes the second line.
                let mut lines = match &category.detail {
                    Some(_) => vec![Font::Regular.elide(&category.label, TEXT, limit)],
                    None => two_lines(&category.label, limit),
                };
                if let Some(detail) = &category.detail {
                    lines.push(Font::Regular.elide(detail, TEXT, limit));
                }
                lines
            })
            .collect();
        let label_width = widest(
            &mut labels
                .iter()
                .flatten()
                .map(|line| Font::Regular.width(line, TEXT)),
        );
        let spacing: f32 = if plot.categories.len() > 14 {
            9.0
        } else {
            17.0
        };
        let row_heights = plot
            .categories
            .iter()
            .zip(&labels)
            .map(|(category, lines)| {
                let marks = plot
                    .marks
                    .iter()
                    .filter(|m| m.category == category.key)
                    .count();
                let marks = (marks.max(1) - 1) as f32 * MARK_GAP + LINE_HEIGHT;
                marks.max(lines.len() as f32 * LINE_HEIGHT) + spacing
            })
            .collect();
        let annotation_right = width;
        let value_right = if annotation_width > 0.0 {
            width - annotation_width - ANNOTATION_GAP
        } else {
            width
        };
        let is_labelled = plot.references.iter().any(|r| label_of(r).is_some());
        Self {
            labels,
            row_heights,
            // Other programs may set the label in a wider font than Inter.
            plot_left: label_width * 1.04 + LABEL_GAP,
            plot_right: value_right - value_width - VALUE_GAP,
            plot_top: if is_labelled { REFERENCE_HEIGHT } else { 0.0 },
            value_right,
            annotation_right,
        }
    }

    fn plot_bottom(&self) -> f32 {
        self.plot_top + self.row_heights.iter().sum::<f32>().max(LINE_HEIGHT * 2.0)
    }

    pub(super) fn height(&self) -> f32 {
        self.plot_bottom() + AXIS_HEIGHT
    }

    pub(super) fn draw(
        &self,
        plot: &DotInterval,
        canvas: &mut Canvas<'_>,
        left: f32,
        top: f32,
    ) -> Result<(), ReportError> {
        let (x0, x1) = (left + self.plot_left, left + self.plot_right);
        let (y0, y1) = (top + self.plot_top, top + self.plot_bottom());
        let span = (plot.x.max - plot.x.min).max(f64::MIN_POSITIVE);
        let x = |value: f64| {
            let share = ((value - plot.x.min) / span).clamp(0.0, 1.0) as f32;
            x0 + share * (x1 - x0)
        };

        for reference in &plot.references {
            if let Reference::Band { low, high, .. } = reference {
                let grid = canvas.ink(Ink::Grid);
                canvas.rect((x(*low), y0), (x(*high), y1), grid)?;
            }
        }
        let mut free_from = f32::MIN;
        for tick in &plot.x.ticks {
            let at = x(tick.value);
            let grid = canvas.ink(Ink::Grid);
            canvas.line((at, y0), (at, y1), 1.0, grid)?;
            // On a narrow drawing a label that would touch its neighbour is left out.
            let half = Font::Regular.width(&tick.label, CAPTION) / 2.0;
            if at - half >= free_from {
                canvas.text(
                    &tick.label,
                    at,
                    y1 + 11.0,
                    CAPTION,
                    Ink::Secondary,
                    Anchor::Middle,
                    false,
                )?;
                free_from = at + half + 6.0;
            }
        }
        let axis = canvas.ink(Ink::Axis);
        canvas.line((x0, y1), (x1, y1), 1.0, axis)?;
        let axis_label = match &plot.x.unit {
            Some(unit) if unit != "%" => format!("{} ({unit})", plot.x.label),
            _ => plot.x.label.clone(),
        };
        let axis_label = Font::Regular.elide(&axis_label, CAPTION, self.annotation_right);
        let half = Font::Regular.width(&axis_label, CAPTION) / 2.0;
        let centre = ((x0 + x1) / 2.0).clamp(left + half, left + self.annotation_right - half);
        canvas.text(
            &axis_label,
            centre,
            y1 + 30.0,
            CAPTION,
            Ink::Secondary,
            Anchor::Middle,
            false,
        )?;

        for reference in &plot.references {
            let at = match reference {
                Reference::Line { value, .. } => x(*value),
                Reference::Band { low, high, .. } => (x(*low) + x(*high)) / 2.0,
            };
            if matches!(reference, Reference::Line { .. }) {
                canvas.dashed((at, y0), (at, y1), 1.0, axis)?;
            }
            if let Some(label) = label_of(reference) {
                let y = y0 - REFERENCE_HEIGHT / 2.0;
                canvas.text(label, at, y, CAPTION, Ink::Secondary, Anchor::Middle, false)?;
            }
        }

        let mut y = y0;
        for (i, category) in plot.categories.iter().enumerate() {
            let height = self.row_heights[i];
            let centre = y + height / 2.0;
            let lines = &self.labels[i];
            let plain = lines.len() - usize::from(category.detail.is_some());
            for (l, line) in lines.iter().enumerate() {
                let at = centre + (l as f32 - (lines.len() - 1) as f32 / 2.0) * LINE_HEIGHT;
                let ink = if l < plain { Ink::Text } else { Ink::Secondary };
                canvas.text(line, x0 - LABEL_GAP, at, TEXT, ink, Anchor::End, false)?;
            }
            let marks: Vec<&Mark> = plot
                .marks
                .iter()
                .filter(|m| m.category == category.key)
                .collect();
            for (m, mark) in marks.iter().enumerate() {
                let at = centre + (m as f32 - (marks.len() - 1) as f32 / 2.0) * MARK_GAP;
                self.draw_mark(mark, canvas, &x, left, at)?;
            }
            y += height;
        }
        Ok(())
    }

    fn draw_mark(
        &self,
        mark: &Mark,
        canvas: &mut Canvas<'_>,
        x: &impl Fn(f64) -> f32,
        left: f32,
        y: f32,
    ) -> Result<(), ReportError> {
        let color = canvas.mark(&mark.color);
        let (low, high) = (x(mark.low), x(mark.high));
        canvas.line((low, y), (high, y), 2.0, color)?;
        for end in [low, high] {
            canvas.line((end, y - 3.5), (end, y + 3.5), 1.6, color)?;
        }
        canvas.disc((x(mark.value), y), RADIUS, color)?;
        if mark.emphasis == Emphasis::Muted {
            let ground = canvas.ink(Ink::Ground);
            canvas.disc((x(mark.value), y), RADIUS - 1.7, ground)?;
        }
        let (ink, bold) = match mark.emphasis {
            Emphasis::Normal => (Ink::Text, true),
            Emphasis::Muted => (Ink::Secondary, false),
        };
        canvas.text(
            &mark.label,
            left + self.value_right,
            y,
            TEXT,
            ink,
            Anchor::End,
            bold,
        )?;
        if let Some(annotation) = &mark.annotation {
            let at = left + self.annotation_right;
            canvas.text(
                annotation,
                at,
                y,
                CAPTION,
                Ink::Secondary,
                Anchor::End,
                false,
            )?;
        }
        Ok(())
    }
}

fn label_of(reference: &Reference) -> Option<&str> {
    match reference {
        Reference::Line { label, .. } | Reference::Band { label, .. } => label.as_deref(),
    }
}

/// A label on one line, or on two of which the second loses its middle where it is too long.
fn two_lines(label: &str, limit: f32) -> Vec<String> {
    let lines = Font::Regular.wrap(label, TEXT, limit);
    if lines.len() <= 2 {
        return lines;
    }
    let rest = label
        .strip_prefix(lines[0].as_str())
        .map_or_else(|| lines[1..].concat(), |rest| rest.trim_start().to_owned());
    vec![lines[0].clone(), Font::Regular.elide(&rest, TEXT, limit)]
}
