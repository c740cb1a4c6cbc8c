//! When no candidate solves the problem: what comes nearest, and what is wrong with it.

use assay_core::{Content, Language, ResponseMode};

use super::fenced::candidates;
use super::unit::Unit;
use super::{Cleaner, nothing, scan};
use crate::compose::join;
use crate::detect::{DetectedBy, detect_in};
use crate::grammars::Grammar;
use crate::plain::{mentions, with_imports};
use crate::reply::Reply;
use crate::solution::before_first_fence;
use crate::{Cleaned, CleaningInput, foreign};

/// How sure the grammars must be that code is of another language.
const SURE: f64 = 0.7;

impl Cleaner<'_> {
    pub(super) fn unusable(
        &mut self,
        input: &CleaningInput<'_>,
        reply: &Reply<'_>,
        language: &Language,
    ) -> Cleaned {
        let (text, fenced) = (reply.answer.text.as_str(), reply.fenced());
        let continues = input.mode == ResponseMode::Completion;
        let rest = if continues {
            before_first_fence(text)
        } else {
            fenced.outside.as_str()
        };
        let mut codes: Vec<(String, bool)> = candidates(fenced)
            .into_iter()
            .rev()
            .map(|fence| (self.code_of(&fence.content), !fence.closed))
            .collect();
        if looks_like_code(rest) {
            codes.push((rest.to_owned(), true));
        }
        let mut nearest: Option<(Cleaned, u8)> = None;
        for (code, _) in &codes {
            let joined = join(self.prompt, code);
            let whole = self.whole(code, 0).map(|unit| (code.clone(), unit));
            let Some((program, unit)) = whole.or_else(|| {
                self.whole(&joined, self.most_open())
                    .map(|unit| (joined, unit))
            }) else {
                continue;
            };
            let (rank, content, why) = match unit.entry {
                Some(_) => (
                    2,
                    Content::Placeholder,
                    format!("the body of '{}' does nothing", self.name),
                ),
                None if self.name.is_empty() && unit.runs() => (2, Content::Ok, String::new()),
                None if unit.has_code() => (
                    1,
                    Content::Incomplete,
                    format!("'{}' is not defined", self.name),
                ),
                None => continue,
            };
            if nearest.as_ref().is_none_or(|(_, r)| rank > *r) {
                let mut cleaned = unusable(program, code, "nearest_code", why, content);
                if content == Content::Ok {
                    let as_is = code.as_str() == input.response;
                    cleaned.rule = if as_is { "as_is" } else { "script" }.to_owned();
                    cleaned.warnings.clear();
                    cleaned.content = if self.cut_off {
                        Content::Incomplete
                    } else {
                        Content::Ok
                    };
                }
                nearest = Some((cleaned, rank));
            }
        }
        if let Some((cleaned, 2)) = nearest {
            return cleaned;
        }
        let broken = codes
            .iter()
            .find(|(code, _)| mentions(code, self.name))
            .or(codes.first());
        if let Some(cleaned) =
            other_language(language, reply, broken.map(|(code, _)| code.as_str()))
        {
            return cleaned;
        }
        if let Some((cleaned, _)) = nearest {
            return cleaned;
        }
        let Some((code, unclosed)) = broken else {
            return nothing("no code was found in the response");
        };
        let named = self.name.is_empty() || mentions(code, self.name);
        let program = if named && !continues {
            with_imports(self.prompt, code).0
        } else {
            join(self.prompt, code)
        };
        let depth = scan::depth(&program, self.syntax.grammar);
        let in_fence = !fenced.fences.is_empty();
        let open = !depth.broken && depth.open > if continues { self.prompt_depth } else { 0 };
        // Without its last line it would parse: it stops in the middle of that.
        let whole_lines = program.trim_end().rfind('\n').map(|end| &program[..end]);
        let cut = !depth.broken
            && depth.open > 0
            && whole_lines.is_some_and(|lines| self.whole(lines, usize::MAX).is_some());
        let content = if self.cut_off || (*unclosed && in_fence) || open || cut {
            Content::Incomplete
        } else {
            Content::SyntaxError
        };
        unusable(
            program,
            code,
            "nearest_code",
            "the code does not parse".to_owned(),
            content,
        )
    }

    /// `text` if it parses once some of its brackets are closed, whether it solves the problem or not.
    fn whole(&mut self, text: &str, most_open: usize) -> Option<Unit> {
        let open = scan::depth(text, self.syntax.grammar).open.min(most_open);
        let closed = format!("{text}\n{}", "}".repeat(open));
        self.syntax.parse(&closed, self.name)
    }
}

fn other_language(expected: &Language, reply: &Reply<'_>, code: Option<&str>) -> Option<Cleaned> {
    let found = detect_in(reply, "", Some(expected), &foreign::languages());
    let sure = found.by == DetectedBy::FenceTag || found.confidence >= SURE;
    let language = if found.by != DetectedBy::Task && sure {
        found.language
    } else {
        // What is wholly another language's is that, whatever else the reply holds.
        let grammars = Grammar::all().iter();
        let bare = code.map(|code| code.trim_start().trim_start_matches("<?php"));
        let taking = grammars.filter(|grammar| bare.is_some_and(|code| grammar.takes(code)));
        Language::new(taking.map(|grammar| grammar.id).next()?)
    };
    if language == *expected {
        return None;
    }
    let code = code.unwrap_or(&reply.answer.text);
    let title = foreign::title(&language);
    let mut cleaned = unusable(
        code.to_owned(),
        code,
        "other_language",
        format!("the code looks like {title}"),
        Content::WrongLanguage,
    );
    cleaned.language = Some(language);
    Some(cleaned)
}

fn unusable(program: String, code: &str, rule: &str, why: String, content: Content) -> Cleaned {
    Cleaned {
        program,
        code: code.to_owned(),
        rule: rule.to_owned(),
        changed: true,
        language: None,
        confidence: 0.0,
        warnings: vec![why],
        content,
    }
}

/// Whether a line of `text` ends as prose hardly does, or can hardly be but code.
fn looks_like_code(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        line.ends_with([';', '{', '}'])
            || line.contains(" = ")
            || line.starts_with("return ")
            || (line.starts_with("def ") && line.ends_with(':'))
    })
}
