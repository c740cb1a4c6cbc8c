//! API keys: where they come from, and how they never get out.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// A secret. Its `Debug` and `Display` are redacted, so no log or error can hold it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Arc<str>);

impl ApiKey {
    pub fn new(secret: impl Into<Arc<str>>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that puts it on the wire.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(***)")
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Keys and addresses by the name of their environment variable.
#[derive(Debug, Clone, Default)]
pub struct ApiKeys {
    environment: bool,
    given: HashMap<String, ApiKey>,
}

impl ApiKeys {
    /// Read from this process's environment when asked for.
    pub fn from_env() -> Self {
        Self {
            environment: true,
            given: HashMap::new(),
        }
    }

    /// None at all; add some with [`with`](Self::with).
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a key under a variable's name; it wins over the environment.
    #[must_use]
    pub fn with(mut self, variable: &str, key: ApiKey) -> Self {
        self.given.insert(variable.to_owned(), key);
        self
    }

    /// The key of `variable`; blank ones count as missing.
    pub fn get(&self, variable: &str) -> Option<ApiKey> {
        self.given.get(variable).cloned().or_else(|| {
            let value = self.environment.then(|| std::env::var(variable).ok())??;
            let value = value.trim();
            (!value.is_empty()).then(|| ApiKey::new(value))
        })
    }
}

/// The variable that holds the key of a host: `ASSAY_KEY_` and its name in capitals, everything but
/// letters and digits an underscore (`127.0.0.1:8080` becomes `ASSAY_KEY_127_0_0_1_8080`).
pub(crate) fn variable_of_host(authority: &str) -> String {
    let name: String = authority
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    format!("ASSAY_KEY_{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_itself() {
        let keys = ApiKeys::none().with("X", ApiKey::new("sk-secret"));
        let key = keys.get("X").unwrap();
        assert_eq!(key.reveal(), "sk-secret");
        assert!(!format!("{key} {key:?} {keys:?}").contains("secret"));
        assert_eq!(ApiKeys::none().get("X"), None);
    }

    #[test]
    fn every_host_has_a_variable() {
        assert_eq!(
            variable_of_host("my-host.example:80"),
            "ASSAY_KEY_MY_HOST_EXAMPLE_80"
        );
    }
}
