//! Where a run's answers come from: its models, or a recording of them.

use std::path::PathBuf;
use std::sync::Arc;

use assay_core::ModelRef;
use assay_providers::{Provider, Recording};
use tokio_util::sync::CancellationToken;

use crate::{App, AppError};

/// Whether a run's models are asked, and what becomes of their answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Answers {
    /// The models are asked.
    #[default]
    Asked,
    /// They are asked, and every answer and failure is written to this file as well.
    Recorded(PathBuf),
    /// Nobody is asked: the answers are those of this file.
    Replayed(PathBuf),
}

impl Answers {
    /// What is stored with a run, besides its spec, of where its answers are from.
    pub(crate) fn note(&self) -> Option<String> {
        let Self::Replayed(path) = self else {
            return None;
        };
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        Some(format!("answers replayed from {file}"))
    }

    /// The same providers, recorded into a new file where that is asked for.
    pub(crate) fn record_new(
        &self,
        providers: Vec<Arc<dyn Provider>>,
    ) -> Result<Vec<Arc<dyn Provider>>, AppError> {
        match self {
            Self::Recorded(path) => wrap(&Recording::create(path)?, providers),
            _ => Ok(providers),
        }
    }

    /// As [`record_new`](Self::record_new), into a file that may be there already.
    pub(crate) fn record_more(
        &self,
        providers: Vec<Arc<dyn Provider>>,
    ) -> Result<Vec<Arc<dyn Provider>>, AppError> {
        match self {
            Self::Recorded(path) => wrap(&Recording::append(path)?, providers),
            _ => Ok(providers),
        }
    }
}

fn wrap(
    recording: &Recording,
    providers: Vec<Arc<dyn Provider>>,
) -> Result<Vec<Arc<dyn Provider>>, AppError> {
    let wrapped = providers.into_iter().map(|p| recording.wrap(p));
    Ok(wrapped.collect::<Result<_, _>>()?)
}

impl App {
    /// The models of a run, each of which is there and answers.
    pub(crate) async fn providers(
        &self,
        models: &[ModelRef],
        answers: &Answers,
    ) -> Result<Vec<Arc<dyn Provider>>, AppError> {
        let recording = match answers {
            Answers::Replayed(path) => Some(Recording::open(path)?),
            _ => None,
        };
        let mut providers = Vec::with_capacity(models.len());
        for model in models {
            let provider = match &recording {
                Some(recording) => recording.provider(model)?,
                None => self.provider_with_keys(model).await?,
            };
            self.look_at(provider.as_ref(), &CancellationToken::new())
                .await?;
            providers.push(provider);
        }
        Ok(providers)
    }
}
