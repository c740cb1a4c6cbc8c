//! Tokens with a meaning of their own: which begin and end, and which are added to every prompt.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::gguf::Value;
use super::tokenizer::Beside;
use super::{ConvertError, GENERATION, SETTINGS};

/// Tokens that end an answer by their names, whatever a file says: llama.cpp knows them.
const ENDS: &[&str] = &[
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "<|end_of_text|>",
    "<｜end▁of▁sentence｜>",
];

/// What `tokenizer.json` puts around a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Processors {
    before: Option<String>,
    after: Option<String>,
}

impl Processors {
    pub(super) fn read(rules: Option<&Json>) -> Result<Self, ConvertError> {
        let mut found = Self::default();
        if let Some(rules) = rules.filter(|rules| !rules.is_null()) {
            found.add(rules)?;
        }
        Ok(found)
    }

    fn add(&mut self, rule: &Json) -> Result<(), ConvertError> {
        let kind = rule.get("type").and_then(Json::as_str).unwrap_or_default();
        let list = |key: &str| {
            rule.get(key)
                .and_then(Json::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        match kind {
            // It moves the places tokens are said to be at, and no token.
            "ByteLevel" => Ok(()),
            "Sequence" => list("processors").iter().try_for_each(|one| self.add(one)),
            "TemplateProcessing" => {
                let mut seen_text = false;
                for part in list("single") {
                    let token = part.pointer("/SpecialToken/id").and_then(Json::as_str);
                    let place = if seen_text {
                        &mut self.after
                    } else {
                        &mut self.before
                    };
                    match token {
                        Some(token) if place.is_none() => *place = Some(token.to_owned()),
                        None if part.get("Sequence").is_some() && !seen_text => seen_text = true,
                        _ => return Err(unknown("adds several tokens to a text")),
                    }
                }
                Ok(())
            }
            other => Err(unknown(&format!("processes tokens by the rule '{other}'"))),
        }
    }
}

fn unknown(what: &str) -> ConvertError {
    ConvertError::unsupported(format!("the tokenizer (it {what})"))
}

/// Numbers of tokens, and which of them are added.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Specials {
    begin: u32,
    end: u32,
    /// Others that end an answer and are not known by their name: at most two, for which GGUF has keys.
    ends: Vec<u32>,
    unknown: Option<u32>,
    pad: Option<u32>,
    add_begin: bool,
    add_end: bool,
}

impl Specials {
    pub(super) fn read(
        around: &Processors,
        beside: &Beside<'_>,
        ids: &HashMap<&str, u32>,
        template: Option<&str>,
    ) -> Result<Self, ConvertError> {
        let count = ids.len();
        let of = |kind: &str| number_of(kind, beside, ids);
        let flag = |key: &str| beside.settings.get(key).and_then(Json::as_bool);
        let id_of = |token: &Option<String>| {
            token
                .as_ref()
                .map(|token| {
                    ids.get(token.as_str())
                        .copied()
                        .ok_or_else(|| unknown(&format!("adds '{token}', which is no token")))
                })
                .transpose()
        };
        let (before, after) = (id_of(&around.before)?, id_of(&around.after)?);
        let end = of("eos")?
            .or(after)
            .ok_or_else(|| unknown(&format!("has {count} tokens and none that ends an answer")))?;
        let begin = of("bos")?.or(before);
        if before.is_some_and(|id| Some(id) != begin) || after.is_some_and(|id| id != end) {
            return Err(unknown("adds another token than that of beginning or end"));
        }
        if begin.is_none() && template.is_some_and(|text| text.contains("bos_token")) {
            return Err(unknown(
                "has no token of beginning, and its chat template asks for one",
            ));
        }
        let mut ends: Vec<u32> = numbers(beside.generation.get("eos_token_id"));
        if ends.is_empty() {
            ends = numbers(beside.model.and_then(|model| model.get("eos_token_id")));
        }
        let by_name = |id: &u32| ENDS.iter().any(|name| ids.get(name) == Some(id));
        ends.retain(|id| *id != end && !by_name(id));
        ends.dedup();
        if ends.len() > 2 {
            return Err(unknown("ends answers by too many tokens"));
        }
        if let Some(id) = ends
            .iter()
            .find(|id| !ids.values().any(|known| known == *id))
        {
            return Err(ConvertError::file(
                GENERATION,
                format!("eos_token_id names the token {id}, which there is not"),
            ));
        }
        Ok(Self {
            // llama.cpp takes the token 11 where none is named. It is asked for only where a prompt is empty.
            begin: begin.unwrap_or(end),
            end,
            ends,
            unknown: of("unk")?,
            pad: of("pad")?,
            add_begin: flag("add_bos_token").unwrap_or(before.is_some()) && begin.is_some(),
            add_end: flag("add_eos_token").unwrap_or(after.is_some()),
        })
    }

    /// The metadata, without `tokenizer.`.
    pub(super) fn pairs(&self) -> Vec<(&'static str, Value)> {
        let mut pairs: Vec<(&'static str, Value)> = vec![
            ("ggml.bos_token_id", self.begin.into()),
            ("ggml.eos_token_id", self.end.into()),
        ];
        for (key, id) in [
            ("ggml.eot_token_id", self.ends.first()),
            ("ggml.eom_token_id", self.ends.get(1)),
            ("ggml.unknown_token_id", self.unknown.as_ref()),
            ("ggml.padding_token_id", self.pad.as_ref()),
        ] {
            if let Some(id) = id {
                pairs.push((key, (*id).into()));
            }
        }
        pairs.push(("ggml.add_bos_token", self.add_begin.into()));
        pairs.push(("ggml.add_eos_token", self.add_end.into()));
        pairs
    }
}

/// The number of `bos`, `eos`, `unk` or `pad`: by its text in the settings, else as a number in how answers are
/// generated, else in the model's own configuration.
fn number_of(
    kind: &str,
    beside: &Beside<'_>,
    ids: &HashMap<&str, u32>,
) -> Result<Option<u32>, ConvertError> {
    let named = beside.settings.get(&format!("{kind}_token"));
    let text = named.and_then(|value| value.as_str().or_else(|| value.get("content")?.as_str()));
    if let Some(text) = text {
        return ids.get(text).copied().map(Some).ok_or_else(|| {
            ConvertError::file(
                SETTINGS,
                format!("{kind}_token is '{text}', which is no token"),
            )
        });
    }
    let key = format!("{kind}_token_id");
    let empty = Map::new();
    for (file, table) in [
        (GENERATION, &beside.generation),
        (super::CONFIG, beside.model.unwrap_or(&empty)),
    ] {
        if let Some(id) = numbers(table.get(&key)).first() {
            if !ids.values().any(|known| known == id) {
                return Err(ConvertError::file(
                    file,
                    format!("{key} names the token {id}, which there is not"),
                ));
            }
            return Ok(Some(*id));
        }
    }
    Ok(None)
}

/// One number or several.
fn numbers(value: Option<&Json>) -> Vec<u32> {
    let number = |value: &Json| value.as_u64().and_then(|id| u32::try_from(id).ok());
    match value {
        Some(Json::Array(several)) => several.iter().filter_map(number).collect(),
        Some(one) => number(one).into_iter().collect(),
        None => Vec::new(),
    }
}
