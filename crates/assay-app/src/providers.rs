//! Where models come from: the providers there are, what their servers offer, those of the user's own, and
//! a prompt to try a model with.

use assay_core::{GenerationRequest, Message, ModelRef, Prompt, Role, Sampling};
use assay_providers::{self as providers, CustomProviders, DefinitionKind, Delta};

use crate::dto::{CustomProvider, ModelOffer, ProviderInfo, ProviderKind, TestAnswer};
use crate::{App, AppError};

mod own;

/// Longest answer to a test prompt, in tokens: enough to see whether the model answers sensibly.
const TEST_TOKENS: u32 = 256;

impl App {
    /// Everything that may stand before the colon of a model's name.
    pub fn list_providers(&self) -> Vec<ProviderInfo> {
        assay_providers::providers()
            .into_iter()
            .map(|provider| ProviderInfo {
                kind: match (provider.kind, provider.id.as_str()) {
                    (providers::ProviderKind::InProcess, _) => ProviderKind::InProcess,
                    (providers::ProviderKind::Server, _) => ProviderKind::Server,
                    (providers::ProviderKind::Vendor, _) => ProviderKind::Service,
                    (providers::ProviderKind::Custom, "program") => ProviderKind::Program,
                    (providers::ProviderKind::Custom, _) => ProviderKind::Template,
                },
                example: example(&provider),
                id: provider.id,
                title: provider.title,
                default_url: provider.default_url,
                key_variable: provider.key_variable,
                note: provider.notes,
            })
            .collect()
    }

    /// The models a provider's server offers, at its own address or at `url`; sorted by name.
    ///
    /// # Errors
    /// When the server does not answer or refuses the key.
    pub async fn provider_models(
        &self,
        provider: &str,
        url: Option<String>,
        task: &str,
    ) -> Result<Vec<ModelOffer>, AppError> {
        let task = self.begin_task(task);
        // Whatever the name, the list is the server's.
        let any = ModelRef {
            provider: provider.to_owned(),
            name: "any".to_owned(),
            url: url.filter(|url| !url.trim().is_empty()),
        };
        let found = self
            .provider_with_keys(&any)
            .await?
            .list_models(&task.cancel)
            .await?;
        Ok(found
            .into_iter()
            .map(|model| ModelOffer {
                reference: ModelRef {
                    name: model.name.clone(),
                    ..any.clone()
                }
                .to_string(),
                name: model.name,
                context_length: model.context_length,
            })
            .collect())
    }

    /// Sends one prompt to a model, as a message where it takes messages; `on_text` hears the answer as it
    /// arrives, and nothing of it is stored.
    ///
    /// # Errors
    /// As a run's request would fail.
    pub async fn test_prompt(
        &self,
        reference: &str,
        text: &str,
        task: &str,
        on_text: impl Fn(String) + Send + Sync + 'static,
    ) -> Result<TestAnswer, AppError> {
        if text.trim().is_empty() {
            return Err(AppError::usage(
                "empty-prompt",
                "the prompt is empty",
                "write a question, or the beginning of a function",
            ));
        }
        let task = self.begin_task(task);
        let model: ModelRef = reference.parse()?;
        let provider = self.provider_with_keys(&model).await?;
        // Some models tell what they can do only when they are looked at.
        self.look_at(provider.as_ref(), &task.cancel).await?;
        let prompt = if provider.capabilities().chat {
            Prompt::Chat {
                messages: vec![Message {
                    role: Role::User,
                    content: text.to_owned(),
                }],
            }
        } else {
            Prompt::Completion {
                text: text.to_owned(),
            }
        };
        let request = GenerationRequest {
            prompt,
            sampling: Sampling {
                max_tokens: TEST_TOKENS,
                ..Sampling::default()
            },
            seed: provider.capabilities().seed.then_some(0),
            origin: None,
        };
        let heard = move |delta: Delta<'_>| {
            if let Delta::Text(text) = delta {
                on_text(text.to_owned());
            }
        };
        let answer = provider.generate(&request, &heard, &task.cancel).await?;
        Ok(TestAnswer {
            cost_usd: self
                .facts(&model)
                .price
                .and_then(|price| price.cost(answer.usage)),
            reference: model.to_string(),
            text: answer.text,
            finish: answer.finish,
            usage: answer.usage,
            latency_ms: answer.latency_ms,
            first_token_ms: answer.first_token_ms,
            served_model: answer.served_model,
            attempts: answer.attempts,
        })
    }

    /// The providers of the user's own, programs before addresses, by name.
    ///
    /// # Errors
    /// When `providers.toml` cannot be read; the message names line and field.
    pub fn list_custom_providers(&self) -> Result<Vec<CustomProvider>, AppError> {
        let all = CustomProviders::load(&self.config.data_dir)?;
        let programs = all
            .programs
            .into_iter()
            .map(|(name, program)| CustomProvider::Program(own::program(name, program)));
        let addresses = all
            .http
            .into_iter()
            .map(|(name, http)| CustomProvider::Template(own::template(name, http)));
        Ok(programs.chain(addresses).collect())
    }

    /// Keeps a provider of the user's own, in the place of one of the same kind and name. What else stands in
    /// the file stays.
    ///
    /// # Errors
    /// When a part of it is wrong, or the file cannot be written; nothing is changed then.
    pub fn save_custom_provider(&self, provider: CustomProvider) -> Result<(), AppError> {
        let all = CustomProviders::load(&self.config.data_dir)?;
        let (name, definition) = match provider {
            CustomProvider::Program(program) => {
                let before = all.programs.get(&program.name).cloned();
                own::of_program(program, before.unwrap_or_default())
            }
            CustomProvider::Template(template) => {
                let before = all.http.get(&template.name).and_then(|h| h.context_length);
                own::of_template(template, before)
            }
        };
        Ok(CustomProviders::save(
            &self.config.data_dir,
            &name,
            &definition,
        )?)
    }

    /// Takes one out: `program:NAME` or `http:NAME`.
    ///
    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub fn remove_custom_provider(&self, id: &str) -> Result<(), AppError> {
        let (kind, name) = match id.split_once(':') {
            Some(("program", name)) => (DefinitionKind::Program, name),
            Some(("http", name)) => (DefinitionKind::Http, name),
            _ => return Err(nothing_of(id)),
        };
        if CustomProviders::remove(&self.config.data_dir, kind, name)? {
            Ok(())
        } else {
            Err(nothing_of(id))
        }
    }
}

fn nothing_of(id: &str) -> AppError {
    AppError::usage(
        "unknown-provider",
        format!("there is no provider '{id}' of your own"),
        "ids are like program:NAME and http:NAME",
    )
}

fn example(provider: &providers::ProviderInfo) -> String {
    let name = match provider.id.as_str() {
        "local" => "smollm2-135m",
        "hf" => "ORG/NAME",
        "ollama" => "qwen2.5-coder:7b",
        _ => "NAME",
    };
    match (&provider.default_url, provider.kind) {
        (None, providers::ProviderKind::Server) => {
            format!("{}:{name}@http://127.0.0.1:8000/v1", provider.id)
        }
        _ => format!("{}:{name}", provider.id),
    }
}
