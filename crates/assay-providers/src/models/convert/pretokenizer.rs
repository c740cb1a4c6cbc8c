//! How text is cut before byte pairs are merged: by which of llama.cpp's names a tokenizer's rules go.
//!
//! llama.cpp has the rules of known tokenizers under names, and a file says which. A wrong name gives other tokens
//! and nothing fails, so a tokenizer has a name here only if its rules are, letter by letter, those that the
//! name's rules were tested to be equal to (`tests/tokens.rs`).

use serde::Deserialize;
use serde_json::Value as Json;

use super::{ConvertError, TOKENIZER};

/// A step of the `tokenizers` library.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type")]
enum Step {
    Sequence {
        pretokenizers: Vec<Step>,
    },
    ByteLevel {
        #[serde(default)]
        add_prefix_space: bool,
        #[serde(default = "yes")]
        use_regex: bool,
    },
    Digits {
        individual_digits: bool,
    },
    Split {
        pattern: Pattern,
        behavior: String,
        #[serde(default)]
        invert: bool,
    },
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
enum Pattern {
    Regex(String),
    String(String),
}

fn yes() -> bool {
    true
}

/// Rules before the bytes are taken: expressions that cut, and `None` for single digits.
type Rules = &'static [Option<&'static str>];

const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const DEEPSEEK_CODER: Rules = &[
    Some("[\r\n]"),
    Some(r"\s?\p{L}+"),
    Some(r"\s?\p{P}+"),
    Some("[一-龥ࠀ-一가-\u{d7ff}]+"),
    None,
];

/// The rules, whether GPT-2's own cut follows them, whether whole words that are tokens are taken without
/// merging, and llama.cpp's name for that.
const KNOWN: &[(Rules, bool, bool, &str)] = &[
    (&[], true, false, "gpt-2"),
    (&[None], true, false, "smollm"),
    (&[Some(QWEN2)], false, false, "qwen2"),
    (&[Some(LLAMA3)], false, true, "llama-bpe"),
    (&[Some(LLAMA3)], false, false, "dbrx"),
    (DEEPSEEK_CODER, false, false, "deepseek-coder"),
];

/// llama.cpp's name for the rules.
///
/// # Errors
/// [`ConvertError::Unsupported`] for all that are not known.
pub(super) fn name_of(
    rules: Option<&Json>,
    ignore_merges: bool,
) -> Result<&'static str, ConvertError> {
    let unknown = |what: &str| ConvertError::unsupported(format!("the tokenizer ({what})"));
    let Some(rules) = rules.filter(|rules| !rules.is_null()) else {
        return Err(unknown("it does not say how text is cut"));
    };
    let step: Step = serde_json::from_value(rules.clone()).map_err(|error| {
        unknown(&format!(
            "{TOKENIZER} cuts text by rules that are not known: {error}"
        ))
    })?;
    let mut steps = Vec::new();
    flatten(step, &mut steps);
    let mut cuts = Vec::new();
    let mut own_cut = None;
    for step in steps {
        if own_cut.is_some() {
            return Err(unknown("it cuts bytes"));
        }
        match step {
            Step::ByteLevel {
                add_prefix_space: false,
                use_regex,
            } => own_cut = Some(use_regex),
            Step::Digits {
                individual_digits: true,
            } => cuts.push(None),
            Step::Split {
                pattern: Pattern::Regex(regex),
                behavior,
                invert: false,
            } if behavior == "Isolated" => cuts.push(Some(regex)),
            other => return Err(unknown(&format!("its rule {other:?} is not known"))),
        }
    }
    let own_cut = own_cut.ok_or_else(|| unknown("it does not work on bytes"))?;
    KNOWN
        .iter()
        .find(|(known, own, whole, _)| {
            *own == own_cut
                && *whole == ignore_merges
                && known.len() == cuts.len()
                && known.iter().zip(&cuts).all(|(a, b)| *a == b.as_deref())
        })
        .map(|(.., name)| *name)
        .ok_or_else(|| unknown("it cuts text by rules that are not known"))
}

fn flatten(step: Step, into: &mut Vec<Step>) {
    match step {
        Step::Sequence { pretokenizers } => {
            for step in pretokenizers {
                flatten(step, into);
            }
        }
        step => into.push(step),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bytes(regex: bool) -> Json {
        json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": regex})
    }

    fn cut(regex: &str) -> Json {
        json!({"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated", "invert": false})
    }

    fn all(steps: &[Json]) -> Json {
        json!({"type": "Sequence", "pretokenizers": steps})
    }

    #[test]
    fn known_rules_have_their_names() {
        let digits = json!({"type": "Digits", "individual_digits": true});
        for (rules, whole, name) in [
            (bytes(true), false, "gpt-2"),
            (all(&[digits, bytes(true)]), false, "smollm"),
            (all(&[cut(QWEN2), bytes(false)]), false, "qwen2"),
            (all(&[cut(LLAMA3), bytes(false)]), true, "llama-bpe"),
            (all(&[cut(LLAMA3), bytes(false)]), false, "dbrx"),
        ] {
            assert_eq!(name_of(Some(&rules), whole).unwrap(), name);
        }
    }

    #[test]
    fn all_others_are_refused() {
        for (rules, whole) in [
            (json!(null), false),
            (bytes(false), false),
            (bytes(true), true),
            (all(&[cut(QWEN2), bytes(false)]), true),
            (all(&[cut(QWEN2), bytes(true)]), false),
            (all(&[cut(r"\p{N}"), bytes(false)]), false),
            (all(&[bytes(true), cut(QWEN2)]), false),
            (all(&[cut(QWEN2)]), false),
            (json!({"type": "Metaspace", "replacement": "▁"}), false),
            (
                json!({"type": "ByteLevel", "add_prefix_space": true}),
                false,
            ),
            (
                json!({"type": "Split", "pattern": {"String": " "}, "behavior": "Isolated"}),
                false,
            ),
            (json!({"type": "Digits", "individual_digits": false}), false),
        ] {
            let error = name_of(Some(&rules), whole).unwrap_err();
            assert!(matches!(error, ConvertError::Unsupported { .. }), "{error}");
            assert!(error.to_string().contains("the tokenizer"), "{error}");
        }
    }
}
