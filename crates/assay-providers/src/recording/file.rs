//! The lines of a recording.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use assay_core::{Generation, GenerationRequest, ModelRef, Prompt, RequestOrigin, Sampling};
use serde::{Deserialize, Serialize};

use super::RecordingError;
use crate::{Capabilities, Failure};

/// Of the form of the lines; a reader refuses a later one.
const VERSION: u32 = 1;

/// A line. A model's comes before the first of its exchanges.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    Model {
        version: u32,
        model: String,
        capabilities: Capabilities,
    },
    Exchange {
        model: String,
        request: Box<Asked>,
        outcome: Outcome,
    },
}

/// A request, as it is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    prompt: Prompt,
    sampling: Sampling,
    seed: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origin: Option<RequestOrigin>,
}

impl From<&GenerationRequest> for Asked {
    fn from(request: &GenerationRequest) -> Self {
        Self {
            prompt: request.prompt.clone(),
            sampling: request.sampling.clone(),
            seed: request.seed,
            origin: request.origin.clone(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Generation(Generation),
    Failure { failure: Failure, attempts: u32 },
}

/// A recording that is being made, locked against other programs.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    file: Mutex<File>,
    /// It was begun here, and holds no exchange yet.
    bare: AtomicBool,
}

/// What was begun for a run that then could not start, or asked for nothing, leaves no file behind.
impl Drop for Writer {
    fn drop(&mut self) {
        if *self.bare.get_mut()
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "an empty recording stays behind");
        }
    }
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Self, RecordingError> {
        let file = OpenOptions::new()
            .create_new(true)
            .read(true)
            .write(true)
            .open(path)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => RecordingError::Exists {
                    path: path.to_owned(),
                },
                _ => RecordingError::io(path)(source),
            })?;
        let mut writer = Self::locked(path, file)?;
        *writer.bare.get_mut() = true;
        Ok(writer)
    }

    pub(super) fn append(path: &Path) -> Result<Self, RecordingError> {
        let io = || RecordingError::io(path);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path)
            .map_err(io())?;
        let writer = Self::locked(path, file)?;
        let mut file = writer.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(io())?;
        let whole = whole_lines(&text);
        parse(path, whole)?;
        file.set_len(whole.len() as u64).map_err(io())?;
        file.seek(SeekFrom::End(0)).map_err(io())?;
        drop(file);
        Ok(writer)
    }

    fn locked(path: &Path, file: File) -> Result<Self, RecordingError> {
        file.try_lock().map_err(|error| match error {
            TryLockError::Error(source) => RecordingError::io(path)(source),
            TryLockError::WouldBlock => {
                RecordingError::io(path)(std::io::Error::from(std::io::ErrorKind::ResourceBusy))
            }
        })?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
            bare: AtomicBool::new(false),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn model(
        &self,
        model: &ModelRef,
        capabilities: Capabilities,
    ) -> Result<(), RecordingError> {
        self.write(&Line::Model {
            version: VERSION,
            model: model.to_string(),
            capabilities,
        })
    }

    pub(super) fn exchange(
        &self,
        model: &ModelRef,
        request: &GenerationRequest,
        outcome: Outcome,
    ) -> Result<(), RecordingError> {
        self.write(&Line::Exchange {
            model: model.to_string(),
            request: Box::new(request.into()),
            outcome,
        })?;
        self.bare.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// A line is written in one go, and handed to the system before this returns: killing the program
    /// loses nothing of it.
    fn write(&self, line: &Line) -> Result<(), RecordingError> {
        let io = |source| RecordingError::io(&self.path)(source);
        let mut text = serde_json::to_vec(line).map_err(|error| io(error.into()))?;
        text.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&text)
            .and_then(|()| file.flush())
            .map_err(io)
    }
}

/// Up to the last line's end: what follows was cut off by a kill.
fn whole_lines(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| *byte == b'\n');
    &text[..end.map_or(0, |at| at + 1)]
}

fn parse(path: &Path, text: &[u8]) -> Result<Vec<Line>, RecordingError> {
    let mut lines = Vec::new();
    for (at, text) in text.split(|byte| *byte == b'\n').enumerate() {
        if text.trim_ascii().is_empty() {
            continue;
        }
        let bad = |detail: String| RecordingError::BadLine {
            path: path.to_owned(),
            line: at + 1,
            detail,
        };
        let line: Line = serde_json::from_slice(text).map_err(|error| bad(error.to_string()))?;
        if let Line::Model { version, .. } = line
            && version != VERSION
        {
            return Err(bad(format!(
                "it is of version {version}, and this program reads version {VERSION}"
            )));
        }
        lines.push(line);
    }
    Ok(lines)
}

/// What was recorded, by model and request.
#[derive(Debug)]
pub(super) struct Exchanges {
    path: PathBuf,
    models: Vec<(ModelRef, Capabilities)>,
    outcomes: Mutex<Outcomes>,
}

/// By model and request.
type Outcomes = HashMap<(String, String), OutcomesOfOne>;

/// What one request came to, each time it was made.
#[derive(Debug, Default)]
struct OutcomesOfOne {
    /// In the order they were recorded.
    recorded: Vec<Outcome>,
    /// How many were given out.
    given: usize,
}

impl Exchanges {
    pub(super) fn read(path: &Path) -> Result<Self, RecordingError> {
        let text = std::fs::read(path).map_err(RecordingError::io(path))?;
        let whole = whole_lines(&text);
        // The last line may be whole and lack only its end.
        let last = &text[whole.len()..];
        let mut lines = parse(path, whole)?;
        if let Ok(line) = serde_json::from_slice(last) {
            lines.push(line);
        } else if !last.is_empty() {
            if lines.is_empty() {
                return Err(RecordingError::BadLine {
                    path: path.to_owned(),
                    line: 1,
                    detail: "it has no whole line".to_owned(),
                });
            }
            tracing::warn!(path = %path.display(), "the recording's last line was cut off and is left out");
        }
        let mut models: Vec<(ModelRef, Capabilities)> = Vec::new();
        let mut outcomes = Outcomes::new();
        for (at, line) in lines.into_iter().enumerate() {
            match line {
                Line::Model {
                    model,
                    capabilities,
                    ..
                } => {
                    let model: ModelRef =
                        model.parse().map_err(|error: assay_core::ModelRefError| {
                            RecordingError::BadLine {
                                path: path.to_owned(),
                                line: at + 1,
                                detail: error.to_string(),
                            }
                        })?;
                    if !models.iter().any(|(known, _)| *known == model) {
                        models.push((model, capabilities));
                    }
                }
                Line::Exchange {
                    model,
                    request,
                    outcome,
                } => outcomes
                    .entry((model, key(&request)))
                    .or_default()
                    .recorded
                    .push(outcome),
            }
        }
        Ok(Self {
            path: path.to_owned(),
            models,
            outcomes: Mutex::new(outcomes),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn models(&self) -> Vec<ModelRef> {
        self.models.iter().map(|(model, _)| model.clone()).collect()
    }

    pub(super) fn capabilities(&self, model: &ModelRef) -> Option<Capabilities> {
        let found = self.models.iter().find(|(known, _)| known == model);
        found.map(|(_, capabilities)| *capabilities)
    }

    /// What came of a request. Of one with an origin it is the last outcome, however often it is asked: a
    /// sample that a stopped run had to ask for again went on from that. Of one without it is the next, or
    /// how many were recorded when all were given out.
    pub(super) fn next(
        &self,
        model: &ModelRef,
        request: &GenerationRequest,
    ) -> Result<Outcome, usize> {
        let mut asked = Asked::from(request);
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.origin.is_some() {
            let known = outcomes.get(&(model.to_string(), key(&asked)));
            if let Some(last) = known.and_then(|known| known.recorded.last()) {
                return Ok(last.clone());
            }
            // A recording that is older than origins, or was not made by a run.
            asked.origin = None;
        }
        let known = outcomes
            .get_mut(&(model.to_string(), key(&asked)))
            .ok_or(0_usize)?;
        let outcome = known
            .recorded
            .get(known.given)
            .cloned()
            .ok_or(known.recorded.len())?;
        known.given += 1;
        Ok(outcome)
    }
}

/// A request as text: the same for the same request, its numbers to the last bit.
fn key(request: &Asked) -> String {
    serde_json::to_string(request).unwrap_or_default()
}
