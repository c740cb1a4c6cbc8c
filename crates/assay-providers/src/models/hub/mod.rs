//! Models of the Hugging Face hub: found, chosen, downloaded by commit, checked, recorded.
//!
//! They lie below `<data dir>/models/hf/ORG/NAME/` under the paths they have in their repository, with a
//! record beside the first file, written last. What is converted comes into the folder `source` there, of which
//! the weights are deleted once the file made of them is recorded.

mod api;
mod choice;
mod convert;
mod name;
mod pull;
mod records;

pub(super) use records::{PREFIX, is_converted};

use std::path::PathBuf;

use crate::{ApiKey, ApiKeys};

/// Where the hub is, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubConfig {
    /// Without a slash at its end.
    pub endpoint: String,
    /// Sent to the hub's own host alone, for private and gated repositories.
    pub token: Option<ApiKey>,
    /// A PEM file of certificate authorities that are trusted beside the system's.
    pub ca_file: Option<PathBuf>,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            endpoint: "https://huggingface.co".to_owned(),
            token: None,
            ca_file: None,
        }
    }
}

impl HubConfig {
    /// `HF_ENDPOINT` and `HF_TOKEN`, as the hub's own tools read them, and the authorities of `ASSAY_CA_FILE`.
    pub fn from_env() -> Self {
        let given = Self {
            token: ApiKeys::from_env().get("HF_TOKEN"),
            ca_file: assay_fetch::ca_file_from_env(),
            ..Self::default()
        };
        match std::env::var("HF_ENDPOINT") {
            Ok(endpoint) if !endpoint.trim().is_empty() => Self {
                endpoint: endpoint.trim().trim_end_matches('/').to_owned(),
                ..given
            },
            _ => given,
        }
    }
}
