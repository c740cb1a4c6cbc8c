//! What the tests of providers share: the conformance suite, and servers to run it against.
//!
//! A test binary uses a part of it only.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod bench;
pub mod conformance;
pub mod faults;
pub mod gguf;
pub mod hub;
pub mod layout;
pub mod pulls;
pub mod recorded;
pub mod subjects;
pub mod tls;
pub mod wires;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use assay_core::{GenerationRequest, Message, ModelRef, Prompt, Role, Sampling};
use assay_providers::{Clock, Provider, ProviderConfig, ProviderRegistry};

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
        origin: None,
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

/// Sleeps are written down instead of slept; chance is always a half.
#[derive(Debug, Default)]
pub struct TestClock {
    slept: Mutex<Vec<Duration>>,
}

#[async_trait::async_trait]
impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        httpdate::parse_http_date("Wed, 21 Oct 2015 07:28:00 GMT").unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// A configuration that waits for nothing.
pub struct Setting {
    pub config: ProviderConfig,
    clock: Arc<TestClock>,
}

pub fn setting() -> Setting {
    let clock = Arc::new(TestClock::default());
    let mut config = ProviderConfig::new("/nowhere");
    config.http.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    Setting { config, clock }
}

impl Setting {
    /// What was waited for, or would have been.
    pub fn slept(&self) -> Vec<Duration> {
        self.clock.slept.lock().unwrap().clone()
    }
}
