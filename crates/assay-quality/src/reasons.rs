//! A part's number as it is lowered, each time with its reason.

use assay_core::{QualityPart, QualityReason};

#[derive(Debug)]
pub(crate) struct Part {
    part: QualityPart,
    value: f64,
    pub reasons: Vec<QualityReason>,
}

impl Part {
    pub(crate) fn full(part: QualityPart) -> Self {
        Self {
            part,
            value: 1.0,
            reasons: Vec::new(),
        }
    }

    /// Keeps the share `factor` of what the number is.
    pub(crate) fn lower(&mut self, factor: f64, why: impl Into<String>) {
        self.value *= factor.clamp(0.0, 1.0);
        self.reasons.push(QualityReason {
            part: self.part,
            text: why.into(),
        });
    }

    pub(crate) fn value(&self) -> f64 {
        self.value
    }
}
