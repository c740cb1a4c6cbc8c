//! Weights as they are published (safetensors) made into the GGUF file that llama.cpp runs.
//!
//! Numbers stay as they are, matrices of 16-bit floats in 16 bits; what changes is where they stand: names, the
//! order of some rows, metadata, and the tokenizer. Why here and not elsewhere: `docs/adr/0012-safetensors-converted.md`.
//!
//! - [`Recipe`] reads the small files of a repository, and tells before gigabytes are fetched whether it can be done.
//! - [`Recipe::convert`] reads the weights, tensor by tensor, and writes the file whole or not at all.
//!
//! An architecture is a name in `config.rs` and its tensors in `tensors.rs`; a tokenizer's rules are a row in
//! `pretokenizer.rs`. What is not known is refused by name, never guessed.

mod config;
mod error;
mod fields;
mod gguf;
mod positions;
mod pretokenizer;
mod special;
mod tensors;
mod tokenizer;
mod weights;
mod write;

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json};
use tokio_util::sync::CancellationToken;

use config::Config;
pub use error::ConvertError;
use tokenizer::{Beside, Tokenizer};
use weights::Weights;
pub(super) use weights::files_of_index;

pub(super) const CONFIG: &str = "config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const SETTINGS: &str = "tokenizer_config.json";
pub(super) const GENERATION: &str = "generation_config.json";
pub(super) const TEMPLATE: &str = "chat_template.jinja";
/// The weights in one file, or the list of files they are in.
pub(super) const SINGLE: &str = "model.safetensors";
pub(super) const INDEX: &str = "model.safetensors.index.json";

/// Counts up when the same weights would give another file than before: what was converted by an earlier one is
/// then converted anew.
pub(super) const VERSION: u32 = 1;

/// Everything about a model but its weights.
#[derive(Debug)]
pub(super) struct Recipe {
    config: Config,
    tokenizer: Tokenizer,
}

/// What is to be converted, and where to.
#[derive(Debug)]
pub(super) struct Order {
    /// Where the weights lie.
    pub(super) folder: PathBuf,
    /// Their files.
    pub(super) files: Vec<String>,
    /// The folder of the file that is made.
    pub(super) to: PathBuf,
    /// The model's, as files are named.
    pub(super) name: String,
    pub(super) license: Option<String>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Converted {
    pub(super) path: PathBuf,
    /// `BF16`, `F16` or `F32`: what most of it is kept in.
    pub(super) kind: &'static str,
}

impl Recipe {
    /// Reads what lies in `folder`.
    ///
    /// # Errors
    /// [`ConvertError::Architecture`], [`ConvertError::Unsupported`], [`ConvertError::File`],
    /// [`ConvertError::Io`].
    pub(super) fn read(folder: &Path) -> Result<Self, ConvertError> {
        let needed = |name: &str| {
            let path = folder.join(name);
            std::fs::read(&path).map_err(ConvertError::io(path))
        };
        let maybe = |name: &str| {
            folder
                .join(name)
                .is_file()
                .then(|| needed(name))
                .transpose()
        };
        let table = |name: &str| -> Result<Map<String, Json>, ConvertError> {
            match maybe(name)? {
                Some(text) => {
                    serde_json::from_slice(&text).map_err(|error| ConvertError::file(name, error))
                }
                None => Ok(Map::new()),
            }
        };
        let config = Config::read(&needed(CONFIG)?)?;
        let template = maybe(TEMPLATE)?
            .map(|text| {
                String::from_utf8(text).map_err(|error| ConvertError::file(TEMPLATE, error))
            })
            .transpose()?;
        let beside = Beside {
            settings: table(SETTINGS)?,
            generation: table(GENERATION)?,
            model: Some(&config.json),
            template,
        };
        let tokenizer = Tokenizer::read(&needed(TOKENIZER)?, &beside)?;
        Ok(Self { config, tokenizer })
    }

    /// Converts weights into a file beside which nothing of it is left, named after the model and what its
    /// numbers are. `progress` hears the bytes that are written and all there are.
    ///
    /// # Errors
    /// All of [`ConvertError`]. After an error there is no file but those that were there before.
    pub(super) fn convert(
        &self,
        order: &Order,
        progress: &dyn Fn(u64, u64),
        cancel: &CancellationToken,
    ) -> Result<Converted, ConvertError> {
        let Order {
            folder,
            files,
            to,
            name,
            license,
        } = order;
        let weights = Weights::open(folder, files)?;
        let tensors = tensors::plan(&self.config, &weights)?;
        let kind = tensors::kind_of(&tensors);
        let mut pairs: Vec<(String, gguf::Value)> = vec![
            (
                "general.architecture".to_owned(),
                self.config.architecture.name().into(),
            ),
            ("general.type".to_owned(), "model".into()),
            ("general.name".to_owned(), name.as_str().into()),
            ("general.file_type".to_owned(), kind.file_type().into()),
        ];
        if let Some(license) = license {
            pairs.push(("general.license".to_owned(), license.as_str().into()));
        }
        pairs.extend(self.config.pairs());
        pairs.extend(self.tokenizer.pairs(self.config.vocabulary)?);
        let plan = write::Plan {
            pairs,
            tensors,
            weights,
        };
        let total = plan.bytes();
        let path = to.join(format!("{name}-{}.gguf", kind.name()));
        write::write(&plan, &path, &|bytes| progress(bytes, total), cancel)?;
        Ok(Converted {
            path,
            kind: kind.name(),
        })
    }
}
