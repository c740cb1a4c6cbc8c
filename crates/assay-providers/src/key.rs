//! API keys: where they come from, and how they never get out.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

/// A secret. Its `Debug` and `Display` are redacted, so no log or error can hold it by accident; its memory
/// is overwritten when the last copy is dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Arc<Zeroizing<String>>);

impl ApiKey {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Arc::new(Zeroizing::new(secret.into())))
    }

    /// The secret itself, for the one place that puts it on the wire.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

/// The text without these keys, the longest first: one may begin like another. It has to be uncut, or the
/// beginning of a key could stay.
pub(crate) fn without_keys<'a>(keys: impl Iterator<Item = &'a ApiKey>, text: &str) -> String {
    let mut keys: Vec<&str> = keys.map(ApiKey::reveal).collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
    keys.into_iter()
        .filter(|key| !key.is_empty())
        .fold(text.to_owned(), |text, key| text.replace(key, "***"))
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

/// Keys from elsewhere than the environment, by the name of their variable.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// The key of `variable`, from memory: this is asked whenever a provider is opened and must not wait.
    fn key(&self, variable: &str) -> Option<ApiKey>;
}

/// Keys and addresses by the name of their environment variable. A key that was given wins over the
/// environment, and that over the source.
#[derive(Debug, Clone, Default)]
pub struct ApiKeys {
    environment: bool,
    given: HashMap<String, ApiKey>,
    source: Option<Arc<dyn KeySource>>,
}

impl ApiKeys {
    /// Read from this process's environment when asked for.
    pub fn from_env() -> Self {
        Self {
            environment: true,
            ..Self::default()
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

    /// Asks `source` for what was neither given nor is in the environment, each time anew.
    #[must_use]
    pub fn with_source(mut self, source: Arc<dyn KeySource>) -> Self {
        self.source = Some(source);
        self
    }

    /// The key of `variable`; blank ones count as missing.
    pub fn get(&self, variable: &str) -> Option<ApiKey> {
        self.own(variable)
            .or_else(|| self.source.as_ref()?.key(variable))
            .filter(|key| !key.is_blank())
    }

    /// Whether the key of `variable` was given or is in the environment: the source is not asked for it then.
    pub fn has_own(&self, variable: &str) -> bool {
        self.own(variable).is_some()
    }

    fn own(&self, variable: &str) -> Option<ApiKey> {
        let given = self.given.get(variable).filter(|key| !key.is_blank());
        given.cloned().or_else(|| {
            let value = Zeroizing::new(self.environment.then(|| std::env::var(variable).ok())??);
            let value = value.trim();
            (!value.is_empty()).then(|| ApiKey::new(value))
        })
    }
}

/// The variables in which the key of a server at `url` may be, the one to name first: with its port, then
/// without. None for what is no address.
pub fn key_variables_of_url(url: &str) -> Vec<String> {
    let Some((host, port)) = reqwest::Url::parse(url.trim())
        .ok()
        .and_then(|url| Some((url.host_str()?.to_owned(), url.port())))
    else {
        return Vec::new();
    };
    let mut variables = vec![variable_of_host(&host)];
    if let Some(port) = port {
        variables.insert(0, variable_of_host(&format!("{host}:{port}")));
    }
    variables
}

/// The variable in which a provider's key may be beside its usual one: `ASSAY_KEY_OPENROUTER`.
pub fn key_variable_of_provider(id: &str) -> String {
    variable_of_host(id)
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

    #[derive(Debug)]
    struct Elsewhere;

    impl KeySource for Elsewhere {
        fn key(&self, variable: &str) -> Option<ApiKey> {
            // `CARGO` is in the environment of every test.
            ["X", "Y", "CARGO"]
                .contains(&variable)
                .then(|| ApiKey::new("of the source"))
        }
    }

    #[test]
    fn what_was_given_goes_before_the_environment_and_that_before_the_source() {
        let keys = ApiKeys::from_env()
            .with("X", ApiKey::new("given"))
            .with_source(Arc::new(Elsewhere));
        assert_eq!(keys.get("X").unwrap().reveal(), "given");
        assert_eq!(
            keys.get("CARGO").unwrap().reveal(),
            std::env::var("CARGO").unwrap()
        );
        assert_eq!(keys.get("Y").unwrap().reveal(), "of the source");
        assert_eq!(keys.get("Z_NOWHERE"), None);
        assert!(keys.has_own("X") && keys.has_own("CARGO") && !keys.has_own("Y"));
    }

    #[test]
    fn a_blank_key_is_none() {
        let keys = ApiKeys::none().with("X", ApiKey::new(" \n"));
        assert_eq!(keys.get("X"), None);
        assert!(!keys.has_own("X"));
    }

    #[test]
    fn a_key_that_begins_like_another_leaves_nothing_of_it() {
        let keys = ["sk-a", "sk-abc", ""].map(ApiKey::new);
        assert_eq!(without_keys(keys.iter(), "sk-abc, sk-a"), "***, ***");
    }

    #[test]
    fn an_address_has_its_variables() {
        assert_eq!(
            key_variables_of_url("http://127.0.0.1:8080/v1"),
            ["ASSAY_KEY_127_0_0_1_8080", "ASSAY_KEY_127_0_0_1"]
        );
        assert_eq!(
            key_variables_of_url("https://lab.example/v1"),
            ["ASSAY_KEY_LAB_EXAMPLE"]
        );
        assert!(key_variables_of_url("nonsense").is_empty());
    }

    #[test]
    fn every_host_has_a_variable() {
        assert_eq!(
            variable_of_host("my-host.example:80"),
            "ASSAY_KEY_MY_HOST_EXAMPLE_80"
        );
    }
}
