//! The parser of a language with curly brackets, for texts of any length.

use std::borrow::Cow;
use std::ops::Range;

use super::chunks::split_surely;
use super::scan::{depth, raw_strings_end};
use super::unit::{Body, Entry, Top, TopKind, Unit, unit};
use crate::grammars::Grammar;
use crate::refused::Refused;
use crate::sections;
use crate::strict::StrictParser;

/// Brackets within brackets, beyond which nobody wrote a text for a compiler.
const DEEPEST: usize = 300;

/// What the first section of a long text says of it.
enum Head {
    /// It has an error, and so has the text.
    Refused,
    Taken(Range<usize>, Unit),
    /// Nothing: where it ends cannot be told.
    Unknown,
}

/// A parser of one language; one for each cleaning.
pub(crate) struct Syntax {
    pub grammar: &'static Grammar,
    parser: StrictParser,
    refused: Refused,
}

impl Syntax {
    /// A parser for candidates out of a text of `length` bytes. Code needs less than one operation a byte;
    /// what all candidates together need is bounded, so that ambiguous or hostile text takes linear time.
    pub(crate) fn new(grammar: &'static Grammar, length: usize) -> Self {
        Self {
            grammar,
            parser: StrictParser::for_candidates(
                grammar.parser(),
                length,
                sections::price_of_error(length),
            ),
            refused: Refused::default(),
        }
    }

    /// `text` with the mark that a file of this language begins with, where it has one.
    pub(crate) fn opened<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.grammar.marks {
            Some((opening, _)) if !text.trim_start().starts_with(opening) => {
                Cow::Owned(format!("{opening}\n{text}"))
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// `text` when it has no error. Ends at the first one, so that prose costs nothing. Of a text longer than
    /// [`sections::LARGE`] only sections are parsed.
    pub(crate) fn parse(&mut self, text: &str, entry_point: &str) -> Option<Unit> {
        if text.len() > sections::LARGE {
            if self.refused.knows(text, entry_point) {
                return None;
            }
            let unit = self.in_sections(text, entry_point);
            if unit.is_none() {
                self.refused.note(text, entry_point);
            }
            return unit;
        }
        if depth(text, self.grammar).deepest > DEEPEST {
            return None;
        }
        self.flawless(text, entry_point)
    }

    fn flawless(&mut self, text: &str, entry_point: &str) -> Option<Unit> {
        // C++'s grammar wants a line end after `#include <x>`.
        let ended = if text.ends_with('\n') {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(format!("{text}\n"))
        };
        let tree = self.parser.tree(&without_typeid(&ended))?;
        let mut unit = unit(&tree, &ended, entry_point)?;
        unit.end_at(text.len());
        Some(unit)
    }

    fn in_sections(&mut self, text: &str, entry_point: &str) -> Option<Unit> {
        let depth = depth(text, self.grammar);
        if depth.broken || depth.open > 0 || depth.deepest > DEEPEST {
            return None;
        }
        let mut head = match self.head(text, entry_point) {
            Head::Refused => return None,
            Head::Taken(range, unit) => Some((range, unit)),
            Head::Unknown => None,
        };
        let chunks = split_surely(text, self.grammar);
        let defines = |chunk: &str| !entry_point.is_empty() && brings(chunk, entry_point);
        let judged = sections::judged(text, &chunks, defines);
        let mut whole = Unit {
            tops: Vec::new(),
            entry: None,
        };
        let mut at = 0;
        for range in judged {
            for chunk in chunks
                .iter()
                .filter(|chunk| chunk.start >= at && chunk.end <= range.start)
            {
                let source = &text[chunk.clone()];
                if sections::talks(source) {
                    return None;
                }
                whole.tops.push(Top {
                    range: chunk.clone(),
                    kind: TopKind::Other,
                    binds: sections::brought(source)
                        .into_iter()
                        .map(str::to_owned)
                        .collect(),
                    pieces: Vec::new(),
                });
            }
            at = range.end;
            let source = &text[range.clone()];
            let opened = self.opened(source);
            let mark = opened.len() - source.len();
            let known = head.take_if(|(taken, _)| *taken == range);
            let unit = if let Some((_, unit)) = known {
                unit
            } else if source.len() > sections::LARGE {
                self.begun(source, &opened, entry_point)?
            } else {
                self.flawless(&opened, entry_point)?
            };
            whole.append(unit, range.start, mark);
        }
        Some(whole)
    }

    /// The first section of a long text, parsed before what follows it is looked at: most texts that are not
    /// code show that here.
    fn head(&mut self, text: &str, entry_point: &str) -> Head {
        let begin = sections::beginning(text);
        // A raw string that goes on behind would hide brackets which seem to stand here.
        if !raw_strings_end(begin, self.grammar) {
            return Head::Unknown;
        }
        let mut chunks = split_surely(begin, self.grammar);
        // The last may have been cut.
        chunks.pop();
        let Some(range) = sections::first(&chunks) else {
            return Head::Unknown;
        };
        let source = &text[range.clone()];
        let opened = self.opened(source);
        match self.flawless(&opened, entry_point) {
            Some(unit) => Head::Taken(range, unit),
            None => Head::Refused,
        }
    }

    /// One statement, too long to be parsed whole, of which the beginning has no error.
    fn begun(&mut self, statement: &str, opened: &str, entry_point: &str) -> Option<Unit> {
        if !self.parser.begins(opened, sections::SECTION) {
            return None;
        }
        let range = 0..statement.len();
        let names = sections::brought(statement);
        let entry = brings(statement, entry_point).then(|| Entry {
            body: Body::Real,
            top: 0,
            range: range.clone(),
            class: None,
        });
        Some(Unit {
            tops: vec![Top {
                range,
                kind: TopKind::Definition,
                binds: names.into_iter().map(str::to_owned).collect(),
                pieces: Vec::new(),
            }],
            entry,
        })
    }
}

/// Whether a chunk seems to define `name`: in a line of it the name stands before a bracket and one opens a block,
/// or it is given a value.
fn brings(chunk: &str, name: &str) -> bool {
    !name.is_empty()
        && chunk.lines().any(|line| {
            line.contains(name)
                && (line.trim_end().ends_with('{') || line.contains(" = "))
                && sections::brought(line.trim_start()).contains(&name)
        })
}

/// `text` with an identifier, as long, for each type within `typeid(…)`: C++'s grammar takes only expressions
/// there, and other languages have no such word.
fn without_typeid(text: &str) -> Cow<'_, str> {
    const WORD: &str = "typeid(";
    const LONGEST: usize = 100;
    if !text.contains(WORD) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(WORD) {
        let (head, tail) = rest.split_at(at + WORD.len());
        out.push_str(head);
        rest = tail;
        let end = tail
            .bytes()
            .take(LONGEST)
            .position(|b| b == b')' || b == b'\n');
        if let Some(end) = end.filter(|end| tail.as_bytes()[*end] == b')') {
            out.extend(std::iter::repeat_n('x', end));
            rest = &tail[end..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
