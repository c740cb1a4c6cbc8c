//! Keys of model servers: from the environment, from the keyring, or kept until the program ends.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use assay_core::ModelRef;
use assay_providers::{
    ApiKey, CustomProviders, key_variable_of_provider, key_variables_of_url, providers,
};
use assay_secrets::{Found, Keyring, Secret, check_variable};

use crate::dto::{KeySource, KeyStatus};
use crate::{App, AppError};

/// The variables of providers' keys, with who is sent them.
fn vendors() -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for provider in providers() {
        let Some(variable) = provider.key_variable else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == variable) {
            Some((_, titles)) => titles.push(provider.title),
            None => found.push((variable, vec![provider.title])),
        }
    }
    found
}

/// Read for `openai:NAME` where the vendor's own variable holds nothing.
const OPENAI_BESIDE: &str = "ASSAY_KEY_OPENAI";

/// The names, not the keys, that were kept in the keyring through this program: a keyring cannot be asked
/// for them everywhere.
const KEPT: &str = "key_variables";

/// What providers see of the keyring: keys that are in memory already.
#[derive(Debug)]
pub(crate) struct Held(pub(crate) Arc<Keyring>);

impl assay_providers::KeySource for Held {
    fn key(&self, variable: &str) -> Option<ApiKey> {
        self.0
            .held(variable)
            .map(|secret| ApiKey::new(secret.reveal()))
    }
}

/// A variable on its way into the list.
struct Row {
    variable: String,
    used_by: Vec<String>,
    /// Whether it is shown even when it holds nothing.
    always: bool,
}

impl App {
    /// All variables that are known to hold a key, or would if one was set. Asks the keyring, which may be slow or
    /// locked: the answer is there within half a minute all the same, and says so.
    ///
    /// # Errors
    /// When the settings cannot be read. A keyring that does not answer is a detail, not an error.
    pub async fn keys(&self) -> Result<Vec<KeyStatus>, AppError> {
        let mut rows = self.key_rows().await?;
        let names: Vec<String> = rows.iter().map(|row| row.variable.clone()).collect();
        let found = self.keyring.load(&names).await;
        let mut keys = Vec::with_capacity(rows.len());
        for (row, found) in rows.drain(..).zip(&found) {
            let always = row.always;
            let status = self.key_status(row, found);
            if always || status.source != KeySource::None || status.in_keyring {
                keys.push(status);
            }
        }
        Ok(keys)
    }

    /// Whether a key can go by this name, to be asked before a person is asked for the key.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_key_variable(&self, variable: &str) -> Result<(), AppError> {
        Ok(check_variable(variable)?)
    }

    /// Keeps a key in the keyring or, where none takes it, until the program ends: the answer says which. It is
    /// used by the next request, without a restart. Can be cancelled as the task `key-VARIABLE`.
    ///
    /// # Errors
    /// When the name is none of a variable, or the key blank, of several lines or no key. No error repeats it.
    pub async fn set_key(&self, variable: &str, secret: String) -> Result<KeyStatus, AppError> {
        check_variable(variable)?;
        let secret = Secret::parse(secret)?;
        self.of_key(variable, self.keyring.set(variable, secret))
            .await??;
        let found = self.keyring.get(variable).await;
        if matches!(found, Found::Keyring(_)) {
            self.remember_key(variable, true).await;
        }
        let row = self.key_rows().await.ok().and_then(|rows| {
            let mut rows = rows.into_iter();
            rows.find(|row| row.variable == variable)
        });
        let row = row.unwrap_or_else(|| Row {
            variable: variable.to_owned(),
            used_by: Vec::new(),
            always: true,
        });
        Ok(self.key_status(row, &found))
    }

    /// Removes a key from the keyring and from memory; whether there was one. The environment is left as it is.
    /// Can be cancelled as the task `key-VARIABLE`.
    ///
    /// # Errors
    /// When the name is none of a variable; when the keyring cannot be asked, and may still hold the key.
    pub async fn forget_key(&self, variable: &str) -> Result<bool, AppError> {
        check_variable(variable)?;
        let was_there = self
            .of_key(variable, self.keyring.forget(variable))
            .await??;
        self.remember_key(variable, false).await;
        Ok(was_there)
    }

    /// Asks the keyring for the keys `model` may be sent, so that opening it finds them. Nothing is asked for
    /// local models, nor for what the environment holds.
    pub(crate) async fn load_keys(&self, model: &ModelRef) {
        // The hub's token is asked for when something is pulled.
        if matches!(model.provider.as_str(), "local" | "hf") {
            return;
        }
        let mut variables = match &model.url {
            Some(url) => key_variables_of_url(url),
            None => self.variables_of(model),
        };
        variables.retain(|variable| !self.provider_config.keys.has_own(variable));
        for (variable, found) in variables.iter().zip(self.keyring.load(&variables).await) {
            if let Found::Unknown { why } = found {
                tracing::debug!(variable, "no key from the keyring: {why}");
            }
        }
    }

    /// The variable that holds the key of a server at this address; `None` of what is no address.
    pub fn key_variable(&self, url: &str) -> Option<String> {
        key_variables_of_url(url).into_iter().next()
    }

    /// The variable that is named to a person who has a key for `model`.
    pub(crate) fn key_variable_of(model: &ModelRef) -> Option<String> {
        match &model.url {
            Some(url) => key_variables_of_url(url).into_iter().next(),
            None => {
                providers()
                    .into_iter()
                    .find(|provider| provider.id == model.provider)?
                    .key_variable
            }
        }
    }

    /// Of a model without an address of its own: its provider's, or those that its definition names.
    fn variables_of(&self, model: &ModelRef) -> Vec<String> {
        let all = CustomProviders::load(&self.config.data_dir).unwrap_or_default();
        let name = model.name.split('/').next().unwrap_or_default();
        match model.provider.as_str() {
            "program" => all
                .programs
                .get(name)
                .map(|program| program.env_keys.clone())
                .unwrap_or_default(),
            "http" => all
                .http
                .get(name)
                .map(|http| http.key_variables())
                .unwrap_or_default(),
            id => providers()
                .into_iter()
                .filter(|provider| provider.id == id)
                .flat_map(|provider| match provider.key_variable {
                    Some(variable) => vec![variable],
                    // A server without a variable of its own is looked up by its address.
                    None => provider
                        .default_url
                        .map(|url| key_variables_of_url(&url))
                        .unwrap_or_default(),
                })
                .chain([key_variable_of_provider(id)])
                .collect(),
        }
    }

    /// Asks the keyring for one key, so that opening what needs it finds it.
    pub(crate) async fn load_key(&self, variable: &str) {
        if !self.provider_config.keys.has_own(variable) {
            self.keyring.load(&[variable.to_owned()]).await;
        }
    }

    async fn key_rows(&self) -> Result<Vec<Row>, AppError> {
        let mut rows: Vec<Row> = vendors()
            .into_iter()
            .map(|(variable, used_by)| Row {
                variable,
                used_by,
                always: true,
            })
            .collect();
        add(&mut rows, OPENAI_BESIDE, Some("OpenAI"), false);
        for reference in self.settings().await?.models {
            let Some(url) = reference.parse::<ModelRef>().ok().and_then(|m| m.url) else {
                continue;
            };
            for (nth, variable) in key_variables_of_url(&url).iter().enumerate() {
                // The one without the port is the second choice.
                add(&mut rows, variable, Some(&url), nth == 0);
            }
        }
        for variable in self
            .kept_names()
            .await?
            .iter()
            .chain(&self.keyring.of_session())
        {
            add(&mut rows, variable, None, false);
        }
        Ok(rows)
    }

    fn key_status(&self, row: Row, found: &Found) -> KeyStatus {
        let in_keyring = matches!(found, Found::Keyring(_));
        let environment = self.provider_config.keys.has_own(&row.variable);
        let (source, detail) = match found {
            _ if environment => (
                KeySource::Environment,
                match found {
                    Found::Keyring(_) => "the one in the keyring is not used".to_owned(),
                    Found::Session { why, .. } => {
                        format!("the one of this session is not used, and not kept: {why}")
                    }
                    Found::Nowhere | Found::Unknown { .. } => String::new(),
                },
            ),
            Found::Keyring(_) => (KeySource::Keyring, String::new()),
            Found::Session { why, .. } => (
                KeySource::Session,
                format!("gone when the program ends: {why}"),
            ),
            Found::Nowhere => (KeySource::None, String::new()),
            Found::Unknown { why } => (KeySource::None, why.to_string()),
        };
        KeyStatus {
            variable: row.variable,
            source,
            in_keyring,
            detail,
            used_by: row.used_by,
        }
    }

    /// Waits for `work` on a key, until its task is cancelled.
    async fn of_key<T>(
        &self,
        variable: &str,
        work: impl Future<Output = T>,
    ) -> Result<T, AppError> {
        let task = self.begin_task(&format!("key-{variable}"));
        tokio::select! {
            done = work => Ok(done),
            () = task.cancel.cancelled() => Err(AppError::cancelled("waiting for the keyring was stopped")),
        }
    }

    async fn kept_names(&self) -> Result<BTreeSet<String>, AppError> {
        Ok(self.store().await?.setting(KEPT).await?.unwrap_or_default())
    }

    /// The key is where it should be: a name that could not be noted is missing in a list, nothing more.
    async fn remember_key(&self, variable: &str, kept: bool) {
        let noted = async {
            let mut names = self.kept_names().await?;
            let changed = if kept {
                names.insert(variable.to_owned())
            } else {
                names.remove(variable)
            };
            if changed {
                self.store().await?.set_setting(KEPT, &names).await?;
            }
            Ok::<(), AppError>(())
        };
        if let Err(error) = noted.await {
            tracing::warn!(code = error.info.code, "{}", error.info.message);
        }
    }
}

fn add(rows: &mut Vec<Row>, variable: &str, used_by: Option<&str>, always: bool) {
    let at = rows.iter().position(|row| row.variable == variable);
    let at = at.unwrap_or_else(|| {
        rows.push(Row {
            variable: variable.to_owned(),
            used_by: Vec::new(),
            always,
        });
        rows.len() - 1
    });
    let row = &mut rows[at];
    row.always |= always;
    if let Some(used_by) = used_by
        && !row.used_by.iter().any(|known| known == used_by)
    {
        row.used_by.push(used_by.to_owned());
    }
}

#[cfg(test)]
mod tests;
