//! Values of `config.json`, each as what it must be.

use serde_json::{Map, Value as Json};

use super::{CONFIG, ConvertError};

/// A table of the file, whose values are asked for by their kind; `null` is as if it were not there.
pub(super) struct Reader<'a>(pub(super) &'a Map<String, Json>);

impl Reader<'_> {
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    pub(super) fn maybe_size(&self, key: &str) -> Result<Option<u32>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_u64()
                    .and_then(|number| u32::try_from(number).ok())
                    .filter(|number| *number > 0)
                    .ok_or_else(|| wrong(key, "is no positive number"))
            })
            .transpose()
    }

    pub(super) fn size(&self, key: &str) -> Result<u32, ConvertError> {
        self.maybe_size(key)?
            .ok_or_else(|| wrong(key, "is missing"))
    }

    pub(super) fn maybe_number(&self, key: &str) -> Result<Option<f64>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_f64()
                    .filter(|number| number.is_finite() && *number > 0.0)
                    .ok_or_else(|| wrong(key, "is no positive number"))
            })
            .transpose()
    }

    pub(super) fn number(&self, key: &str) -> Result<f64, ConvertError> {
        self.maybe_number(key)?
            .ok_or_else(|| wrong(key, "is missing"))
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_bool()
                    .ok_or_else(|| wrong(key, "is neither true nor false"))
            })
            .transpose()
    }
}

/// What is the matter with a value.
pub(super) fn wrong(key: &str, what: &str) -> ConvertError {
    ConvertError::file(CONFIG, format!("{key} {what}"))
}

#[expect(clippy::cast_possible_truncation, reason = "GGUF keeps these in f32")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}
