//! A text as its language's grammar sees it: statements at the top level and the entry point.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::names::{binds, defined_name, pieces};
use crate::python::is_test_name;

/// A statement at the top level of a file, or of the class that holds the entry point.
#[derive(Debug, Clone)]
pub(crate) struct Top {
    pub range: Range<usize>,
    pub kind: TopKind,
    /// Names it brings.
    pub binds: Vec<String>,
    /// What an import that brings several things is made of.
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopKind {
    /// What must come first: `<?php`, `package`, `#![…]`.
    Opening,
    Import,
    Comment,
    /// A class, whose methods could not be told from functions if it stood inside another.
    Class,
    /// `#[…]` before an item.
    Attribute,
    Definition,
    /// A statement, and talk that happens to parse.
    Other,
}

/// One thing that an import brings, and the import that brings it alone.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub name: String,
    pub import: String,
    pub range: Range<usize>,
}

/// What the body of the entry point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    Real,
    /// Nothing that could produce an answer: empty, or `throw new NotImplemented…`.
    Placeholder,
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub body: Body,
    /// Index into `tops`.
    pub top: usize,
    /// The whole definition, with its keywords.
    pub range: Range<usize>,
    /// The class around it.
    pub class: Option<Class>,
}

#[derive(Debug, Clone)]
pub(crate) struct Class {
    /// After its opening bracket.
    pub inside: usize,
    pub members: Vec<Top>,
}

/// A text without errors.
#[derive(Debug)]
pub(crate) struct Unit {
    pub tops: Vec<Top>,
    /// The last definition of the entry point with a real body, else the last one.
    pub entry: Option<Entry>,
}

impl Unit {
    pub(crate) fn solves(&self) -> bool {
        self.entry.as_ref().is_some_and(|e| e.body == Body::Real)
    }

    /// The names defined at the top level or beside the entry point.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let members = self.entry.iter().filter_map(|e| e.class.as_ref());
        self.tops
            .iter()
            .chain(members.flat_map(|class| &class.members))
            .flat_map(|top| &top.binds)
            .map(String::as_str)
    }

    pub(crate) fn binds(&self, name: &str) -> bool {
        self.names().any(|bound| bound == name)
    }

    /// Whether anything in it is more than comments and lone expressions.
    pub(crate) fn has_code(&self) -> bool {
        self.tops
            .iter()
            .any(|t| !matches!(t.kind, TopKind::Comment | TopKind::Other | TopKind::Opening))
    }
}

impl Unit {
    /// Adds what comes after it: from byte `at` on, the first `mark` bytes of it being no part of the text.
    pub(super) fn append(&mut self, next: Self, at: usize, mark: usize) {
        let moved = |range: &Range<usize>| {
            range.start.saturating_sub(mark) + at..range.end.saturating_sub(mark) + at
        };
        let count = self.tops.len();
        let moved_top = |mut top: Top| {
            top.range = moved(&top.range);
            for piece in &mut top.pieces {
                piece.range = moved(&piece.range);
            }
            top
        };
        if let Some(mut entry) = next.entry
            && (entry.body == Body::Real || !self.solves())
        {
            entry.top += count;
            entry.range = moved(&entry.range);
            entry.class = entry.class.map(|class| Class {
                inside: class.inside.saturating_sub(mark) + at,
                members: class.members.into_iter().map(moved_top).collect(),
            });
            self.entry = Some(entry);
        }
        self.tops.extend(next.tops.into_iter().map(moved_top));
    }

    /// Cuts what it says of bytes from `end` on, where its text ends.
    pub(super) fn end_at(&mut self, end: usize) {
        let cut = |range: &mut Range<usize>| *range = range.start.min(end)..range.end.min(end);
        let entry = self.entry.iter_mut();
        let members = entry.flat_map(|entry| {
            cut(&mut entry.range);
            entry.class.iter_mut().flat_map(|class| {
                class.inside = class.inside.min(end);
                &mut class.members
            })
        });
        for top in self.tops.iter_mut().chain(members) {
            cut(&mut top.range);
            top.pieces
                .iter_mut()
                .for_each(|piece| cut(&mut piece.range));
        }
    }

    /// Whether it is a script that does anything, where nothing was asked for by name.
    pub(crate) fn runs(&self) -> bool {
        self.tops
            .iter()
            .any(|t| !matches!(t.kind, TopKind::Comment | TopKind::Opening))
    }
}

/// `None` when text outside the marks of code is more than blank.
pub(super) fn unit(tree: &Tree, text: &str, entry_point: &str) -> Option<Unit> {
    let root = tree.root_node();
    let mut tops = Vec::new();
    let mut cursor = root.walk();
    for child in root.named_children(&mut cursor) {
        if matches!(child.kind(), "text" | "text_interpolation")
            && !text[child.byte_range()]
                .trim_matches(|c: char| c.is_whitespace() || c == '?' || c == '>')
                .is_empty()
        {
            return None;
        }
        tops.push(top(child, text));
    }
    let entry = find_entry(root, text, entry_point, &tops);
    Some(Unit { tops, entry })
}

fn top(node: Node<'_>, text: &str) -> Top {
    let kind = kind_of(node, text);
    Top {
        range: node.byte_range(),
        kind,
        binds: binds(node, text),
        pieces: if kind == TopKind::Import {
            pieces(node, text)
        } else {
            Vec::new()
        },
    }
}

fn kind_of(node: Node<'_>, text: &str) -> TopKind {
    let kind = node.kind();
    let has = |part: &str| kind.contains(part);
    if has("comment") {
        TopKind::Comment
    } else if has("package_") || has("php_tag") || has("inner_attribute") {
        TopKind::Opening
    } else if has("attribute") {
        TopKind::Attribute
    } else if has("import") || has("include") || has("use_declaration") {
        TopKind::Import
    } else if has("class") || has("record_") {
        TopKind::Class
    } else if has("expression_statement") || kind == "text" || kind == "text_interpolation" {
        TopKind::Other
    } else if has("lexical_declaration") && text[node.byte_range()].contains("require(") {
        TopKind::Import
    } else {
        TopKind::Definition
    }
}

/// Whether `node` has a body in which definitions are its own matter.
fn is_function(node: Node<'_>) -> bool {
    let kind = node.kind();
    [
        "function",
        "method",
        "lambda",
        "closure",
        "func_",
        "constructor",
    ]
    .iter()
    .any(|part| kind.contains(part))
        && node.child_by_field_name("body").is_some()
}

fn is_class(node: Node<'_>) -> bool {
    let kind = node.kind();
    [
        "class",
        "struct",
        "interface",
        "enum",
        "record",
        "trait",
        "union",
        "namespace",
        "mod_item",
    ]
    .iter()
    .any(|part| kind.contains(part))
}

/// One pass in order, without recursion: a tree may be as deep as the text is long.
///
/// Without a name to look for, the last definition with a real body that is no test is taken, and `main` or a
/// class only where there is no other.
fn find_entry(root: Node<'_>, text: &str, entry_point: &str, tops: &[Top]) -> Option<Entry> {
    let mut found: Option<(Node<'_>, Body)> = None;
    let mut second = None;
    let mut cursor = root.walk();
    let mut down = true;
    loop {
        let node = cursor.node();
        if down {
            if node.child_count() > 0
                && let Some((name, body)) = defined_name(node, text)
            {
                let any = entry_point.is_empty() && body.is_some() && !is_test_name(name);
                if name == entry_point || any {
                    let body = body.map_or(Body::Real, |body| body_of(body, text));
                    let found = if any && (name == "main" || is_class(node)) {
                        &mut second
                    } else {
                        &mut found
                    };
                    if body == Body::Real || !matches!(found, Some((_, Body::Real))) {
                        *found = Some((node, body));
                    }
                }
            }
            // What is defined inside a function is not what the tests call.
            if !is_function(node) && cursor.goto_first_child() {
                continue;
            }
        }
        if cursor.goto_next_sibling() {
            down = true;
        } else if cursor.goto_parent() {
            down = false;
        } else {
            break;
        }
    }
    let (node, body) = found.or(second)?;
    let (range, class) = surroundings(node, text);
    let top = tops.partition_point(|top| top.range.start <= node.start_byte());
    Some(Entry {
        body,
        top: top.saturating_sub(1),
        range,
        class,
    })
}

/// The whole definition that `node` is part of, and the class around it.
fn surroundings(node: Node<'_>, text: &str) -> (Range<usize>, Option<Class>) {
    let mut member = node;
    while let Some(parent) = member.parent() {
        let Some(above) = parent.parent() else {
            return (member.byte_range(), None);
        };
        if above.child_by_field_name("body") == Some(parent) {
            let mut cursor = parent.walk();
            let members = parent.named_children(&mut cursor);
            let class = Class {
                inside: parent.start_byte() + 1,
                members: members.map(|child| top(child, text)).collect(),
            };
            return (member.byte_range(), Some(class));
        }
        member = parent;
    }
    (member.byte_range(), None)
}

fn body_of(body: Node<'_>, text: &str) -> Body {
    if !text[body.byte_range()].starts_with('{') {
        return Body::Real;
    }
    let mut block = body;
    // Go's grammar has a list of statements inside the block.
    while let Some(list) = block.named_child(0)
        && list.kind() == "statement_list"
    {
        block = list;
    }
    let mut cursor = block.walk();
    let empty = block.named_children(&mut cursor).all(|statement| {
        let source = &text[statement.byte_range()];
        let kind = statement.kind();
        kind.contains("comment")
            || is_function(statement)
            || (source.len() < 200 && says_unimplemented(source))
    });
    if empty { Body::Placeholder } else { Body::Real }
}

fn says_unimplemented(statement: &str) -> bool {
    let lower = statement.to_ascii_lowercase();
    let raises = ["throw", "panic", "todo!", "unimplemented!"]
        .iter()
        .any(|word| lower.starts_with(word));
    raises
        && [
            "notimplemented",
            "not implemented",
            "todo",
            "unimplemented",
            "unsupportedoperation",
        ]
        .iter()
        .any(|word| lower.contains(word))
}
