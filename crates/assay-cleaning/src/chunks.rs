//! Python among other text: cut at the top level by its lines, kept chunk by chunk.

use std::ops::Range;

use crate::python::{Module, Python, TopKind};
use crate::sections;

/// Code that was picked out of a text that is not code as a whole.
pub(crate) struct Salvage {
    pub code: String,
    /// What was left out that looks like code of the solution (not talk, not a test): the entry point's
    /// own lines that do not parse.
    pub lost_code: bool,
    /// Whether the solution reaches to the end of the text.
    pub to_end: bool,
    /// The text was too long to be looked through whole.
    pub in_part: bool,
}

/// The parsing chunks of `text`, in their order, when one of them defines the entry point for real.
///
/// A chunk is a line in the first column with the indented lines after it. Chunks that do not parse, and
/// chunks that parse but are talk, are left out; after the entry point the model's own tests are, too.
/// When the entry point's own chunk does not parse, its longest beginning that does is taken.
///
/// Of a text longer than [`sections::LARGE`] only its beginning and its end are looked through.
pub(crate) fn salvage(python: &mut Python, text: &str, entry_point: &str) -> Option<Salvage> {
    let window = sections::window(text, begins_statement);
    let windowed = window.map(|(head, tail)| format!("{head}\n{tail}"));
    let text = windowed.as_deref().unwrap_or(text);
    let mut tries = MOST_TRIES;
    let mut code = String::new();
    let mut lost_code = false;
    let mut to_end = false;
    let mut solved = false;
    let chunks = split(text);
    let last = chunks.len().saturating_sub(1);
    for (index, range) in chunks.into_iter().enumerate() {
        let chunk = &text[range];
        if !may_be_code(chunk) || tries == 0 {
            continue;
        }
        let whole = python.parse(chunk, entry_point);
        if whole.is_none() {
            tries -= 1;
        }
        let (kept, module) = match whole {
            Some(module) => (chunk, module),
            None if defines(chunk, entry_point) => {
                let Some((kept, module)) = longest_beginning(python, chunk, entry_point) else {
                    continue;
                };
                lost_code = !is_talk(&chunk[kept.len()..]);
                (kept, module)
            }
            None => continue,
        };
        if module.solves() {
            solved = true;
            to_end = index == last && kept.len() == chunk.len();
        }
        if keep(&module, solved && !entry_point.is_empty()) {
            code.push_str(kept);
            if !kept.ends_with('\n') {
                code.push('\n');
            }
        }
    }
    solved.then_some(Salvage {
        code,
        lost_code,
        to_end,
        in_part: windowed.is_some(),
    })
}

/// So many chunks may fail to parse before what is left counts as prose: a hostile reply has thousands.
const MOST_TRIES: usize = 300;

/// Whether a chunk can be more than talk: asked before it is parsed, because a long answer is mostly prose.
fn may_be_code(chunk: &str) -> bool {
    const WORDS: [&str; 17] = [
        "def ", "class ", "import ", "from ", "async ", "if ", "for ", "while ", "with ", "try",
        "del ", "global ", "assert ", "raise ", "match ", "type ", "pass",
    ];
    chunk.contains(['=', '(', '@', '#']) || WORDS.iter().any(|word| chunk.starts_with(word))
}

fn keep(module: &Module, after_entry: bool) -> bool {
    module.tops.iter().any(|top| match top.kind {
        TopKind::Talk | TopKind::Text => false,
        TopKind::SelfTest => !after_entry,
        _ => true,
    })
}

/// Whether a chunk begins by defining `name`.
pub(crate) fn defines(chunk: &str, name: &str) -> bool {
    chunk.lines().any(|line| {
        let line = line
            .trim_start_matches("async ")
            .trim_start_matches("def ")
            .trim_start_matches("class ");
        if name.is_empty() {
            return line.starts_with(|c: char| c.is_alphabetic() || c == '_') && line.contains('(');
        }
        line.strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(['(', ':', ' ']))
    }) || chunk.starts_with("class ")
}

/// How many beginnings of a chunk are tried: enough for a cut last line, a trailing remark, a second
/// thought; bounded, so that the time stays linear.
const TRIES: usize = 12;

/// The longest beginning of `chunk` that parses and solves, among the last few line ends and the ends of
/// its last few `return` lines.
fn longest_beginning<'a>(
    python: &mut Python,
    chunk: &'a str,
    entry_point: &str,
) -> Option<(&'a str, Module)> {
    let mut ends: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    for line in chunk.split_inclusive('\n') {
        at += line.len();
        ends.push((at, line.trim_start().starts_with("return")));
    }
    // The whole chunk was tried before.
    ends.pop();
    let last_lines = ends.iter().rev().take(TRIES);
    let returns = ends.iter().rev().filter(|(_, r)| *r).take(TRIES);
    let mut tries: Vec<usize> = last_lines.chain(returns).map(|(end, _)| *end).collect();
    tries.sort_unstable_by(|a, b| b.cmp(a));
    tries.dedup();
    tries.into_iter().find_map(|end| {
        let module = python.parse(&chunk[..end], entry_point)?;
        module.solves().then_some((&chunk[..end], module))
    })
}

/// Whether every line is prose, a mark of markdown, or nothing.
pub(crate) fn is_talk(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim();
        if line.is_empty() || line.starts_with("```") || line.starts_with("~~~") {
            return true;
        }
        if line.starts_with(['#', '-', '*', '>']) {
            return true;
        }
        let words = line.split_whitespace().count();
        let code = ["=", "return ", "def ", "import ", "):", "]:"];
        line.starts_with(char::is_uppercase) && words >= 3 && !code.iter().any(|c| line.contains(c))
    })
}

/// The chunks of `text`, without gaps.
pub(crate) fn split(text: &str) -> Vec<Range<usize>> {
    #[cfg(test)]
    crate::meter::count(|work| work.scanned += text.len());
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut state = LineState::default();
    let mut after_decorator = false;
    for line in text.split_inclusive('\n') {
        let first_column = line.starts_with(|c: char| !c.is_whitespace());
        if first_column && state.in_brackets() && begins_statement(line) {
            // A bracket that prose left open.
            state = LineState::default();
        }
        let continues = ["else", "elif", "except", "finally", ")", "]", "}"]
            .iter()
            .any(|word| line.starts_with(word));
        if first_column && state.is_neutral() && !continues && !after_decorator && at > start {
            chunks.push(start..at);
            start = at;
        }
        if first_column && state.is_neutral() {
            after_decorator = line.starts_with('@');
        }
        state.read(line);
        at += line.len();
    }
    if at > start {
        chunks.push(start..at);
    }
    chunks
}

pub(crate) fn begins_statement(line: &str) -> bool {
    [
        "def ",
        "class ",
        "import ",
        "from ",
        "@",
        "async def ",
        "```",
    ]
    .iter()
    .any(|word| line.starts_with(word))
}

/// Open brackets and triple quotes at the end of a line.
#[derive(Default)]
struct LineState {
    triple: Option<u8>,
    depth: usize,
    backslash: bool,
}

impl LineState {
    fn is_neutral(&self) -> bool {
        self.triple.is_none() && self.depth == 0 && !self.backslash
    }

    fn in_brackets(&self) -> bool {
        self.triple.is_none() && self.depth > 0
    }

    fn read(&mut self, line: &str) {
        let bytes = line.as_bytes();
        let mut at = 0;
        // A quote of one character never spans lines, so an apostrophe in prose ends with its line.
        let mut single: Option<u8> = None;
        self.backslash = false;
        while at < bytes.len() {
            let byte = bytes[at];
            let tripled = |q: u8| bytes[at..].starts_with(&[q, q, q]);
            match (self.triple, single) {
                (Some(quote), _) => {
                    if byte == b'\\' {
                        at += 1;
                    } else if byte == quote && tripled(quote) {
                        self.triple = None;
                        at += 2;
                    }
                }
                (None, Some(quote)) => {
                    if byte == b'\\' {
                        at += 1;
                    } else if byte == quote {
                        single = None;
                    }
                }
                (None, None) => match byte {
                    b'#' => return,
                    b'"' | b'\'' if tripled(byte) => {
                        self.triple = Some(byte);
                        at += 2;
                    }
                    b'"' | b'\'' => single = Some(byte),
                    b'(' | b'[' | b'{' => self.depth += 1,
                    b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                    b'\\' if line[at + 1..].trim().is_empty() => self.backslash = true,
                    _ => {}
                },
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salvaged(text: &str) -> Option<Salvage> {
        salvage(&mut Python::new(text.len()), text, "f")
    }

    #[test]
    fn code_between_prose_is_found() {
        let text = "Sure, here's the (simple function:\n\nimport math\n\n@cache\ndef f(x):\n    return math.sqrt(x)\n\nIt isn't hard. Note\nthat f(4) gives 2.\n";
        assert_eq!(
            salvaged(text).unwrap().code,
            "import math\n\n@cache\ndef f(x):\n    return math.sqrt(x)\n\n"
        );
    }

    #[test]
    fn strings_and_brackets_do_not_break_a_chunk() {
        let text = "def f(\n    x,\n):\n    \"\"\"Text\nin the first column: def g(\n\"\"\"\n    y = [\n1, 2\n]\n    return y\n\ntalk talk talk\n";
        let code = salvaged(text).unwrap().code;
        assert!(code.ends_with("return y\n\n"), "{code}");
    }

    #[test]
    fn a_cut_definition_after_the_solution_is_left_out() {
        let found = salvaged("def f(x):\n    return x\n\ndef g(y):\n    return [y").unwrap();
        assert_eq!(found.code, "def f(x):\n    return x\n\n");
        assert!(!found.lost_code && !found.to_end);
    }

    #[test]
    fn an_indented_remark_after_the_last_return_is_left_out() {
        let found = salvaged("def f(x):\n    return x\n    This function returns x.\n").unwrap();
        assert_eq!(found.code, "def f(x):\n    return x\n");
        assert!(!found.lost_code);
    }

    #[test]
    fn a_cut_body_is_said_to_be_cut() {
        let found = salvaged("def f(x):\n    if x:\n        return 1\n    y = [x").unwrap();
        assert!(found.lost_code);
    }
}
