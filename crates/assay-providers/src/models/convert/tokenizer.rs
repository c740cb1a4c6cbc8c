//! `tokenizer.json` and what stands beside it, as GGUF's metadata.
//!
//! What is taken is byte pair encoding over bytes (GPT-2's). Whatever else a tokenizer does (normalising, adding spaces,
//! falling back to bytes) and llama.cpp would not, is refused: other tokens than a model was trained with only show
//! as worse answers.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::gguf::Value;
use super::special::{Processors, Specials};
use super::{ConvertError, TOKENIZER, pretokenizer};

/// Types of tokens as numbered by GGUF.
const NORMAL: i32 = 1;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const UNUSED: i32 = 5;

#[derive(Deserialize)]
struct File {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Json>,
    pre_tokenizer: Option<Json>,
    post_processor: Option<Json>,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    // Of other models it is a list; they are refused by their type.
    #[serde(default)]
    vocab: Json,
    #[serde(default)]
    merges: Vec<Merge>,
    #[serde(default)]
    ignore_merges: bool,
    #[serde(default)]
    byte_fallback: bool,
    dropout: Option<f64>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    end_of_word_suffix: Option<String>,
}

/// As older files have them, or newer ones.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Text(String),
    Pair([String; 2]),
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    special: bool,
    #[serde(default)]
    single_word: bool,
    #[serde(default)]
    lstrip: bool,
    #[serde(default)]
    rstrip: bool,
}

/// What a tokenizer consists of besides `tokenizer.json`.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    /// `tokenizer_config.json`.
    pub(super) settings: Map<String, Json>,
    /// `generation_config.json`.
    pub(super) generation: Map<String, Json>,
    /// `config.json`.
    pub(super) model: Option<&'a Map<String, Json>>,
    /// `chat_template.jinja`.
    pub(super) template: Option<String>,
}

/// A tokenizer that llama.cpp runs alike.
#[derive(Debug)]
pub(super) struct Tokenizer {
    pre: &'static str,
    /// By id; `None` where an id has no token.
    tokens: Vec<Option<(String, i32)>>,
    merges: Vec<String>,
    specials: Specials,
    template: Option<String>,
}

fn unsupported(what: impl std::fmt::Display) -> ConvertError {
    ConvertError::unsupported(format!("the tokenizer ({what})"))
}

fn damaged(what: impl ToString) -> ConvertError {
    ConvertError::file(TOKENIZER, what)
}

impl Tokenizer {
    /// # Errors
    /// [`ConvertError::Unsupported`], [`ConvertError::File`].
    pub(super) fn read(text: &[u8], beside: &Beside<'_>) -> Result<Self, ConvertError> {
        let file: File = serde_json::from_slice(text).map_err(damaged)?;
        check_model(&file.model)?;
        check_normalizer(file.normalizer.as_ref())?;
        let pre = pretokenizer::name_of(file.pre_tokenizer.as_ref(), file.model.ignore_merges)?;
        let tokens = tokens_of(&file)?;
        let ids: HashMap<&str, u32> = tokens
            .iter()
            .zip(0_u32..)
            .filter_map(|(token, id)| Some((token.as_ref()?.0.as_str(), id)))
            .collect();
        if file.model.unk_token.is_some() && !knows_all_bytes(&ids) {
            return Err(unsupported("it has a token for unknown characters"));
        }
        let merges = merges_of(&file.model, &ids)?;
        let template = template_of(beside)?;
        let processors = Processors::read(file.post_processor.as_ref())?;
        let specials = Specials::read(&processors, beside, &ids, template.as_deref())?;
        Ok(Self {
            pre,
            tokens,
            merges,
            specials,
            template,
        })
    }

    /// The metadata, with as many tokens as the embeddings have `rows`.
    ///
    /// # Errors
    /// When there are more tokens than rows.
    pub(super) fn pairs(&self, rows: u32) -> Result<Vec<(String, Value)>, ConvertError> {
        let rows = usize::try_from(rows).map_err(damaged)?;
        if self.tokens.len() > rows {
            return Err(unsupported(format!(
                "it has {} tokens, and the model {rows}",
                self.tokens.len()
            )));
        }
        let padded = (0..rows).map(|id| match self.tokens.get(id) {
            Some(Some((token, kind))) => (token.clone(), *kind),
            // Embeddings are often rounded up to a number that computes well.
            _ => (format!("[PAD{id}]"), UNUSED),
        });
        let (tokens, kinds): (Vec<String>, Vec<i32>) = padded.unzip();
        let distinct: std::collections::HashSet<&String> = tokens.iter().collect();
        if distinct.len() != tokens.len() {
            return Err(damaged("two tokens have the same text"));
        }
        let mut pairs: Vec<(String, Value)> = Vec::new();
        let mut put = |key: &str, value: Value| pairs.push((format!("tokenizer.{key}"), value));
        put("ggml.model", "gpt2".into());
        put("ggml.pre", self.pre.into());
        put("ggml.tokens", Value::Texts(tokens));
        put("ggml.token_type", Value::I32s(kinds));
        put("ggml.merges", Value::Texts(self.merges.clone()));
        put("ggml.add_space_prefix", false.into());
        for (key, value) in self.specials.pairs() {
            put(key, value);
        }
        if let Some(template) = &self.template {
            put("chat_template", template.as_str().into());
        }
        Ok(pairs)
    }
}

fn check_model(model: &Model) -> Result<(), ConvertError> {
    match model.kind.as_deref() {
        Some("BPE") | None => {}
        Some(other) => return Err(unsupported(other)),
    }
    if model.byte_fallback {
        return Err(unsupported("SentencePiece's, with bytes to fall back to"));
    }
    let odd = [
        (
            model.dropout.is_some_and(|share| share > 0.0),
            "it leaves out merges by chance",
        ),
        (
            model
                .continuing_subword_prefix
                .as_ref()
                .is_some_and(|text| !text.is_empty()),
            "parts of words have a prefix",
        ),
        (
            model
                .end_of_word_suffix
                .as_ref()
                .is_some_and(|text| !text.is_empty()),
            "words have a suffix",
        ),
    ];
    match odd.into_iter().find(|(is, _)| *is) {
        Some((_, what)) => Err(unsupported(what)),
        None => Ok(()),
    }
}

/// None, or Unicode's composition (NFC). llama.cpp does not compose, which makes no difference to text that is
/// composed already, as source code and nearly all text is.
fn check_normalizer(normalizer: Option<&Json>) -> Result<(), ConvertError> {
    let Some(normalizer) = normalizer.filter(|n| !n.is_null()) else {
        return Ok(());
    };
    match normalizer.get("type").and_then(Json::as_str) {
        Some("NFC") => Ok(()),
        Some("Sequence") => normalizer
            .get("normalizers")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .try_for_each(|one| check_normalizer(Some(one))),
        other => Err(unsupported(format!(
            "it normalises text by {}",
            other.unwrap_or("an unknown rule")
        ))),
    }
}

fn tokens_of(file: &File) -> Result<Vec<Option<(String, i32)>>, ConvertError> {
    let vocab = file
        .model
        .vocab
        .as_object()
        .ok_or_else(|| damaged("its vocabulary is no table"))?;
    let highest = vocab.len() + file.added_tokens.len();
    let mut tokens: Vec<Option<(String, i32)>> = Vec::new();
    let mut put = |id: u64, token: &str, kind: i32, again: bool| {
        // Holes are few in honest files; a made-up id would fill the memory.
        let id = usize::try_from(id)
            .ok()
            .filter(|id| *id < 2 * highest + 1024)
            .ok_or_else(|| damaged(format!("the token '{token}' has the number {id}")))?;
        if token.is_empty() || token.contains('\0') {
            return Err(damaged(format!("the token {id} is no text")));
        }
        if tokens.len() <= id {
            tokens.resize(id + 1, None);
        }
        match &tokens[id] {
            Some((there, _)) if !(again && there == token) => Err(damaged(format!(
                "the tokens '{there}' and '{token}' have the same number {id}"
            ))),
            _ => {
                tokens[id] = Some((token.to_owned(), kind));
                Ok(())
            }
        }
    };
    for (token, id) in vocab {
        let id = id
            .as_u64()
            .ok_or_else(|| damaged(format!("the token '{token}' has no number")))?;
        put(id, token, NORMAL, false)?;
    }
    for added in &file.added_tokens {
        if added.single_word || added.lstrip || added.rstrip {
            return Err(unsupported(format!(
                "the token '{}' takes in what is around it",
                added.content
            )));
        }
        let kind = if added.special { CONTROL } else { USER_DEFINED };
        put(u64::from(added.id), &added.content, kind, true)?;
        if let Some(other) = vocab.get(&added.content).and_then(Json::as_u64)
            && other != u64::from(added.id)
        {
            return Err(damaged(format!(
                "the token '{}' has two numbers",
                added.content
            )));
        }
    }
    Ok(tokens)
}

fn merges_of(model: &Model, ids: &HashMap<&str, u32>) -> Result<Vec<String>, ConvertError> {
    model
        .merges
        .iter()
        .map(|merge| {
            let (left, right) = match merge {
                Merge::Text(text) => text
                    .split_once(' ')
                    .ok_or_else(|| damaged(format!("the merge '{text}' has one part")))?,
                Merge::Pair([left, right]) => (left.as_str(), right.as_str()),
            };
            // Bytes are written as letters: a space in a part would not be told from the one between them.
            if left.is_empty() || right.is_empty() || left.contains(' ') || right.contains(' ') {
                return Err(damaged(format!("the merge '{left}' + '{right}' is none")));
            }
            let whole = format!("{left}{right}");
            match [left, right, &whole]
                .into_iter()
                .find(|part| !ids.contains_key(part))
            {
                Some(part) => Err(damaged(format!(
                    "the merge '{left}' + '{right}' needs '{part}', which is no token"
                ))),
                None => Ok(format!("{left} {right}")),
            }
        })
        .collect()
}

/// Whether every byte that text in UTF-8 can have is a token, written as GPT-2's table does.
fn knows_all_bytes(ids: &HashMap<&str, u32>) -> bool {
    let mut next = 256_u32;
    (0_u32..256).all(|byte| {
        let printable = matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
        let letter = if printable {
            byte
        } else {
            next += 1;
            next - 1
        };
        let in_text = !matches!(byte, 0xc0 | 0xc1 | 0xf5..=0xff);
        !in_text || char::from_u32(letter).is_some_and(|c| ids.contains_key(c.to_string().as_str()))
    })
}

/// The chat template: a file of its own in newer repositories, else in the settings, there by name when there are
/// several.
fn template_of(beside: &Beside<'_>) -> Result<Option<String>, ConvertError> {
    if beside.template.is_some() {
        return Ok(beside.template.clone());
    }
    match beside.settings.get("chat_template") {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(template)) => Ok(Some(template.clone())),
        Some(Json::Array(several)) => Ok(several
            .iter()
            .find(|one| one.get("name").and_then(Json::as_str) == Some("default"))
            .and_then(|one| one.get("template")?.as_str())
            .map(str::to_owned)),
        Some(_) => Err(ConvertError::file(
            super::SETTINGS,
            "its chat_template is no text",
        )),
    }
}
