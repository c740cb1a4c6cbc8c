//! Where models come from: the providers there are, what their servers offer, those of the user's own, and
//! a prompt to try a model with.

use assay_core::{GenerationRequest, Message, ModelRef, Prompt, Role, Sampling};
use assay_providers::{Delta, ProviderRegistry};

use crate::dto::{CustomProvider, ModelOffer, ProviderInfo, ProviderKind, TestAnswer};
use crate::{App, AppError};

/// Longest answer to a test prompt, in tokens: enough to see whether the model answers sensibly.
const TEST_TOKENS: u32 = 256;

impl App {
    /// Everything that may stand before the colon of a model's name.
    pub fn list_providers(&self) -> Vec<ProviderInfo> {
        ProviderRegistry::names()
            .map(|id| ProviderInfo {
                id: id.to_owned(),
                title: id.to_owned(),
                kind: ProviderKind::Server,
                default_url: None,
                key_variable: None,
                example: format!("{id}:NAME"),
                note: String::new(),
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
        let found = self.provider(&any)?.list_models(&task.cancel).await?;
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
        let provider = self.provider(&model)?;
        // Some models tell what they can do only when they are looked at.
        provider.check(&task.cancel).await?;
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

    /// The providers of the user's own.
    ///
    /// # Errors
    /// When `providers.toml` cannot be read; the message names the line.
    pub fn list_custom_providers(&self) -> Result<Vec<CustomProvider>, AppError> {
        Ok(Vec::new())
    }

    /// Keeps a provider of the user's own, in the place of one of the same kind and name.
    ///
    /// # Errors
    /// When a part of it is wrong, or the file cannot be written.
    pub fn save_custom_provider(&self, _provider: CustomProvider) -> Result<(), AppError> {
        Err(AppError::usage("not-built", "not built yet", "wait"))
    }

    /// # Errors
    /// When there is none of that name, or the file cannot be written.
    pub fn remove_custom_provider(&self, _id: &str) -> Result<(), AppError> {
        Err(AppError::usage("not-built", "not built yet", "wait"))
    }
}
