//! What the requests of a sample came to together.

use assay_cleaning::Cleaned;
use assay_core::{
    Coded, Content, DetectedLanguage, ErrorInfo, Fingerprint, FinishReason, Generation, Quality,
    Transport, Turn, Usage,
};
use assay_prompting::{PromptingError, TurnReply};
use assay_providers::{Failure, ProviderError};
use assay_store::{GenerationRecord, KeptAnswer};

use crate::adapt::Report;

/// What the requests of a sample came to together.
#[derive(Default)]
pub(super) struct Talk {
    pub history: Vec<TurnReply>,
    /// Every turn but the last.
    pub earlier: Vec<Turn>,
    pub usage: Option<Usage>,
    pub latency_ms: f64,
    pub first_token_ms: Option<f64>,
    pub attempts: u32,
    pub warnings: Vec<String>,
    /// Turns that were known already, and those that were asked.
    pub known: u32,
    pub asked: u32,
    /// The latency of those, and whether one of them took retries.
    pub asked_ms: f64,
    pub retried: bool,
    /// Of the last turn, to be kept with the sample.
    pub keep: Option<KeptAnswer>,
}

/// How a conversation ended, when it was not answered.
pub(super) enum Broke {
    GivenBack,
    Refused(ErrorInfo),
    Broken(ErrorInfo),
    Empty {
        prompt: String,
        finish: FinishReason,
    },
    Unanswered {
        prompt: String,
        error: ProviderError,
    },
}

impl From<PromptingError> for Broke {
    fn from(error: PromptingError) -> Self {
        Self::Refused(error.info())
    }
}

impl Talk {
    /// What the requests that were made tell of their server.
    pub fn report(&self) -> Option<Report> {
        (self.asked > 0).then(|| Report {
            latency_ms: Some(self.asked_ms / f64::from(self.asked)),
            completion_tokens: self
                .usage
                .and_then(|usage| usage.completion_tokens)
                .map(|all| all / (self.asked + self.known)),
            overloaded: self.retried,
        })
    }

    /// Counts an answer in.
    pub fn heard(&mut self, generation: &Generation, known: bool) {
        if known {
            self.known += 1;
        } else {
            self.asked += 1;
            self.asked_ms += generation.latency_ms;
            self.retried |= generation.attempts > 1;
        }
        self.history.push(TurnReply {
            reply: generation.text.clone(),
            feedback: None,
        });
        self.count(generation.usage);
        for warning in &generation.warnings {
            // Each turn tells the same of its server.
            if !self.warnings.contains(warning) {
                self.warnings.push(warning.clone());
            }
        }
        self.latency_ms += generation.latency_ms;
        self.attempts += generation.attempts;
        if self.earlier.is_empty() {
            self.first_token_ms = generation.first_token_ms;
        }
    }

    /// A sum of what is known of every turn: one that did not say leaves it unknown.
    pub fn count(&mut self, usage: Usage) {
        let add = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
        self.usage = Some(match self.usage {
            None => usage,
            Some(before) => Usage {
                prompt_tokens: add(before.prompt_tokens, usage.prompt_tokens),
                completion_tokens: add(before.completion_tokens, usage.completion_tokens),
            },
        });
    }

    /// Keeps a turn that another one follows.
    pub fn goes_on(&mut self, prompt: String, generation: Generation) {
        let feedback = self.history.last().and_then(|turn| turn.feedback.as_ref());
        self.earlier.push(Turn {
            prompt,
            feedback: feedback.map(|feedback| feedback.message.clone()),
            reply: generation.text,
            usage: generation.usage,
        });
    }

    pub fn broke(&mut self, prompt: String, error: ProviderError) -> Broke {
        if error.is_cancelled() {
            return Broke::GivenBack;
        }
        if error.failure.is_fatal() {
            return Broke::Refused(error.info());
        }
        self.attempts += error.attempts;
        match error.failure {
            Failure::Empty { finish, usage } => {
                self.count(usage);
                Broke::Empty { prompt, finish }
            }
            _ => Broke::Unanswered { prompt, error },
        }
    }

    pub fn record(
        &mut self,
        prompt: String,
        generation: Generation,
        cleaned: Cleaned,
        told: Option<(Quality, Fingerprint)>,
    ) -> GenerationRecord {
        let (quality, fingerprint) = told.unzip();
        let Cleaned {
            program,
            rule,
            warnings,
            content,
            language,
            confidence,
            ..
        } = cleaned;
        let mut told = std::mem::take(&mut self.warnings);
        told.extend(warnings);
        GenerationRecord {
            prompt: Some(prompt),
            raw: Some(generation.text),
            program: (content != Content::NoCode).then_some(program),
            rule: Some(rule),
            warnings: told,
            transport: Transport::Ok,
            content,
            finish: Some(generation.finish),
            usage: self.usage.unwrap_or_default(),
            latency_ms: Some(self.latency_ms),
            first_token_ms: self.first_token_ms,
            served_model: generation.served_model,
            attempts: self.attempts,
            detected: language.map(|language| DetectedLanguage {
                language,
                confidence,
            }),
            quality,
            turns: std::mem::take(&mut self.earlier),
            cost_usd: None,
            cached: self.asked == 0,
            keep: self.keep.take(),
            fingerprint,
        }
    }

    /// The model was asked, and answered with nothing: an answer without code, not a failed request.
    pub fn nothing_said(self, prompt: String, finish: FinishReason) -> GenerationRecord {
        GenerationRecord {
            prompt: Some(prompt),
            raw: Some(String::new()),
            program: None,
            rule: None,
            warnings: self.warnings,
            transport: Transport::Empty,
            content: Content::NoCode,
            finish: Some(finish),
            usage: self.usage.unwrap_or_default(),
            latency_ms: None,
            first_token_ms: None,
            served_model: None,
            attempts: self.attempts,
            detected: None,
            quality: None,
            turns: self.earlier,
            cost_usd: None,
            cached: false,
            keep: None,
            fingerprint: None,
        }
    }
}
