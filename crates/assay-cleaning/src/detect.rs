//! Which language a response is written in.

use std::cell::RefCell;

use assay_core::Language;
use serde::{Deserialize, Serialize};
use tree_sitter::{Node, ParseOptions};

use crate::chunks::is_talk;
use crate::fences::{self, Fence};
use crate::foreign;
use crate::grammars::{Grammar, of_tag};
use crate::reply::Reply;
use crate::sections;

/// What a language was told by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetectedBy {
    /// The tag of a code fence, and the grammar does not speak against it.
    FenceTag,
    /// The share of the code that does not parse, by language.
    Grammar,
    /// Nothing in the response: it is what was asked for.
    Task,
}

/// The language of a response, and how far to trust it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    pub language: Language,
    /// From 0 (a guess) to 1.
    pub confidence: f64,
    pub by: DetectedBy,
}

/// How much of a text is looked at: enough to tell, and the time does not grow with the text.
const SAMPLE: usize = 3_072;
/// How much of a text that is too long to be parsed whole.
const SAMPLE_OF_LONG: usize = 1_536;
/// So much prose before its code is passed over.
const PREFACE: usize = 16_384;
/// A text of which more does not parse is in none of the languages.
const MOST_ERRORS: f64 = 0.35;
/// A tag is believed unless more of its code does not parse, and in another language nearly all does.
const MOST_ERRORS_UNDER_TAG: f64 = 0.25;
/// What is this close in two languages is told by the task.
const TIE: f64 = 0.02;

/// The language `response` is written in: by the tags of its fences, else by the grammar that leaves the
/// smallest share of its code unparsed, else `expected`.
///
/// The answer is `expected` or one of `candidates`, or, when `candidates` is empty, any language with a
/// grammar here. `expected` wins where several fences or grammars fit equally well: JavaScript is
/// TypeScript too. When all fails and nothing is expected, the first candidate is named with a confidence
/// of 0. The time is bounded but for one pass over the response.
pub fn detect(response: &str, expected: Option<&Language>, candidates: &[Language]) -> Detection {
    let reply = Reply::of(response);
    detect_in(&reply, response, expected, candidates)
}

/// The same of a reply that was looked at before; `fallback` is what speaks for it where its answer is blank.
pub(crate) fn detect_in(
    reply: &Reply<'_>,
    fallback: &str,
    expected: Option<&Language>,
    candidates: &[Language],
) -> Detection {
    let mut languages: Vec<Language> = expected.into_iter().cloned().collect();
    if candidates.is_empty() {
        languages.extend(Grammar::all().iter().map(|g| Language::new(g.id)));
    } else {
        languages.extend_from_slice(candidates);
    }
    let fences_of_fallback;
    let (text, fenced) = if reply.answer.text.trim().is_empty() {
        fences_of_fallback = fences::find(fallback);
        (fallback, &fences_of_fallback)
    } else {
        (reply.answer.text.as_str(), reply.fenced())
    };
    let shares = &reply.shares;
    let code = longest(&fenced.fences, |fence| foreign::may_be_code(&fence.tag))
        .map_or(text, |fence| fence.content.as_str());
    let by_grammar = by_grammar(shares, code, expected, &languages);
    if let Some(tagged) = by_tag(&fenced.fences, expected, &languages) {
        let language = of_tag(&tagged.tag);
        let share = Grammar::of(&language).map(|g| shares.of(g, &tagged.content));
        let refuted = share.is_some_and(|share| share > MOST_ERRORS_UNDER_TAG)
            && by_grammar
                .as_ref()
                .is_some_and(|(_, share, _)| *share < TIE);
        if !refuted {
            return Detection {
                language,
                confidence: 1.0 - share.unwrap_or(0.1).min(0.5),
                by: DetectedBy::FenceTag,
            };
        }
    }
    if let Some((language, share, margin)) = by_grammar
        && share <= MOST_ERRORS
    {
        return Detection {
            language,
            confidence: (1.0 - share) * (0.5 + 0.5 * (margin / 0.2).clamp(0.0, 1.0)),
            by: DetectedBy::Grammar,
        };
    }
    Detection {
        language: languages
            .into_iter()
            .next()
            .unwrap_or_else(Language::python),
        confidence: if expected.is_some() { 0.25 } else { 0.0 },
        by: DetectedBy::Task,
    }
}

/// The languages in which a reply may be, the likeliest first: those its fences' tags name, then by the
/// share of its longest fence, or of all of it, that does not parse.
pub(crate) fn ranked(reply: &Reply<'_>, candidates: &[Language]) -> Vec<Language> {
    let fenced = reply.fenced();
    let code = longest(&fenced.fences, |fence| foreign::may_be_code(&fence.tag))
        .map_or(reply.answer.text.as_str(), |fence| fence.content.as_str());
    let mut shares: Vec<(&Language, bool, f64)> = candidates
        .iter()
        .map(|language| {
            let tagged = fenced
                .fences
                .iter()
                .any(|fence| !fence.tag.is_empty() && of_tag(&fence.tag) == *language);
            let share = Grammar::of(language).map_or(1.0, |g| reply.shares.of(g, code));
            (language, tagged, share)
        })
        .collect();
    // Stable: of equals the one that was named first.
    shares.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.total_cmp(&b.2)));
    shares
        .into_iter()
        .map(|(language, ..)| language.clone())
        .collect()
}

/// The fence that speaks for the response by its tag: one in the language that was asked for, else the
/// longest.
fn by_tag<'a>(
    fences: &'a [Fence],
    expected: Option<&Language>,
    languages: &[Language],
) -> Option<&'a Fence> {
    let is_of = |fence: &&Fence, wanted: &Language| {
        !fence.tag.is_empty() && of_tag(&fence.tag) == *wanted && !fence.content.trim().is_empty()
    };
    expected
        .and_then(|wanted| fences.iter().find(|fence| is_of(fence, wanted)))
        .or_else(|| longest(fences, |fence| languages.iter().any(|l| is_of(&fence, l))))
}

fn longest(fences: &[Fence], wanted: impl Fn(&Fence) -> bool) -> Option<&Fence> {
    fences
        .iter()
        .filter(|fence| wanted(fence) && !fence.content.trim().is_empty())
        .max_by_key(|fence| fence.content.len())
}

/// The language in which most of `code` parses, the share that does not, and how much larger that of the
/// next language is.
fn by_grammar(
    known: &Shares,
    code: &str,
    expected: Option<&Language>,
    languages: &[Language],
) -> Option<(Language, f64, f64)> {
    let mut shares: Vec<(&Language, f64)> = Vec::new();
    for language in languages {
        if shares.iter().any(|(seen, _)| *seen == language) {
            continue;
        }
        if let Some(grammar) = Grammar::of(language) {
            shares.push((language, known.of(grammar, code)));
        }
    }
    // Stable: of equals the one that comes first.
    shares.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (best, lowest) = *shares.first()?;
    let (language, share) = expected
        .and_then(|wanted| {
            shares
                .iter()
                .find(|(l, share)| *l == wanted && *share <= lowest + TIE)
        })
        .copied()
        .unwrap_or((best, lowest));
    let next = shares
        .iter()
        .find(|(l, _)| *l != language)
        .map_or(1.0, |(_, s)| *s);
    Some((language.clone(), share, (next - share).max(0.0)))
}

/// What [`error_share`] said of samples, so that none is parsed twice by one grammar.
#[derive(Default)]
pub(crate) struct Shares {
    known: RefCell<Vec<(&'static str, String, f64)>>,
}

impl Shares {
    /// The share of `code` (of its beginning) that `grammar` cannot make sense of, without comments and
    /// blanks; 1 for what only consists of words.
    pub(crate) fn of(&self, grammar: &'static Grammar, code: &str) -> f64 {
        let sample = sample(code);
        let long = code.len() > sections::LARGE;
        let mut known = self.known.borrow_mut();
        if let Some((.., share)) = known
            .iter()
            .find(|(id, text, _)| *id == grammar.id && text == sample)
        {
            return *share;
        }
        let share = error_share(grammar, sample, long);
        known.push((grammar.id, sample.to_owned(), share));
        share
    }
}

fn error_share(grammar: &Grammar, sample: &str, long: bool) -> f64 {
    let opened = match grammar.marks {
        Some((opening, _)) if !sample.contains(opening) => format!("{opening}\n{sample}"),
        _ => sample.to_owned(),
    };
    let bytes = opened.as_bytes();
    // In hundreds of operations. Where little of a sample is code, recovering costs the most: less is spent on a
    // text that nobody wrote for a compiler.
    let most = if long { 40 } else { 150 + bytes.len() / 16 };
    let mut budget = most;
    let mut progress = |_: &tree_sitter::ParseState| {
        budget = budget.saturating_sub(1);
        if budget == 0 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let tree = grammar.parser().parse_with_options(
        &mut |at, _| bytes.get(at..).unwrap_or_default(),
        None,
        Some(ParseOptions::new().progress_callback(&mut progress)),
    );
    #[cfg(test)]
    crate::meter::count(|work| {
        work.read += bytes.len();
        work.checks += most - budget;
        work.errors += usize::from(tree.is_none());
    });
    tree.map_or(1.0, |tree| share_of(tree.root_node()))
}

pub(crate) fn share_of(root: Node<'_>) -> f64 {
    let (mut all, mut bad) = (0_usize, 0_usize);
    let mut says_something = false;
    let mut cursor = root.walk();
    // Whether each node around the current one is an error.
    let mut around: Vec<bool> = Vec::new();
    let mut down = true;
    loop {
        let node = cursor.node();
        if down {
            let kind = node.kind();
            if node.is_named() && !node.is_error() {
                says_something |= [
                    "declaration",
                    "definition",
                    "_item",
                    "function",
                    "import",
                    "include",
                    "return",
                    "call",
                    "assignment",
                    "invocation",
                ]
                .iter()
                .any(|part| kind.contains(part));
            }
            if cursor.goto_first_child() {
                around.push(node.is_error());
                continue;
            }
            if node.is_missing() {
                bad += 1;
                all += 1;
            } else if !kind.contains("comment") {
                let length = node.end_byte() - node.start_byte();
                all += length;
                // Text outside the marks of code is no code.
                if node.is_error() || kind == "text" || around.last() == Some(&true) {
                    bad += length;
                }
            }
        }
        if cursor.goto_next_sibling() {
            down = true;
        } else if cursor.goto_parent() {
            around.pop();
            down = false;
        } else {
            break;
        }
    }
    if all == 0 || !says_something {
        return 1.0;
    }
    #[allow(
        clippy::cast_precision_loss,
        reason = "both are at most some thousands"
    )]
    let share = bad as f64 / all as f64;
    share
}

/// The first lines of `code`; of a long one those from where it ceases to be talk.
fn sample(code: &str) -> &str {
    if code.len() > sections::LARGE {
        let rest = &code[preface(code)..];
        return first_lines(rest, SAMPLE_OF_LONG);
    }
    first_lines(code, SAMPLE)
}

/// How many bytes of talk `text` begins with; none when there is no end to it.
fn preface(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > PREFACE {
            break;
        }
        if !is_talk(line) {
            return at;
        }
        at += line.len();
    }
    0
}

fn first_lines(code: &str, most: usize) -> &str {
    if code.len() <= most {
        return code;
    }
    let end = (0..=most)
        .rev()
        .find(|at| code.is_char_boundary(*at))
        .unwrap_or(0);
    let head = &code[..end];
    head.rfind('\n').map_or(head, |line_end| &head[..line_end])
}
