//! The servers that are known to speak OpenAI's protocol: `presets.toml`, compiled in.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::registry::{ProviderInfo, ProviderKind};

/// An entry of `presets.toml`, which says what its fields mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preset {
    pub(crate) id: String,
    title: String,
    kind: ProviderKind,
    pub(super) url: String,
    pub(super) key: Option<String>,
    pub(super) completion: bool,
    pub(super) chat: bool,
    pub(super) seed: Option<String>,
    pub(super) stops: Option<usize>,
    pub(super) stream_options: bool,
    pub(super) max_completion_tokens: bool,
    #[serde(default)]
    pub(super) variants: bool,
    notes: String,
}

impl Preset {
    pub(crate) fn info(&self) -> ProviderInfo {
        ProviderInfo {
            id: self.id.clone(),
            title: self.title.clone(),
            kind: self.kind,
            default_url: Some(self.url.clone()),
            key_variable: self.key.clone(),
            notes: self.notes.clone(),
        }
    }
}

/// All of them, in the order of the file.
pub(crate) fn presets() -> &'static [Preset] {
    #[derive(Deserialize)]
    struct Presets {
        preset: Vec<Preset>,
    }
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        match toml::from_str::<Presets>(include_str!("../../presets.toml")) {
            Ok(presets) => presets.preset,
            // A test below reads the same text: this cannot be met in a build that passed.
            Err(error) => {
                tracing::error!(%error, "the presets of servers cannot be read");
                Vec::new()
            }
        }
    })
}

pub(crate) fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_is_read_and_says_what_can_be() {
        let presets = presets();
        assert!(presets.len() > 10);
        let ids: BTreeSet<_> = presets.iter().map(|p| p.id.as_str()).collect();
        assert_eq!(ids.len(), presets.len(), "no id comes twice");
        for preset in presets {
            let url = reqwest::Url::parse(&preset.url).unwrap();
            let here = url.host_str() == Some("127.0.0.1");
            assert_eq!(here, preset.kind == ProviderKind::Server, "{}", preset.id);
            assert!(here || url.scheme() == "https", "{}", preset.id);
            assert!(here || preset.key.is_some(), "{}", preset.id);
            assert!(preset.chat || preset.completion, "{}", preset.id);
            assert!(!preset.url.ends_with('/'), "{}", preset.id);
        }
    }
}
