//! A program as a flat list of syntax nodes, so that no walk over it recurses.

use std::ops::ControlFlow;

use assay_core::Language;
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

/// How much of a text is read when reading all of it would cost too much: repairing errors costs the
/// parser a hundred times what code costs it.
const PREFIX: usize = 8_192;

/// One node, in the order in which the text has them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub kind: &'static str,
    pub field: &'static str,
    pub parent: usize,
    /// One past the last node below this one.
    pub end: usize,
    pub from: usize,
    pub to: usize,
    pub named: bool,
    pub error: bool,
    pub missing: bool,
}

/// A parsed text. Without a grammar, or with an empty text, there are no nodes.
pub(crate) struct Source<'a> {
    pub text: &'a str,
    pub language: &'a str,
    pub nodes: Vec<Node>,
    /// How many bytes were read; less than the text has when it was too broken to be read to its end.
    pub read: usize,
    pub known: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn parse(text: &'a str, language: &'a Language) -> Self {
        let mut source = Self {
            text,
            language: language.as_str(),
            nodes: Vec::new(),
            read: text.len(),
            known: false,
        };
        let Some(mut parser) = assay_cleaning::parser(language) else {
            return source;
        };
        source.known = true;
        if text.trim().is_empty() {
            return source;
        }
        // Code takes less than one operation a byte; the parser asks at every hundredth.
        let tree = bounded(&mut parser, text, 2_000 + text.len() / 50).or_else(|| {
            source.read = prefix(text);
            parser.reset();
            bounded(&mut parser, &text[..source.read], 20_000)
        });
        match tree {
            Some(tree) if source.read == text.len() && tree.root_node().has_error() => {
                parser.reset();
                source.nodes = flat(&closed(&mut parser, text, source.language).unwrap_or(tree));
                // What was put behind the text is none of it.
                for node in &mut source.nodes {
                    node.from = node.from.min(text.len());
                    node.to = node.to.min(text.len());
                }
            }
            Some(tree) => source.nodes = flat(&tree),
            None => source.read = 0,
        }
        source
    }

    pub(crate) fn text_of(&self, node: usize) -> &'a str {
        let node = &self.nodes[node];
        self.text.get(node.from..node.to).unwrap_or_default()
    }

    pub(crate) fn children(&self, node: usize) -> Children<'_> {
        Children {
            nodes: &self.nodes,
            next: node + 1,
            end: self.nodes.get(node).map_or(0, |n| n.end),
        }
    }

    pub(crate) fn child(&self, node: usize, field: &str) -> Option<usize> {
        self.children(node).find(|c| self.nodes[*c].field == field)
    }

    /// All nodes below `node` and itself.
    pub(crate) fn below(&self, node: usize) -> std::ops::Range<usize> {
        node..self.nodes.get(node).map_or(node, |n| n.end)
    }

    pub(crate) fn is_leaf(&self, node: usize) -> bool {
        self.nodes[node].end == node + 1
    }
}

pub(crate) struct Children<'a> {
    nodes: &'a [Node],
    next: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let node = (self.next < self.end).then_some(self.next)?;
        self.next = self.nodes[node].end;
        Some(node)
    }
}

/// The beginning of a text, up to the end of a line where there is one.
fn prefix(text: &str) -> usize {
    if text.len() <= PREFIX {
        return text.len();
    }
    let mut end = PREFIX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].rfind('\n').map_or(end, |at| at + 1)
}

/// The tree of a text that lacks nothing but its last closing brackets: some data sets' tests close
/// the function, and in Java the class around it, themselves (MultiPL-E).
fn closed(parser: &mut Parser, text: &str, language: &str) -> Option<Tree> {
    let most = match language {
        "python" => return None,
        "java" => 2,
        _ => 1,
    };
    (1..=most).find_map(|brackets| {
        let text = format!("{text}\n{}", "}\n".repeat(brackets));
        let tree = bounded(parser, &text, 2_000 + text.len() / 50);
        parser.reset();
        tree.filter(|tree| !tree.root_node().has_error())
    })
}

/// Parses, unless it takes more than `allowance` hundreds of operations.
fn bounded(parser: &mut Parser, text: &str, mut allowance: usize) -> Option<Tree> {
    const PIECE: usize = 4_096;
    let bytes = text.as_bytes();
    let mut progress = |_: &ParseState| {
        allowance = allowance.saturating_sub(1);
        if allowance > 0 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    parser.parse_with_options(
        &mut |at, _| {
            let end = bytes.len().min(at.saturating_add(PIECE));
            bytes.get(at..end).unwrap_or_default()
        },
        None,
        Some(ParseOptions::new().progress_callback(&mut progress)),
    )
}

fn flat(tree: &Tree) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut cursor = tree.walk();
    let mut parents = Vec::new();
    loop {
        let node = cursor.node();
        nodes.push(Node {
            kind: node.kind(),
            field: cursor.field_name().unwrap_or_default(),
            parent: parents.last().copied().unwrap_or_default(),
            end: 0,
            from: node.start_byte(),
            to: node.end_byte(),
            named: node.is_named(),
            error: node.is_error(),
            missing: node.is_missing(),
        });
        if cursor.goto_first_child() {
            parents.push(nodes.len() - 1);
            continue;
        }
        let leaf = nodes.len() - 1;
        nodes[leaf].end = leaf + 1;
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return nodes;
            }
            let end = nodes.len();
            if let Some(parent) = parents.pop() {
                nodes[parent].end = end;
            }
        }
    }
}
