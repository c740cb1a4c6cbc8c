//! Code among other text: cut at the top level by its lines, kept chunk by chunk.

use std::ops::Range;

use super::scan::depths_of_lines;
use super::unit::{TopKind, Unit};
use super::{Cleaner, Solution};
use crate::chunks::is_talk;
use crate::grammars::Grammar;
use crate::sections;

/// So many chunks may fail to parse before what is left counts as prose: the time of a failure is small, but
/// a hostile reply has hundreds of thousands.
const MOST_TRIES: usize = 1_000;

impl Cleaner<'_> {
    /// The parsing chunks of `text`, in their order, when together they solve the problem. A chunk is what
    /// begins in the first column outside brackets, up to the next that does.
    ///
    /// In a fence (`rule` says so) only talk is left out: what does not parse there may be the grammar's
    /// fault, and the code needs it.
    pub(super) fn salvage(&mut self, text: &str, rule: &'static str) -> Option<Solution> {
        let in_fence = rule == "fence_salvaged";
        let window = sections::window(text, |line| {
            line.starts_with(|c: char| !c.is_whitespace() && !"{})]".contains(c))
        });
        let windowed = window.map(|(head, tail)| format!("{head}\n{tail}"));
        let text = windowed.as_deref().unwrap_or(text);
        let chunks = split(text, self.syntax.grammar);
        let mut code = String::new();
        let mut solved = false;
        let mut dropped = false;
        let mut index = 0;
        let mut tries = MOST_TRIES;
        while let Some(range) = chunks.get(index) {
            index += 1;
            let chunk = &text[range.clone()];
            let mut found = self.unit_of(chunk, &mut tries).map(|unit| (chunk, unit));
            // `template <…>` and what it begins, where both stand in the first column.
            if found.is_none()
                && let Some(next) = chunks.get(index)
                && (chunk.starts_with("template") || chunk.trim_end().ends_with([')', '>', ']']))
                && let Some(both) = text.get(range.start..next.end)
                && let Some(unit) = self.unit_of(both, &mut tries)
            {
                found = Some((both, unit));
                index += 1;
            }
            let Some((kept, unit)) =
                found.filter(|(_, unit)| keep(unit, solved && !self.name.is_empty()))
            else {
                if in_fence && !is_talk(chunk) {
                    return None;
                }
                dropped |= !chunk.trim().is_empty();
                continue;
            };
            solved |= unit.solves();
            code.push_str(kept);
            if !kept.ends_with('\n') {
                code.push('\n');
            }
        }
        if !solved {
            return None;
        }
        code.truncate(code.trim_end().len());
        code.push('\n');
        let code = self.code_of(&code);
        let found = self.solve(&code, 0)?;
        let mut solution = self.standalone(code, &found, rule);
        solution.to_end = false;
        if windowed.is_some() {
            solution.warnings.push(sections::IN_PART.to_owned());
        } else if dropped {
            solution
                .warnings
                .push("text that is not code was left out".to_owned());
        }
        Some(solution)
    }

    /// `chunk` when it parses; prose is told from code before, for a long answer is mostly prose.
    fn unit_of(&mut self, chunk: &str, tries: &mut usize) -> Option<Unit> {
        let begins = [
            "import", "package", "use", "using", "const", "let", "var", "type", "func", "return",
            "#", "@", "<?",
        ];
        let may_be_code = chunk.trim_end().ends_with([';', '}', ')', ']', '>', '"'])
            || begins.iter().any(|word| chunk.starts_with(word));
        if !may_be_code || *tries == 0 {
            return None;
        }
        let opened = self.syntax.opened(chunk).into_owned();
        let unit = self.syntax.parse(&opened, self.name);
        if unit.is_none() {
            *tries -= 1;
        }
        unit
    }
}

fn split(text: &str, grammar: &Grammar) -> Vec<Range<usize>> {
    let depths = depths_of_lines(text, grammar);
    let mut chunks = Vec::new();
    let (mut start, mut at) = (0, 0);
    for (line, depth) in text.split_inclusive('\n').zip(depths) {
        let begins = line.starts_with(|c: char| !c.is_whitespace() && !"{})]".contains(c));
        if begins && depth == 0 && at > start {
            chunks.push(start..at);
            start = at;
        }
        at += line.len();
    }
    if at > start {
        chunks.push(start..at);
    }
    chunks
}

/// The chunks of `text` that end where a statement surely does: after a bracket or a semicolon, outside
/// `#if … #endif`, and not before `else` and its like.
pub(super) fn split_surely(text: &str, grammar: &Grammar) -> Vec<Range<usize>> {
    const GO_ON: [&str; 5] = ["else", "catch", "finally", "while", "."];
    let mut chunks: Vec<Range<usize>> = Vec::new();
    let mut conditions = 0_usize;
    // The last chunk may be followed by another.
    let mut ended = false;
    for chunk in split(text, grammar) {
        let source = &text[chunk.clone()];
        let goes_on = GO_ON.iter().any(|word| source.starts_with(word));
        match chunks.last_mut() {
            Some(last) if !ended || goes_on => last.end = chunk.end,
            _ => chunks.push(chunk),
        }
        for line in source.lines().filter(|line| line.starts_with('#')) {
            let word = line[1..].trim_start();
            if word.starts_with("if") {
                conditions += 1;
            } else if word.starts_with("endif") {
                conditions = conditions.saturating_sub(1);
            }
        }
        ended = conditions == 0 && source.trim_end().ends_with(['}', ';', ')']);
    }
    chunks
}

fn keep(unit: &Unit, after_entry: bool) -> bool {
    unit.tops.iter().any(|top| match top.kind {
        TopKind::Import | TopKind::Class | TopKind::Attribute | TopKind::Definition => true,
        TopKind::Opening => unit.tops.len() == 1 && !after_entry,
        TopKind::Comment | TopKind::Other => false,
    })
}
