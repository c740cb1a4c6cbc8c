//! Draws dots over two axes, with their intervals and the front that no one beats.

use super::canvas::{Anchor, Canvas, Ink};
use super::{CAPTION, TEXT};
use crate::ReportError;
use crate::figure::{Axis, Emphasis, Point, Scale, Scatter};
use crate::fonts::Font;

const PLOT_HEIGHT: f32 = 330.0;
/// Above the plot stands what its y axis is.
const HEAD: f32 = 24.0;
const FOOT: f32 = 42.0;
const RADIUS: f32 = 4.6;
const LABEL_HEIGHT: f32 = 14.0;
/// No label is wider: names of models may be as long as a line.
const LABEL_MOST: f32 = 210.0;

pub(super) struct Layout<'a> {
    plot: &'a Scatter,
    x0: f32,
    x1: f32,
}

/// A box on the canvas: left, top, right, bottom.
type Area = (f32, f32, f32, f32);

impl<'a> Layout<'a> {
    pub(super) fn new(plot: &'a Scatter, width: f32) -> Self {
        let ticks = plot
            .y
            .ticks
            .iter()
            .map(|tick| Font::Regular.width(&tick.label, CAPTION))
            .fold(0.0_f32, f32::max);
        Self {
            plot,
            x0: ticks * 1.04 + 10.0,
            x1: width - 8.0,
        }
    }

    pub(super) fn height(&self) -> f32 {
        HEAD + PLOT_HEIGHT + FOOT
    }

    pub(super) fn draw(
        &self,
        canvas: &mut Canvas<'_>,
        left: f32,
        top: f32,
    ) -> Result<(), ReportError> {
        let plot = self.plot;
        let (x0, x1) = (left + self.x0, left + self.x1);
        let (y0, y1) = (top + HEAD, top + HEAD + PLOT_HEIGHT);
        let x = |value: f64| x0 + share(&plot.x, plot.x_scale, value) * (x1 - x0);
        let y = |value: f64| y1 - share(&plot.y, Scale::Linear, value) * (y1 - y0);
        let (grid, axis) = (canvas.ink(Ink::Grid), canvas.ink(Ink::Axis));
        let say = |canvas: &mut Canvas<'_>, text: &str, at: (f32, f32), anchor| {
            canvas.text(text, at.0, at.1, CAPTION, Ink::Secondary, anchor, false)
        };
        for tick in &plot.y.ticks {
            let at = y(tick.value);
            canvas.line((x0, at), (x1, at), 1.0, grid)?;
            say(canvas, &tick.label, (x0 - 8.0, at), Anchor::End)?;
        }
        let mut free_from = f32::MIN;
        for tick in &plot.x.ticks {
            let at = x(tick.value);
            canvas.line((at, y0), (at, y1), 1.0, grid)?;
            // On a narrow drawing a label that would touch its neighbour is left out.
            let half = Font::Regular.width(&tick.label, CAPTION) / 2.0;
            if at - half >= free_from {
                let at = at.min(x1 + 8.0 - half);
                say(canvas, &tick.label, (at, y1 + 12.0), Anchor::Middle)?;
                free_from = at + half + 8.0;
            }
        }
        canvas.line((x0, y1), (x1, y1), 1.0, axis)?;
        canvas.line((x0, y0), (x0, y1), 1.0, axis)?;
        say(canvas, &plot.y.label, (left, top + 7.0), Anchor::Start)?;
        say(
            canvas,
            &format!("↖ {}", plot.better),
            (x1, top + 7.0),
            Anchor::End,
        )?;
        let label = match plot.x_scale {
            Scale::Log => format!("{}, logarithmic", plot.x.label),
            Scale::Linear => plot.x.label.clone(),
        };
        say(canvas, &label, ((x0 + x1) / 2.0, y1 + 31.0), Anchor::Middle)?;

        let at: Vec<(f32, f32)> = plot.points.iter().map(|p| (x(p.x), y(p.y))).collect();
        let front: Vec<(f32, f32)> = plot
            .front
            .iter()
            .filter_map(|i| at.get(*i as usize).copied())
            .collect();
        for (i, (px, py)) in front.iter().enumerate() {
            let (next, rise) = match front.get(i + 1) {
                Some((next, higher)) => (*next, Some(*higher)),
                None => (x1, None),
            };
            canvas.dashed((*px, *py), (next, *py), 1.2, axis)?;
            if let Some(higher) = rise {
                canvas.dashed((next, *py), (next, higher), 1.2, axis)?;
            }
        }
        for (point, (px, py)) in plot.points.iter().zip(&at) {
            let color = canvas.mark(&point.color);
            canvas.line((*px, y(point.y_low)), (*px, y(point.y_high)), 1.4, color)?;
            if let (Some(low), Some(high)) = (point.x_low, point.x_high) {
                canvas.line((x(low), *py), (x(high), *py), 1.4, color)?;
            }
        }
        for (point, place) in plot.points.iter().zip(&at) {
            let color = canvas.mark(&point.color);
            canvas.disc(*place, RADIUS, color)?;
            if point.emphasis == Emphasis::Muted {
                let ground = canvas.ink(Ink::Ground);
                canvas.disc(*place, RADIUS - 1.7, ground)?;
            }
        }
        let area = (x0, y0, x1, y1);
        for (point, (text, at)) in plot.points.iter().zip(place(&plot.points, &at, area)) {
            let ink = match point.emphasis {
                Emphasis::Normal => Ink::Text,
                Emphasis::Muted => Ink::Secondary,
            };
            canvas.text(&text, at.0, at.1, TEXT, ink, Anchor::Start, point.on_front)?;
        }
        Ok(())
    }
}

/// Where a value stands between the ends of an axis, from 0 to 1.
fn share(axis: &Axis, scale: Scale, value: f64) -> f32 {
    let of = |v: f64| match scale {
        Scale::Linear => v,
        Scale::Log => v.max(f64::MIN_POSITIVE).ln(),
    };
    let (low, high) = (of(axis.min), of(axis.max));
    ((of(value) - low) / (high - low).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32
}

/// The points' labels with the places of their left ends: beside, above or below their dots, where they
/// touch neither another dot nor a label that stands already.
fn place(points: &[Point], at: &[(f32, f32)], area: Area) -> Vec<(String, (f32, f32))> {
    let dots: Vec<Area> = at
        .iter()
        .map(|(x, y)| (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS))
        .collect();
    let mut taken: Vec<Area> = Vec::new();
    let mut placed = Vec::with_capacity(points.len());
    for (i, (point, (x, y))) in points.iter().zip(at).enumerate() {
        let font = if point.on_front {
            Font::SemiBold
        } else {
            Font::Regular
        };
        let text = font.elide(&point.label, TEXT, LABEL_MOST);
        let width = font.width(&text, TEXT);
        let candidates = [
            (x + 9.0, *y - 8.0),
            (x + 9.0, *y + 8.0),
            (x - 9.0 - width, *y - 8.0),
            (x - 9.0 - width, *y + 8.0),
            (x + 9.0, *y - 22.0),
            (x - 9.0 - width, *y - 22.0),
            (x + 9.0, *y + 22.0),
            (x - 9.0 - width, *y + 22.0),
        ];
        let boxed = |(left, middle): (f32, f32)| {
            let half = LABEL_HEIGHT / 2.0;
            (left, middle - half, left + width, middle + half)
        };
        let fits = |place: &(f32, f32)| {
            let own = boxed(*place);
            own.0 >= area.0 + 2.0
                && own.2 <= area.2
                && own.1 >= area.1
                && own.3 <= area.3
                && !taken.iter().any(|other| overlap(own, *other))
                && !dots
                    .iter()
                    .enumerate()
                    .any(|(d, dot)| d != i && overlap(own, *dot))
        };
        let fallback = (
            (x + 9.0).min(area.2 - width).max(area.0 + 2.0),
            (*y - 8.0).max(area.1 + LABEL_HEIGHT / 2.0),
        );
        let chosen = candidates.into_iter().find(fits).unwrap_or(fallback);
        taken.push(boxed(chosen));
        placed.push((text, chosen));
    }
    placed
}

fn overlap(a: Area, b: Area) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}
