//! The two kinds of definition, and what has to hold of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::template;

/// What a model of one's own can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    Completion,
    Chat,
    /// The same seed gives the same text.
    Seed,
}

/// `[program.NAME]`: a program that answers requests in JSON lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramDefinition {
    /// The program and its arguments; no shell is between. A path that is relative begins at `cwd`.
    pub command: Vec<String>,
    /// The folder it starts in: the data folder, or relative to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The environment variables that hold its keys. Others that look like keys it is not given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub env_keys: Vec<String>,
    #[serde(default = "both_modes")]
    pub capabilities: Vec<Capability>,
    /// Seconds for one answer.
    #[serde(default = "ten_minutes")]
    pub timeout_s: u32,
    /// How many times it is started; each answers one request at a time.
    #[serde(default = "one")]
    pub concurrency: u32,
    /// Tokens of prompt and answer together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u32>,
    /// Environment variables beside those it inherits. No keys: this is a file.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

impl Default for ProgramDefinition {
    fn default() -> Self {
        Self {
            command: Vec::new(),
            cwd: None,
            env_keys: Vec::new(),
            capabilities: both_modes(),
            timeout_s: ten_minutes(),
            concurrency: one(),
            context_length: None,
            env: BTreeMap::new(),
        }
    }
}

/// `[http.NAME]`: an HTTP endpoint with a request and a reply of its own form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpDefinition {
    pub url: String,
    #[serde(default = "post")]
    pub method: String,
    /// The body as a Jinja template over `prompt`, `messages`, `temperature`, `top_p`, `max_tokens`, `stop`,
    /// `seed` and `model`; it has to make JSON.
    pub body: String,
    /// Where the answer's text is in the reply: a JSON pointer (RFC 6901).
    pub text: String,
    /// JSON pointers too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<String>,
    /// Where an error is, when there is one: a text, or an object with a `message`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(default = "both_modes")]
    pub capabilities: Vec<Capability>,
    /// Seconds for one answer; missing: as for every server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<u32>,
    /// Requests under way at once; missing: as for every server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_length: Option<u32>,
    /// A value may hold `${VARIABLE}`, which is read from the environment for each request and written nowhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

fn both_modes() -> Vec<Capability> {
    vec![Capability::Completion, Capability::Chat]
}

fn ten_minutes() -> u32 {
    600
}

fn one() -> u32 {
    1
}

fn post() -> String {
    "POST".to_owned()
}

/// What does not hold, and of which field (several keys, where it is inside one).
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) field: Vec<String>,
    pub(super) detail: String,
}

fn problem(field: &[&str], detail: impl Into<String>) -> Problem {
    Problem {
        field: field.iter().map(|key| (*key).to_owned()).collect(),
        detail: detail.into(),
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Problem> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    Err(problem(
        &[],
        "a name is made of letters, digits, dots, hyphens and underscores",
    ))
}

impl ProgramDefinition {
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self
            .command
            .first()
            .is_none_or(|program| program.trim().is_empty())
        {
            return Err(problem(&["command"], "it names no program"));
        }
        if self.command.iter().any(|part| part.contains('\0')) {
            return Err(problem(&["command"], "it holds a zero byte"));
        }
        check_capabilities(&self.capabilities)?;
        check_positive("timeout_s", Some(self.timeout_s))?;
        check_positive("concurrency", Some(self.concurrency))?;
        check_positive("context_length", self.context_length)?;
        for (index, variable) in self.env_keys.iter().enumerate() {
            if !is_variable(variable) {
                return Err(problem(
                    &["env_keys", &index.to_string()],
                    "it is no name of an environment variable",
                ));
            }
        }
        for (variable, value) in &self.env {
            let field = ["env", variable];
            if !is_variable(variable) || value.contains('\0') {
                return Err(problem(&field, "it is no environment variable"));
            }
            if looks_secret(variable) {
                return Err(problem(
                    &field,
                    "a key does not belong in a file: put it into the environment and its name into env_keys",
                ));
            }
        }
        Ok(())
    }
}

impl HttpDefinition {
    /// The environment variables its headers name.
    pub fn key_variables(&self) -> Vec<String> {
        self.headers
            .values()
            .filter_map(|value| template::variables(value).ok())
            .flatten()
            .map(str::to_owned)
            .collect()
    }

    pub(super) fn check(&self) -> Result<(), Problem> {
        let url =
            reqwest::Url::parse(&self.url).map_err(|error| problem(&["url"], error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(problem(&["url"], "it is no http address"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(problem(
                &["url"],
                "it holds credentials: put them into a header, as ${VARIABLE}",
            ));
        }
        if let Some((name, _)) = url.query_pairs().find(|(name, _)| looks_secret(name)) {
            return Err(problem(
                &["url"],
                format!(
                    "'{name}' in it looks like a key, and this is a file: put it into a header, as ${{VARIABLE}}"
                ),
            ));
        }
        if reqwest::Method::from_bytes(self.method.as_bytes()).is_err() {
            return Err(problem(&["method"], "it is no HTTP method"));
        }
        let pointers = [
            ("text", Some(&self.text)),
            ("finish", self.finish.as_ref()),
            ("prompt_tokens", self.prompt_tokens.as_ref()),
            ("completion_tokens", self.completion_tokens.as_ref()),
            ("error", self.error.as_ref()),
        ];
        for (field, pointer) in pointers {
            if pointer.is_some_and(|pointer| !pointer.is_empty() && !pointer.starts_with('/')) {
                return Err(problem(
                    &[field],
                    "a JSON pointer begins with a slash, such as /choices/0/text",
                ));
            }
        }
        check_capabilities(&self.capabilities)?;
        template::check_body(&self.body, &self.capabilities)
            .map_err(|detail| problem(&["body"], detail))?;
        check_positive("timeout_s", self.timeout_s)?;
        check_positive("concurrency", self.concurrency)?;
        check_positive("context_length", self.context_length)?;
        for (name, value) in &self.headers {
            self.check_header(name, value)
                .map_err(|detail| problem(&["headers", name], detail))?;
        }
        Ok(())
    }

    fn check_header(&self, name: &str, value: &str) -> Result<(), &'static str> {
        if reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err("it is no name of a header");
        }
        let variables = template::variables(value)?;
        let secret = ["authorization", "proxy-authorization", "cookie", "x-auth"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known))
            || looks_secret(&name.replace('-', "_"));
        if secret && variables.is_empty() {
            return Err("a key does not belong in a file: write ${VARIABLE} in its place");
        }
        Ok(())
    }
}

fn check_capabilities(capabilities: &[Capability]) -> Result<(), Problem> {
    if capabilities
        .iter()
        .all(|capability| *capability == Capability::Seed)
    {
        return Err(problem(
            &["capabilities"],
            "a model can be asked for completion or chat",
        ));
    }
    Ok(())
}

fn check_positive(field: &str, value: Option<u32>) -> Result<(), Problem> {
    match value {
        Some(0) => Err(problem(&[field], "it is at least 1")),
        _ => Ok(()),
    }
}

pub(crate) fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a variable of that name usually holds a secret.
pub(crate) fn looks_secret(variable: &str) -> bool {
    let name = variable.to_ascii_uppercase();
    name.starts_with("ASSAY_KEY_")
        || name.ends_with("APIKEY")
        || ["KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIALS"]
            .iter()
            .any(|word| name == *word || name.ends_with(&format!("_{word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known() {
        for secret in [
            "OPENAI_API_KEY",
            "HF_TOKEN",
            "ASSAY_KEY_H_80",
            "apikey",
            "DB_PASSWORD",
            "KEY",
        ] {
            assert!(looks_secret(secret), "{secret}");
        }
        for plain in [
            "PATH",
            "TOKENIZERS_PARALLELISM",
            "MONKEY",
            "KEYBOARD",
            "HOME",
        ] {
            assert!(!looks_secret(plain), "{plain}");
        }
    }
}
