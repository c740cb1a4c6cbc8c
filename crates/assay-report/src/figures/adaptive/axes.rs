//! Axes of counts and of shares, with round ticks.

use crate::figure::{Axis, NumberFormat, Tick};

/// From nothing to `most`, in round steps.
pub(super) fn count_axis(label: &str, most: f64) -> Axis {
    let step = round_step(most / 5.0);
    let ticks = (0..=(most / step).floor() as u64)
        .map(|n| {
            let value = n as f64 * step;
            Tick {
                value,
                label: NumberFormat::Count.value(value),
            }
        })
        .collect();
    Axis {
        label: label.to_owned(),
        unit: None,
        min: 0.0,
        max: most,
        ticks,
        format: NumberFormat::Count,
    }
}

/// 1, 2 or 5 times a power of ten, at least as large.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(0.1).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|of| of * power)
        .find(|step| *step >= least)
        .unwrap_or(10.0 * power)
}

/// From 0 to a little above `highest`, in tenths or fifths.
pub(super) fn share_axis(label: &str, highest: f64) -> Axis {
    let step = if highest > 0.5 { 0.2 } else { 0.1 };
    let max = ((highest * 1.12).max(step) / step).ceil() * step;
    let ticks = (0..=(max / step).round() as u64)
        .map(|n| {
            let value = n as f64 * step;
            Tick {
                value,
                label: format!("{value:.1}"),
            }
        })
        .collect();
    Axis {
        label: label.to_owned(),
        unit: None,
        min: 0.0,
        max,
        ticks,
        format: NumberFormat::Share,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_a_handful_of_round_ticks() {
        for most in [1.0, 7.0, 40.0, 164.0, 1_230.0, 99_999.0] {
            let axis = count_axis("x", most);
            assert!(
                (2..=11).contains(&axis.ticks.len()),
                "{most}: {}",
                axis.ticks.len()
            );
            assert!(axis.ticks.iter().all(|t| t.value <= axis.max));
        }
        let axis = share_axis("x", 0.93);
        assert_eq!(axis.ticks.last().map(|t| t.label.as_str()), Some("1.2"));
    }
}
