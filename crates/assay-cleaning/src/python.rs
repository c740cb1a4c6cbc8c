//! Python, judged by its grammar.
//!
//! tree-sitter's grammar accepts a superset of Python (Python 2's `print x`, empty blocks, stray
//! indentation, line breaks inside statements, `return` outside functions), because editors need that.
//! A cleaner that tells code from talk needs the opposite, so [`Python::parse`] checks these itself.

use std::collections::HashSet;
use std::ops::Range;

use tree_sitter::Parser;

use crate::chunks::{defines, split};
use crate::lexical::plausible;
use crate::refused::Refused;
use crate::sections;
use crate::strict::StrictParser;
use crate::walk::Walk;

/// A statement at the top level.
#[derive(Debug, Clone)]
pub(crate) struct Top {
    pub range: Range<usize>,
    pub kind: TopKind,
    /// Names it binds at module level.
    pub binds: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopKind {
    Import,
    FutureImport,
    Definition,
    Assignment,
    Comment,
    /// A string alone: the module's docstring.
    Text,
    /// Runs nothing the solution needs: `print(...)`, `assert`, the guarded main, a test runner, reading
    /// of input.
    SelfTest,
    /// An expression that does nothing (a lone name, an annotation without a value): talk that parses.
    Talk,
    Other,
}

/// What the body of the entry point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Real,
    /// Nothing that could produce an answer: `pass`, `...`, `raise NotImplementedError`, a docstring, a
    /// lone expression, inner definitions that nothing calls.
    Placeholder,
}

/// A text that is Python from its first byte to its last.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub tops: Vec<Top>,
    /// The last definition of the entry point, if there is one.
    pub entry: Option<Entry>,
    pub bound: HashSet<String>,
    pub used: HashSet<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub body: Body,
    /// Index into `tops`.
    pub top: usize,
}

impl Module {
    pub(crate) fn solves(&self) -> bool {
        self.entry.as_ref().is_some_and(|e| e.body == Body::Real)
    }

    /// Where the statement that defines the entry point ends, in bytes.
    pub(crate) fn entry_end(&self) -> Option<usize> {
        self.entry.as_ref().map(|e| self.tops[e.top].range.end)
    }

    /// Adds what comes after it, from byte `at` on.
    fn append(&mut self, next: Self, at: usize, entry_point: &str) {
        let count = self.tops.len();
        if let Some(mut entry) = next.entry {
            entry.top += count;
            let better = !entry_point.is_empty() || entry.body == Body::Real;
            if better || self.entry.is_none() {
                self.entry = Some(entry);
            }
        }
        self.tops.extend(next.tops.into_iter().map(|mut top| {
            top.range = top.range.start + at..top.range.end + at;
            top
        }));
        self.bound.extend(next.bound);
        self.used.extend(next.used);
    }

    /// Whether anything in it does something: a definition, an assignment, a call.
    pub(crate) fn has_code(&self) -> bool {
        self.tops
            .iter()
            .any(|t| !matches!(t.kind, TopKind::Comment | TopKind::Text | TopKind::Talk))
    }
}

/// A Python parser; one for each cleaning.
pub(crate) struct Python {
    parser: StrictParser,
    refused: Refused,
}

impl Python {
    /// A parser for candidates out of a text of `length` bytes: what all of them together need is bounded, so
    /// that ambiguous or hostile text takes linear time.
    pub(crate) fn new(length: usize) -> Self {
        let mut parser = Parser::new();
        // Fails only when grammar and library are of incompatible versions, which every test would show;
        // without a language every parse answers `None`.
        let _ = parser.set_language(&tree_sitter_python::LANGUAGE.into());
        Self {
            // Few of its pieces are tried, and its grammar is small.
            parser: StrictParser::for_candidates(parser, length, 2),
            refused: Refused::default(),
        }
    }

    /// `text` as a module, or `None` when it is not Python. Ends at the first error, so that prose costs
    /// nothing; `entry_point` is the plain name of the function to look for, or empty where any definition
    /// will do that is no test. Of a text longer than [`sections::LARGE`] only sections are parsed.
    pub(crate) fn parse(&mut self, text: &str, entry_point: &str) -> Option<Module> {
        if text.len() > sections::LARGE {
            if self.refused.knows(text, entry_point) {
                return None;
            }
            let module = self.in_sections(text, entry_point);
            if module.is_none() {
                self.refused.note(text, entry_point);
            }
            return module;
        }
        // The parser recovers from errors at a price, thousands of times in prose.
        if !may_be_parsed(text) {
            return None;
        }
        self.flawless(text, entry_point)
    }

    fn flawless(&mut self, text: &str, entry_point: &str) -> Option<Module> {
        let tree = self.parser.tree(text)?;
        Walk::new(text, entry_point).run(&tree)
    }

    fn in_sections(&mut self, text: &str, entry_point: &str) -> Option<Module> {
        // Most texts that are not code show that in their first section.
        let mut chunks = statements(sections::beginning(text));
        // The last may have been cut.
        chunks.pop();
        let first = sections::first(&chunks);
        let hopeless = first
            .clone()
            .is_some_and(|range| !may_be_parsed(&text[range]));
        if hopeless || !may_be_parsed(text) {
            return None;
        }
        let mut head = match first {
            Some(range) => Some((range.clone(), self.flawless(&text[range], entry_point)?)),
            None => None,
        };
        let chunks = statements(text);
        let judged = sections::judged(text, &chunks, |chunk| defines(chunk, entry_point));
        let mut whole = Module::default();
        let mut at = 0;
        for range in judged {
            for chunk in between(&chunks, at..range.start) {
                let chunk = &text[chunk.clone()];
                if sections::talks(chunk) {
                    return None;
                }
                let names = sections::brought(chunk).into_iter().map(str::to_owned);
                whole.bound.extend(names);
            }
            at = range.end;
            let section = &text[range.clone()];
            let known = head.take_if(|(taken, _)| *taken == range);
            let module = if let Some((_, module)) = known {
                module
            } else if section.len() > sections::LARGE {
                self.begun(section, entry_point)?
            } else {
                self.flawless(section, entry_point)?
            };
            whole.append(module, range.start, entry_point);
        }
        Some(whole)
    }

    /// One statement, too long to be parsed whole, of which the beginning has no error.
    fn begun(&mut self, statement: &str, entry_point: &str) -> Option<Module> {
        if !self.parser.begins(statement, sections::SECTION) {
            return None;
        }
        let first = statement.lines().next().unwrap_or_default();
        let binds: Vec<String> = sections::brought(first)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let definition = ["def ", "async def ", "class ", "@"]
            .iter()
            .any(|word| first.starts_with(word));
        let entry = definition && defines(statement, entry_point);
        Some(Module {
            entry: entry.then_some(Entry {
                body: Body::Real,
                top: 0,
            }),
            bound: binds.iter().cloned().collect(),
            used: HashSet::new(),
            tops: vec![Top {
                range: 0..statement.len(),
                kind: if definition {
                    TopKind::Definition
                } else {
                    TopKind::Other
                },
                binds,
            }],
        })
    }
}

/// The chunks of a long text. A comment in the first column may stand inside a function.
fn statements(text: &str) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    for chunk in split(text) {
        match chunks.last_mut() {
            Some(last) if text[chunk.clone()].starts_with('#') => last.end = chunk.end,
            _ => chunks.push(chunk),
        }
    }
    chunks
}

/// Whether nothing speaks against parsing `text`, as far as that can be told in one pass.
fn may_be_parsed(text: &str) -> bool {
    plausible(text) && lookahead_cost(text) <= 20 * text.len() + MAX_LOOKAHEAD
}

/// Those of `chunks` that lie within `range`.
fn between(chunks: &[Range<usize>], range: Range<usize>) -> &[Range<usize>] {
    let first = chunks.partition_point(|chunk| chunk.start < range.start);
    let last = chunks.partition_point(|chunk| chunk.start < range.end);
    &chunks[first.min(last)..last]
}

/// Characters that the grammar may look ahead over, beyond what is proportionate to the text.
const MAX_LOOKAHEAD: usize = 10_000_000;

/// How many characters the grammar's scanner looks ahead over: from each line that is blank, a comment or
/// a bare continuation it looks for the next line of code, so a run of them costs the square of its length.
/// No program has runs for which that matters; hostile text has.
fn lookahead_cost(text: &str) -> usize {
    let (mut cost, mut lines, mut bytes) = (0_usize, 0_usize, 0_usize);
    for line in text.split('\n') {
        let body = line.trim();
        bytes += line.len() + 1;
        if body.is_empty() || body.starts_with('#') || body == "\\" {
            lines += 1;
        } else {
            cost = cost.saturating_add(lines.saturating_mul(bytes) / 2);
            (lines, bytes) = (0, 0);
        }
    }
    cost.saturating_add(lines.saturating_mul(bytes) / 2)
}

/// Whether `name` is that of a test: never what was asked for, where no name is known.
pub(crate) fn is_test_name(name: &str) -> bool {
    name.as_bytes()
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"test"))
}
