//! Figures, one file a chart: from what analytics found to a [`crate::Figure`].

pub mod calibration;
pub mod dot_interval;
