//! How core's enums and times are written in columns.

use assay_core::{Language, ProblemId, RunId};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as PlainError, StrDeserializer};

use crate::StoreError;

/// The word serde gives a unit variant: `compile_error`.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(StoreError::BadValue {
            what: "word",
            value: format!("{other:?}"),
        }),
    }
}

pub(crate) fn opt_word<T: Serialize>(value: Option<&T>) -> Result<Option<String>, StoreError> {
    value.map(word).transpose()
}

pub(crate) fn parse<T: DeserializeOwned>(what: &'static str, word: &str) -> Result<T, StoreError> {
    T::deserialize(StrDeserializer::<PlainError>::new(word)).map_err(|_| StoreError::BadValue {
        what,
        value: word.to_owned(),
    })
}

pub(crate) fn opt_parse<T: DeserializeOwned>(
    what: &'static str,
    word: Option<&str>,
) -> Result<Option<T>, StoreError> {
    word.map(|w| parse(what, w)).transpose()
}

pub(crate) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::BadValue {
        what,
        value: e.to_string(),
    })
}

pub(crate) fn from_json<T: DeserializeOwned>(
    what: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::BadValue {
        what,
        value: e.to_string(),
    })
}

pub(crate) fn time(what: &'static str, ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms).map_err(|_| StoreError::BadValue {
        what,
        value: ms.to_string(),
    })
}

pub(crate) fn opt_time(
    what: &'static str,
    ms: Option<i64>,
) -> Result<Option<Timestamp>, StoreError> {
    ms.map(|ms| time(what, ms)).transpose()
}

pub(crate) fn count(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

pub(crate) fn run_id(text: String) -> RunId {
    RunId::new(text)
}

pub(crate) fn problem_id(text: String) -> ProblemId {
    ProblemId::new(text)
}

pub(crate) fn language(text: &str) -> Language {
    Language::new(text)
}
