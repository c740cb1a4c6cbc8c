//! Figures, one file a chart: from what analytics found to a [`crate::Figure`].

pub mod adaptive;
pub mod answers;
pub mod calibration;
mod dates;
pub mod dot_interval;
pub mod flips;
pub mod languages;
pub mod problems;
pub mod published;
pub mod significance;
pub mod tradeoff;
pub mod trend;

use crate::figure::{FillClass, Sign};
use crate::palette::{Ground, shade};

pub(crate) use dates::day;

/// A class of cells with its colours.
fn class(label: impl Into<String>, (ground, ink): Ground, sign: Option<Sign>) -> FillClass {
    FillClass {
        label: label.into(),
        ground: shade(ground),
        ink: shade(ink),
        sign,
    }
}

/// The ground of a cell of which nothing is known: the page's own.
const BLANK: Ground = (("#ffffff", "#16191e"), ("#59626d", "#a3abb6"));
