//! What the tests of providers share: the conformance suite, and servers to run it against.
//!
//! A test binary uses a part of it only.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod conformance;
pub mod hub;
pub mod recorded;

use std::path::PathBuf;
use std::sync::Arc;

use assay_core::{GenerationRequest, Message, ModelRef, Prompt, Role, Sampling};
use assay_providers::{Provider, ProviderConfig, ProviderRegistry};

/// Where `./scripts/test` puts what tests read; it serves as a data folder, so models lie in `models/`.
pub fn test_data() -> PathBuf {
    let from_env = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    from_env("ASSAY_TEST_DATA").unwrap_or_else(|| {
        from_env("XDG_CACHE_HOME")
            .or_else(|| Some(from_env("HOME")?.join(".cache")))
            .expect("HOME is set")
            .join("assay/test-data")
    })
}

pub fn open(model: &str, config: &ProviderConfig) -> Arc<dyn Provider> {
    let model: ModelRef = model.parse().unwrap();
    ProviderRegistry::new().open(&model, config).unwrap()
}

pub fn completion(text: &str, max_tokens: u32) -> GenerationRequest {
    GenerationRequest {
        prompt: Prompt::Completion {
            text: text.to_owned(),
        },
        sampling: Sampling {
            max_tokens,
            ..Sampling::default()
        },
        seed: Some(7),
    }
}

pub fn chat(text: &str, max_tokens: u32) -> GenerationRequest {
    GenerationRequest {
        prompt: Prompt::Chat {
            messages: vec![Message {
                role: Role::User,
                content: text.to_owned(),
            }],
        },
        ..completion("", max_tokens)
    }
}
