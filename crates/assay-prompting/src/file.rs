//! A strategy as it is written in its file.

use std::collections::BTreeMap;

use assay_core::{ResponseMode, Role};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StrategyFile {
    pub id: String,
    pub title: String,
    pub description: String,
    pub kind: ResponseMode,
    /// The text of a completion.
    pub template: Option<String>,
    /// The messages of a chat.
    #[serde(default)]
    pub messages: Vec<MessageTemplate>,
    /// Stop sequences by language.
    #[serde(default)]
    pub stops: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageTemplate {
    pub role: Role,
    pub content: String,
}

impl StrategyFile {
    /// What is wrong with the file as a whole, beyond its syntax.
    pub(crate) fn defect(&self) -> Option<&'static str> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(plain) {
            return Some("its id may hold only lower-case letters, digits and hyphens");
        }
        if self.id == crate::AUTO {
            return Some("the id 'auto' is taken");
        }
        if self.stops.values().flatten().any(String::is_empty) {
            return Some("an empty stop sequence would end every answer at once");
        }
        match self.kind {
            ResponseMode::Completion if self.template.is_none() => {
                Some("a completion needs 'template'")
            }
            ResponseMode::Completion if !self.messages.is_empty() => {
                Some("a completion has no 'messages'")
            }
            ResponseMode::Chat if self.messages.is_empty() => Some("a chat needs 'messages'"),
            ResponseMode::Chat if self.template.is_some() => Some("a chat has no 'template'"),
            _ => None,
        }
    }
}
