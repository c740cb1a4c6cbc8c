//! Draws lines over time: dots with their intervals, triangles where a step is significant, dashes where a level changed.

use super::canvas::{Anchor, Canvas, Ink};
use super::{CAPTION, TEXT};
use crate::ReportError;
use crate::figure::{Axis, Emphasis, TimeLine, TimePoint, Timeline};
use crate::fonts::Font;

const PLOT_HEIGHT: f32 = 300.0;
/// Above the plot stands what its y axis is.
const HEAD: f32 = 24.0;
const FOOT: f32 = 42.0;
const RADIUS: f32 = 4.2;
/// Between the middles of two labels at the lines' ends.
const LABEL_STEP: f32 = 15.0;
const LABEL_MOST: f32 = 190.0;
/// Lines beyond so many have no label of their own: there is no room for more.
const LABELS: usize = 18;

pub(super) struct Layout<'a> {
    plot: &'a Timeline,
    x0: f32,
    x1: f32,
}

impl<'a> Layout<'a> {
    pub(super) fn new(plot: &'a Timeline, width: f32) -> Self {
        let widest = |labels: &mut dyn Iterator<Item = &'a str>, size: f32| {
            labels
                .map(|label| Font::Regular.width(label, size))
                .fold(0.0_f32, f32::max)
        };
        let ticks = widest(&mut plot.y.ticks.iter().map(|t| t.label.as_str()), CAPTION);
        let ends = if plot.lines.len() > 1 {
            let labels = widest(&mut plot.lines.iter().map(|l| l.label.as_str()), TEXT);
            labels.min(LABEL_MOST).min(width * 0.35) + 16.0
        } else {
            8.0
        };
        Self {
            plot,
            x0: ticks * 1.04 + 10.0,
            x1: width - ends,
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
        let at = |point: &TimePoint| {
            (
                x0 + share(&plot.x, point.x) * (x1 - x0),
                y1 - share(&plot.y, point.y) * (y1 - y0),
            )
        };
        self.axes(canvas, left, top)?;
        for line in &plot.lines {
            self.level(canvas, line, (x0, x1), (y0, y1))?;
        }
        for line in &plot.lines {
            let color = canvas.mark(&line.color);
            for pair in line.points.windows(2) {
                canvas.line(at(&pair[0]), at(&pair[1]), 0.9, color)?;
            }
            for point in &line.points {
                let (x, _) = at(point);
                let y = |value: f64| y1 - share(&plot.y, value) * (y1 - y0);
                canvas.line((x, y(point.y_low)), (x, y(point.y_high)), 1.6, color)?;
            }
            for point in &line.points {
                canvas.disc(at(point), RADIUS, color)?;
                if point.emphasis == Emphasis::Muted {
                    let ground = canvas.ink(Ink::Ground);
                    canvas.disc(at(point), RADIUS - 1.6, ground)?;
                }
            }
        }
        for point in plot.lines.iter().flat_map(|line| &line.points) {
            let (x, _) = at(point);
            let y = |value: f64| y1 - share(&plot.y, value) * (y1 - y0);
            step(canvas, point, x, y(point.y_high), y(point.y_low), y1)?;
        }
        if plot.lines.len() > 1 {
            self.ends(canvas, x1 + 10.0, (y0, y1))?;
        }
        Ok(())
    }

    fn axes(&self, canvas: &mut Canvas<'_>, left: f32, top: f32) -> Result<(), ReportError> {
        let plot = self.plot;
        let (x0, x1) = (left + self.x0, left + self.x1);
        let (y0, y1) = (top + HEAD, top + HEAD + PLOT_HEIGHT);
        let (grid, axis) = (canvas.ink(Ink::Grid), canvas.ink(Ink::Axis));
        let say = |canvas: &mut Canvas<'_>, text: &str, at: (f32, f32), anchor| {
            canvas.text(text, at.0, at.1, CAPTION, Ink::Secondary, anchor, false)
        };
        for tick in &plot.y.ticks {
            let at = y1 - share(&plot.y, tick.value) * (y1 - y0);
            canvas.line((x0, at), (x1, at), 1.0, grid)?;
            say(canvas, &tick.label, (x0 - 8.0, at), Anchor::End)?;
        }
        let mut free_from = f32::MIN;
        for tick in &plot.x.ticks {
            let at = x0 + share(&plot.x, tick.value) * (x1 - x0);
            canvas.line((at, y0), (at, y1), 1.0, grid)?;
            // A label that would touch its neighbour, or leave the drawing, is left out.
            let half = Font::Regular.width(&tick.label, CAPTION) / 2.0;
            if at - half >= free_from.max(left) && at + half <= x1 + 8.0 {
                say(canvas, &tick.label, (at, y1 + 12.0), Anchor::Middle)?;
                free_from = at + half + 8.0;
            }
        }
        canvas.line((x0, y1), (x1, y1), 1.0, axis)?;
        canvas.line((x0, y0), (x0, y1), 1.0, axis)?;
        say(canvas, &plot.y.label, (left, top + 7.0), Anchor::Start)?;
        say(
            canvas,
            &plot.x.label,
            ((x0 + x1) / 2.0, y1 + 31.0),
            Anchor::Middle,
        )
    }

    /// The mean before a change and after it.
    fn level(
        &self,
        canvas: &mut Canvas<'_>,
        line: &TimeLine,
        (x0, x1): (f32, f32),
        (y0, y1): (f32, f32),
    ) -> Result<(), ReportError> {
        let (Some(change), Some(first), Some(last)) =
            (&line.change, line.points.first(), line.points.last())
        else {
            return Ok(());
        };
        let x = |value: f64| x0 + share(&self.plot.x, value) * (x1 - x0);
        let y = |value: f64| y1 - share(&self.plot.y, value) * (y1 - y0);
        let ink = canvas.ink(Ink::Secondary);
        let (before, after, at) = (y(change.before), y(change.after), x(change.x));
        canvas.dashed((x(first.x), before), (at, before), 1.2, ink)?;
        canvas.dashed((at, before), (at, after), 1.2, ink)?;
        canvas.dashed((at, after), (x(last.x), after), 1.2, ink)?;
        if self.plot.lines.len() == 1 {
            // Beside the higher level, on the side where the line is lower, unless there is no room.
            let width = Font::Regular.width(&change.label, CAPTION);
            let fell = change.after < change.before;
            let (from, anchor) = if (fell && at + 8.0 + width <= x1) || at - 8.0 - width < x0 {
                (at + 7.0, Anchor::Start)
            } else {
                (at - 7.0, Anchor::End)
            };
            canvas.text(
                &change.label,
                from,
                before.min(after),
                CAPTION,
                Ink::Secondary,
                anchor,
                false,
            )?;
        }
        Ok(())
    }

    /// The lines' names beside their last points, moved apart where they would touch.
    fn ends(
        &self,
        canvas: &mut Canvas<'_>,
        left: f32,
        (y0, y1): (f32, f32),
    ) -> Result<(), ReportError> {
        let mut ends: Vec<(f32, &TimeLine)> = self
            .plot
            .lines
            .iter()
            .filter_map(|line| {
                let last = line.points.last()?;
                Some((y1 - share(&self.plot.y, last.y) * (y1 - y0), line))
            })
            .take(LABELS)
            .collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut free_from = y0;
        let places: Vec<f32> = ends
            .iter()
            .map(|(y, _)| {
                let at = y.max(free_from);
                free_from = at + LABEL_STEP;
                at
            })
            .collect();
        // What was pushed below the plot moves up with all that it would touch.
        let mut free_to = y1;
        let mut moved = places.clone();
        for place in moved.iter_mut().rev() {
            *place = place.min(free_to);
            free_to = *place - LABEL_STEP;
        }
        for ((_, line), y) in ends.iter().zip(moved) {
            let color = canvas.mark(&line.color);
            canvas.disc((left + 3.0, y), 3.0, color)?;
            let text = Font::Regular.elide(&line.label, TEXT, LABEL_MOST);
            canvas.text(&text, left + 11.0, y, TEXT, Ink::Text, Anchor::Start, false)?;
        }
        Ok(())
    }
}

/// A triangle with its number: below the interval where it points down, above where it points up; on the other side
/// where there is no room.
fn step(
    canvas: &mut Canvas<'_>,
    point: &TimePoint,
    x: f32,
    high: f32,
    low: f32,
    bottom: f32,
) -> Result<(), ReportError> {
    let Some(step) = &point.step else {
        return Ok(());
    };
    let color = canvas.mark(&step.color);
    let below = step.is_worse && low + 26.0 <= bottom;
    let middle = if below { low + 9.0 } else { high - 9.0 };
    canvas.triangle((x, middle), 4.5, step.is_worse, color)?;
    let text = if below { middle + 12.0 } else { middle - 12.0 };
    canvas.colored_text(&step.label, (x, text), CAPTION, color, true)
}

/// Where a value stands between the ends of an axis, from 0 to 1.
fn share(axis: &Axis, value: f64) -> f32 {
    ((value - axis.min) / (axis.max - axis.min).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0) as f32
}
