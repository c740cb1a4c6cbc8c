//! Which language a reply is cleaned in, and how sure that is.

use assay_core::{Content, Language, ResponseMode};

use crate::detect::{DetectedBy, detect, detect_in, ranked};
use crate::foreign;
use crate::grammars::{Grammar, of_tag};
use crate::reply::Reply;
use crate::sections::LARGE;
use crate::{Cleaned, CleaningInput, flawless, in_language};

/// Replies up to this length are tried in every language they may be in, longer ones in the two likeliest and
/// those beyond [`LARGE`] in the likeliest, so that the time stays a small multiple of one cleaning.
const SHORT: usize = 16_384;

/// The reply cleaned in one of `input.languages`, with the language and the confidence in it.
pub(crate) fn clean(input: &CleaningInput<'_>, naive: &str) -> Cleaned {
    let reply = Reply::of(input.response);
    let (mut cleaned, language) = match input.languages {
        [language] => (
            in_language(input, &reply, language, naive),
            language.clone(),
        ),
        several => routed(input, &reply, several, naive),
    };
    if cleaned.content == Content::NoCode {
        return cleaned;
    }
    let expected = cleaned.language.clone().unwrap_or(language);
    let tags = tags_of(&reply);
    let parses = cleaned.content == Content::Ok || parses(&expected, &cleaned.program);
    let (language, confidence) = if parses {
        let tag = tags.as_deref().map(|tags| tags.contains(&expected));
        let evidence = Evidence {
            tag,
            rivals: tag != Some(true) && rivals(&expected, &cleaned.program),
        };
        (expected, evidence.confidence())
    } else {
        let found = detect_in(
            &reply,
            input.response,
            Some(&expected),
            &foreign::languages(),
        );
        // Nothing in the reply speaks for a language: what was asked for, at the confidence of a guess.
        let wrong = cleaned.content == Content::WrongLanguage;
        if found.language == expected || !wrong {
            let same = found.language == expected;
            (
                expected,
                if same {
                    found.confidence
                } else {
                    1.0 - found.confidence
                },
            )
        } else {
            (found.language, found.confidence)
        }
    };
    cleaned.language = Some(language);
    cleaned.confidence = confidence.clamp(0.0, 1.0);
    cleaned
}

/// The reply in the language in which it makes the best program, the likeliest one being tried first.
fn routed(
    input: &CleaningInput<'_>,
    reply: &Reply<'_>,
    several: &[Language],
    naive: &str,
) -> (Cleaned, Language) {
    let candidates = if several.is_empty() {
        Grammar::all().iter().map(|g| Language::new(g.id)).collect()
    } else {
        several.to_vec()
    };
    // The prompt's own code says what was asked for, where it is code.
    let asked = Some(detect(input.prompt, None, &candidates))
        .filter(|found| found.by == DetectedBy::Grammar && !input.prompt.trim().is_empty())
        .map(|found| found.language);
    let joined;
    let (asked_of, text) = match input.mode {
        ResponseMode::Completion => {
            joined = Reply::of(naive);
            (&joined, naive)
        }
        ResponseMode::Chat => (reply, input.response),
    };
    let first = detect_in(asked_of, text, asked.as_ref(), &candidates).language;
    let mut order = vec![first];
    if input.response.len() <= LARGE {
        for language in ranked(asked_of, &candidates) {
            if !order.contains(&language) {
                order.push(language);
            }
        }
    }
    if input.response.len() > SHORT {
        order.truncate(2);
    }
    let mut best: Option<(Cleaned, Language)> = None;
    for language in order {
        let cleaned = in_language(input, reply, &language, naive);
        if cleaned.content == Content::Ok {
            return (cleaned, language);
        }
        if best
            .as_ref()
            .is_none_or(|(other, _)| nearness(cleaned.content) > nearness(other.content))
        {
            best = Some((cleaned, language));
        }
    }
    // There is always a first candidate.
    best.unwrap_or_else(|| {
        let python = Language::python();
        (in_language(input, reply, &python, naive), python)
    })
}

/// How near what was found comes to a usable candidate.
fn nearness(content: Content) -> u8 {
    match content {
        Content::Ok => 5,
        Content::Placeholder => 4,
        Content::Incomplete => 3,
        Content::SyntaxError => 2,
        Content::WrongLanguage => 1,
        Content::NoCode => 0,
    }
}

/// The languages that the tags of the fences name; `None` when there is no such tag.
fn tags_of(reply: &Reply<'_>) -> Option<Vec<Language>> {
    let text = &reply.answer.text;
    if !text.contains("```") && !text.contains("~~~") {
        return None;
    }
    let known = foreign::languages();
    let tags: Vec<Language> = reply
        .fenced()
        .fences
        .iter()
        .filter(|fence| !fence.tag.is_empty())
        .map(|fence| of_tag(&fence.tag))
        .filter(|language| known.contains(language))
        .collect();
    (!tags.is_empty()).then_some(tags)
}

/// What speaks for the language of code that parses in it.
struct Evidence {
    /// Whether the tag of a fence names it; `None` where no tag names a language.
    tag: Option<bool>,
    /// Whether it parses in another language too.
    rivals: bool,
}

impl Evidence {
    /// How often such code is in that language: below what was measured over solutions in eight languages, by
    /// about as much as the counts leave open (`docs/cleaning.md` has them, `tests/calibration.rs` takes them
    /// again).
    fn confidence(&self) -> f64 {
        match (self.tag, self.rivals) {
            (Some(true), _) => 0.99,
            (None, false) => 0.99,
            (None, true) => 0.95,
            (Some(false), false) => 0.97,
            (Some(false), true) => 0.9,
        }
    }
}

fn parses(language: &Language, code: &str) -> bool {
    Grammar::of(language).is_some_and(|grammar| grammar.takes(code))
}

/// Whether another language's grammar takes `code` as well.
fn rivals(language: &Language, code: &str) -> bool {
    code.len() <= SHORT && !is_unmistakable(language, code) && others_take(language, code)
}

fn others_take(language: &Language, code: &str) -> bool {
    Grammar::all()
        .iter()
        .any(|grammar| grammar.id != language.as_str() && grammar.takes(code))
}

/// Whether `code` has at its top a definition that is in no other grammar here. That is found in a hundredth of the time
/// that the others take to stumble over it.
fn is_unmistakable(language: &Language, code: &str) -> bool {
    let definition = match language.as_str() {
        "python" => "function_definition",
        "go" => "function_declaration",
        "rust" => "function_item",
        _ => return false,
    };
    flawless(language, code).is_some_and(|tree| {
        let root = tree.root_node();
        root.children(&mut root.walk())
            .any(|node| node.kind() == definition)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_unmistakable_is_taken_by_no_other_grammar() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/starter");
        let mut seen = 0;
        for problem in std::fs::read_dir(root).unwrap() {
            for grammar in Grammar::all() {
                let folder = problem.as_ref().unwrap().path().join(grammar.id);
                let Ok(files) = std::fs::read_dir(&folder) else {
                    continue;
                };
                let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
                paths.retain(|path| {
                    path.file_stem()
                        .is_some_and(|name| name == "prompt" || name == "solution")
                });
                paths.sort();
                let code: String = paths
                    .iter()
                    .map(|path| std::fs::read_to_string(path).unwrap())
                    .collect();
                let language = Language::new(grammar.id);
                if is_unmistakable(&language, &code) {
                    seen += 1;
                    assert!(!others_take(&language, &code), "{}: {code}", grammar.id);
                }
            }
        }
        assert!(seen >= 50, "{seen}");
    }
}
