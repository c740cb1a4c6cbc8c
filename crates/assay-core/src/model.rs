//! How a person names a model: `PROVIDER:NAME[@URL]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A model of a provider, optionally at a URL of its own.
///
/// Text form: `local:smollm2-135m`, `openai:gpt-4o-mini`, `openai:qwen@http://127.0.0.1:8080/v1`.
/// The first colon ends the provider; the last `@http://` or `@https://` begins the URL, so names may
/// hold colons and at signs (`ollama:qwen2.5-coder:7b`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelRef {
    pub provider: String,
    pub name: String,
    pub url: Option<String>,
}

/// A text that does not name a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' does not name a model: {why}; write PROVIDER:NAME or PROVIDER:NAME@URL")]
pub struct ModelRefError {
    text: String,
    why: &'static str,
}

impl crate::Coded for ModelRefError {
    fn code(&self) -> &'static str {
        "bad-model-name"
    }

    fn hint(&self) -> Option<String> {
        Some("for example local:smollm2-135m, or openai:NAME@http://127.0.0.1:8080/v1".to_owned())
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.provider, self.name)?;
        match &self.url {
            Some(url) => write!(f, "@{url}"),
            None => Ok(()),
        }
    }
}

impl FromStr for ModelRef {
    type Err = ModelRefError;

    /// # Errors
    /// When the provider or the name is missing, or the URL carries credentials (they would be stored).
    fn from_str(text: &str) -> Result<Self, ModelRefError> {
        let fail = |why| ModelRefError {
            text: redact(text),
            why,
        };
        let text = text.trim();
        let (provider, rest) = text
            .split_once(':')
            .ok_or_else(|| fail("it has no provider"))?;
        if provider.is_empty()
            || !provider
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-')
        {
            return Err(fail("its provider is not a plain word"));
        }
        let at = ["@http://", "@https://"]
            .iter()
            .filter_map(|mark| rest.rfind(mark))
            .max();
        let (name, url) = match at {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        if name.trim().is_empty() {
            return Err(fail("it has no name"));
        }
        if let Some(url) = url {
            let authority = url
                .split("://")
                .nth(1)
                .unwrap_or("")
                .split('/')
                .next()
                .unwrap_or("");
            if authority.is_empty() {
                return Err(fail("its URL has no host"));
            }
            if authority.contains('@') {
                return Err(fail("its URL holds credentials; set a key instead"));
            }
        }
        Ok(Self {
            provider: provider.to_ascii_lowercase(),
            name: name.to_owned(),
            url: url.map(|u| u.trim_end_matches('/').to_owned()),
        })
    }
}

/// The text without what may be a password in a URL: `://user:secret@` becomes `://…@`.
fn redact(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if end > start + 3 => {
            format!("{}://…{}", &text[..start], &text[end..])
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_colons_and_urls_follow_an_at_sign() {
        let model: ModelRef = "ollama:qwen2.5-coder:7b".parse().unwrap();
        assert_eq!(
            (model.name.as_str(), model.url.as_deref()),
            ("qwen2.5-coder:7b", None)
        );
        let model: ModelRef = "openai:a@b@http://127.0.0.1:8080/v1/".parse().unwrap();
        assert_eq!(model.name, "a@b");
        assert_eq!(model.url.as_deref(), Some("http://127.0.0.1:8080/v1"));
        assert_eq!(model.to_string(), "openai:a@b@http://127.0.0.1:8080/v1");
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_repeated() {
        let error = "openai:m@http://me:secret@host/v1"
            .parse::<ModelRef>()
            .unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn text_form_round_trips(name in "[a-zA-Z0-9./:_-]{1,40}", url in proptest::option::of("http://[a-z0-9.]{1,20}:[1-9][0-9]{1,3}/v1")) {
            let model = ModelRef { provider: "openai".into(), name, url };
            proptest::prop_assert_eq!(model.to_string().parse::<ModelRef>().unwrap(), model);
        }

        #[test]
        fn no_text_panics(text in ".{0,80}") {
            let _ = text.parse::<ModelRef>();
        }
    }
}
