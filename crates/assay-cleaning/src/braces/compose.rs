//! From code to a program: what the prompt provides and the code lacks is added, what would collide with
//! the tests is left out.

use std::collections::HashSet;
use std::ops::Range;

use super::scan::depth;
use super::syntax::Syntax;
use super::unit::{Class, Piece, Top, TopKind, Unit};
use crate::grammars::Trait;
use crate::plain;

/// Replaces parts of a text; ranges may not overlap.
#[derive(Default)]
struct Edits {
    all: Vec<(Range<usize>, String)>,
}

impl Edits {
    fn insert(&mut self, at: usize, text: String) {
        self.all.push((at..at, text));
    }

    fn remove(&mut self, range: Range<usize>) {
        self.all.push((range, String::new()));
    }

    fn apply(mut self, text: &str) -> String {
        // Stable: insertions at one place stay in their order.
        self.all.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(text.len() + 256);
        let mut at = 0;
        for (range, replacement) in self.all {
            if range.start < at {
                continue;
            }
            out.push_str(&text[at..range.start]);
            out.push_str(&replacement);
            at = range.end;
        }
        out.push_str(&text[at..]);
        out
    }
}

/// The prompt, its open brackets closed.
pub(crate) struct Prompt {
    text: String,
    unit: Unit,
}

impl Prompt {
    pub(crate) fn new(syntax: &mut Syntax, prompt: &str, name: &str) -> Option<Self> {
        let opened = syntax.opened(prompt);
        let open = depth(&opened, syntax.grammar).open;
        // A prompt that ends before its function's bracket.
        let closings = [
            format!("\n{}", "}".repeat(open)),
            format!("{{\n{}", "}".repeat(open + 1)),
        ];
        closings.into_iter().find_map(|closing| {
            let text = format!("{opened}{closing}");
            let unit = syntax.parse(&text, name)?;
            Some(Self { text, unit })
        })
    }

    /// The name of the function that the prompt leaves unfinished, its last.
    pub(crate) fn entry_name(&self) -> Option<&str> {
        let members = self.class().map(|class| class.members.as_slice());
        let mut tops = members.unwrap_or(&self.unit.tops).iter().rev();
        tops.find(|top| top.kind == TopKind::Definition && !top.binds.is_empty())
            .map(|top| top.binds[0].as_str())
    }

    fn class(&self) -> Option<&Class> {
        self.unit.entry.as_ref()?.class.as_ref()
    }

    /// `class Solution {`.
    fn class_head(&self) -> Option<&str> {
        let entry = self.unit.entry.as_ref()?;
        let class = entry.class.as_ref()?;
        self.text
            .get(self.unit.tops[entry.top].range.start..class.inside)
    }
}

/// `code` without a `main` of its own, where the tests bring theirs; and what was left out.
pub(crate) fn without_main(
    syntax: &mut Syntax,
    code: &str,
    unit: &Unit,
    name: &str,
) -> Option<(String, Vec<String>)> {
    if !syntax.grammar.has(Trait::TestsBringMain) || name == "main" {
        return None;
    }
    let entry = unit.entry.as_ref()?;
    let mut edits = Edits::default();
    let mut left_out = Vec::new();
    let members = entry.class.iter().flat_map(|class| &class.members);
    let mut attribute = None;
    let tops = unit.tops.iter().enumerate();
    for (index, top) in tops
        .map(|(i, t)| (Some(i), t))
        .chain(members.map(|m| (None, m)))
    {
        if top.kind == TopKind::Attribute {
            attribute = Some(top.range.clone());
            continue;
        }
        let marked = attribute.take();
        let called = |name: &str| top.binds.iter().any(|bound| bound == name);
        let defines = top.kind == TopKind::Definition || top.kind == TopKind::Class;
        let tests = marked
            .as_ref()
            .is_some_and(|range| code[range.clone()].contains("cfg(test)"));
        let collides = defines && (called("main") || top.kind == TopKind::Class && called("Main"));
        if index == Some(entry.top)
            || !(collides || tests)
            || !code[top.range.clone()].contains('{')
        {
            continue;
        }
        left_out.push(if tests {
            "the model's own tests were left out".to_owned()
        } else {
            "the model's own 'main' was left out: the tests bring theirs".to_owned()
        });
        edits.remove(line_of(
            code,
            marked.map_or(top.range.start, |r| r.start)..top.range.end,
        ));
    }
    if left_out.is_empty() {
        return None;
    }
    let mut out = edits.apply(code);
    out.truncate(out.trim_end().len());
    out.push('\n');
    if syntax.grammar.has(Trait::UnusedImportsFail)
        && let Some(unit) = syntax.parse(&out, name)
    {
        out = without_unused(&out, &unit);
    }
    syntax
        .parse(&out, name)
        .filter(Unit::solves)
        .map(|_| (out, left_out))
}

/// `range` with the indentation before it and the line end after it.
fn line_of(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text[..range.start].trim_end_matches([' ', '\t']).len();
    let after = &text[range.end..];
    let rest = after.trim_start_matches([' ', '\t', '\r']);
    let end = match rest.strip_prefix('\n') {
        Some(rest) => text.len() - rest.len(),
        None => range.end,
    };
    before..end
}

/// `code` without the imports that only its `main` had used: in Go they would be an error now.
fn without_unused(code: &str, unit: &Unit) -> String {
    let used = words(
        unit.tops
            .iter()
            .filter(|t| t.kind != TopKind::Import)
            .map(|t| &code[t.range.clone()]),
    );
    let mut edits = Edits::default();
    for top in unit.tops.iter().filter(|t| !t.pieces.is_empty()) {
        let unused: Vec<&Piece> = top
            .pieces
            .iter()
            .filter(|p| !used.contains(p.name.as_str()) && p.name != "_" && p.name != ".")
            .collect();
        if unused.len() == top.pieces.len() {
            edits.remove(line_of(code, top.range.clone()));
        } else {
            for piece in unused {
                edits.remove(line_of(code, piece.range.clone()));
            }
        }
    }
    edits.apply(code)
}

pub(crate) fn words<'a>(texts: impl Iterator<Item = &'a str>) -> HashSet<&'a str> {
    texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .collect()
}

/// `code` with the prompt's opening, imports, definitions and class where it lacks them, and how many
/// were added. Unchanged, byte for byte, when it lacks none.
pub(crate) fn with_prompt(
    prompt: Option<&Prompt>,
    raw_prompt: &str,
    code: &str,
    unit: &Unit,
) -> (String, usize) {
    let Some(prompt) = prompt else {
        return plain::with_imports(raw_prompt, code);
    };
    let mut edits = Edits::default();
    let openings = unit
        .tops
        .iter()
        .take_while(|t| matches!(t.kind, TopKind::Opening | TopKind::Comment));
    let after_opening = openings
        .filter(|t| t.kind == TopKind::Opening)
        .last()
        .map_or(0, |t| t.range.end);
    let after_imports = unit
        .tops
        .iter()
        .filter(|t| t.kind == TopKind::Import)
        .map(|t| t.range.end)
        .max()
        .map_or(after_opening, |end| end.max(after_opening));
    let mut count = 0;

    let (heads, definitions) = lacking(prompt, code, unit, &mut count, &mut edits);
    let wrapped = match (prompt.class_head(), &unit.entry) {
        (Some(head), Some(entry)) if entry.class.is_none() => Some(head),
        _ => None,
    };
    let members = lacking_members(prompt, unit);
    count += members.len();
    if !heads.is_empty() {
        edits.insert(after_opening, block(&heads, code, after_opening));
    }
    if !definitions.is_empty() {
        edits.insert(after_imports, block(&definitions, code, after_imports));
    }
    let members: String = members.iter().map(|m| format!("\n    {m}\n")).collect();
    if let Some(head) = wrapped {
        count += 1;
        let first = unit.tops.iter().find(|t| {
            t.range.start >= after_imports && !matches!(t.kind, TopKind::Opening | TopKind::Import)
        });
        edits.insert(
            first.map_or(code.len(), |t| t.range.start),
            format!("{head}{members}\n"),
        );
        for top in unit.tops.iter().filter(|t| t.kind == TopKind::Class) {
            // Static methods cannot make objects of an inner class that is not static.
            let source = &code[top.range.clone()];
            let modifiers = source.split("class ").next().unwrap_or("");
            if !modifiers.contains("static") {
                edits.insert(top.range.start, "static ".to_owned());
            }
        }
        edits.insert(
            code.len(),
            if code.ends_with('\n') { "}\n" } else { "\n}\n" }.to_owned(),
        );
    } else if let Some(class) = unit.entry.as_ref().and_then(|e| e.class.as_ref())
        && !members.is_empty()
    {
        edits.insert(class.inside, members);
    }
    if edits.all.is_empty() {
        return (code.to_owned(), 0);
    }
    (edits.apply(code), count)
}

/// What the prompt has at its top level and the code lacks: what goes before its imports, and what goes
/// after them.
fn lacking(
    prompt: &Prompt,
    code: &str,
    unit: &Unit,
    count: &mut usize,
    edits: &mut Edits,
) -> (Vec<String>, Vec<String>) {
    let (mut heads, mut definitions) = (Vec::new(), Vec::new());
    let own: HashSet<String> = unit
        .tops
        .iter()
        .map(|t| squeezed(&code[t.range.clone()]))
        .collect();
    let own_pieces: HashSet<&str> = unit
        .tops
        .iter()
        .flat_map(|t| &t.pieces)
        .map(|p| p.name.as_str())
        .collect();
    let entry = prompt.unit.entry.as_ref().map(|e| e.top);
    let own_package = unit
        .tops
        .iter()
        .find(|t| t.kind == TopKind::Opening && code[t.range.clone()].starts_with("package"));
    for (index, top) in prompt.unit.tops.iter().enumerate() {
        let source = prompt.text[top.range.clone()].trim_end();
        if entry == Some(index) || own.contains(&squeezed(source)) {
            continue;
        }
        match top.kind {
            TopKind::Comment | TopKind::Attribute => {}
            TopKind::Opening => match own_package {
                // The tests were written for the prompt's.
                Some(own) if source.starts_with("package") => {
                    edits.all.push((own.range.clone(), source.to_owned()));
                    *count += 1;
                }
                _ if source.starts_with("<?") => {}
                _ => heads.push(source.to_owned()),
            },
            TopKind::Import if top.pieces.is_empty() => {
                if top.binds.is_empty() || !top.binds.iter().any(|name| unit.binds(name)) {
                    heads.push(source.to_owned());
                }
            }
            TopKind::Import => {
                let new = |p: &&Piece| !own_pieces.contains(p.name.as_str()) || p.name == "*";
                let missing: Vec<&Piece> = top.pieces.iter().filter(new).collect();
                if missing.len() == top.pieces.len() {
                    heads.push(source.to_owned());
                } else {
                    heads.extend(missing.iter().map(|p| p.import.clone()));
                }
            }
            TopKind::Class | TopKind::Definition | TopKind::Other => {
                if top.binds.is_empty() || !top.binds.iter().any(|name| unit.binds(name)) {
                    // The semicolon after a type's definition is not part of it.
                    let ends = prompt.text[top.range.end..].starts_with(';');
                    definitions.push(format!("{source}{}", if ends { ";" } else { "" }));
                }
            }
        }
    }
    *count += heads.len() + definitions.len();
    (heads, definitions)
}

/// Members of the prompt's class, other than the entry point, that the code does not define.
fn lacking_members<'a>(prompt: &'a Prompt, unit: &Unit) -> Vec<&'a str> {
    let Some(class) = prompt.class() else {
        return Vec::new();
    };
    let entry = prompt.unit.entry.as_ref().map(|e| e.range.start);
    let lacks = |m: &&Top| {
        Some(m.range.start) != entry
            && !m.binds.is_empty()
            && !m.binds.iter().any(|name| unit.binds(name))
    };
    class
        .members
        .iter()
        .filter(lacks)
        .map(|m| &prompt.text[m.range.clone()])
        .collect()
}

/// `lines` as they are inserted into `code` at `at`, with a blank line after them.
fn block(lines: &[String], code: &str, at: usize) -> String {
    let (head, rest) = code.split_at(at);
    let within = !head.is_empty() && !head.ends_with('\n');
    let parted = rest.starts_with(['\n', '\r']);
    let before = if within { "\n" } else { "" };
    let after = match (within, parted) {
        (true, true) => "",
        (true, false) | (false, true) => "\n",
        (false, false) => "\n\n",
    };
    format!("{before}{}{after}", lines.join("\n"))
}

/// `text` without white space: two ways to write one import are equal.
fn squeezed(text: &str) -> String {
    const LONGEST: usize = 2_000;
    if text.len() > LONGEST {
        return text.to_owned();
    }
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
