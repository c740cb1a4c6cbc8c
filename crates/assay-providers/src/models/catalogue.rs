//! The models Assay knows how to pull: `catalogue.toml`, compiled in.

use std::sync::OnceLock;

use assay_fetch::{Checksum, PypiMember};
use serde::Deserialize;

/// A model that can be pulled.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueEntry {
    /// The name after `local:`.
    pub id: String,
    pub name: String,
    pub description: String,
    pub license: String,
    /// What a person must know before using it.
    pub license_note: Option<String>,
    /// The name of the GGUF file.
    pub file: String,
    pub bytes: u64,
    pub sha256: String,
    pub parameters: u64,
    pub quantisation: String,
    /// Tokens.
    pub context_length: u32,
    /// Whether it has a chat template; without one it only continues text.
    pub chat: bool,
    /// Where the file comes from, joined in this order.
    pub parts: Vec<PypiMember>,
}

impl CatalogueEntry {
    pub fn checksum(&self) -> Checksum {
        Checksum::new(&self.sha256, self.bytes)
    }
}

/// All entries, in the order of the file.
pub fn catalogue() -> &'static [CatalogueEntry] {
    #[derive(Deserialize)]
    struct Catalogue {
        model: Vec<CatalogueEntry>,
    }
    static CATALOGUE: OnceLock<Vec<CatalogueEntry>> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        match toml::from_str::<Catalogue>(include_str!("../../catalogue.toml")) {
            Ok(catalogue) => catalogue.model,
            // A test below reads the same text: this cannot be met in a build that passed.
            Err(error) => {
                tracing::error!(%error, "the catalogue of models cannot be read");
                Vec::new()
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_sound() {
        let ids: Vec<&str> = catalogue().iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, ["smollm2-135m", "gemma3-270m"]);
        for entry in catalogue() {
            for digest in std::iter::once(&entry.sha256).chain(
                entry
                    .parts
                    .iter()
                    .filter_map(|part| part.wheel_sha256.as_ref()),
            ) {
                assert!(digest.len() == 64 && digest.chars().all(|c| c.is_ascii_hexdigit()));
            }
            assert!(entry.parts.iter().all(|part| part.wheel_sha256.is_some()));
        }
    }
}
