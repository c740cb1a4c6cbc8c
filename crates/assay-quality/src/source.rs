//! A program as a flat list of syntax nodes, so that no walk over it recurses.

use assay_core::Language;
use tree_sitter::Tree;

/// How much is read of a text that has errors: repairing them costs the parser a hundred times what code
/// costs it.
const PREFIX: usize = 16_384;

/// Brackets within brackets beyond which a text is not read whole.
const DEEPEST: usize = 150_000;

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
    /// How many bytes were read; less than the text has when it is long and has errors.
    pub read: usize,
    /// It has errors, in what was read or behind it.
    pub flawed: bool,
    pub known: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn parse(text: &'a str, language: &'a Language) -> Self {
        let mut source = Self {
            text,
            language: language.as_str(),
            nodes: Vec::new(),
            read: text.len(),
            flawed: false,
            known: false,
        };
        let Some(mut parser) = assay_cleaning::parser(language) else {
            return source;
        };
        source.known = true;
        if text.trim().is_empty() {
            return source;
        }
        if depth(text) <= DEEPEST
            && let Some(tree) = flawless(text, language)
        {
            source.nodes = flat(&tree);
        } else {
            source.read = prefix(text);
            source.flawed = true;
            if let Some(tree) = parser.parse(&text[..source.read], None) {
                source.nodes = flat(&tree);
            }
        }
        // What was put behind the text is none of it.
        for node in &mut source.nodes {
            node.from = node.from.min(text.len());
            node.to = node.to.min(text.len());
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

/// The tree of a text without errors, or of one that lacks nothing but its last closing brackets: some
/// data sets' tests close the function, and in Java the class around it, themselves (MultiPL-E).
fn flawless(text: &str, language: &Language) -> Option<Tree> {
    let most = match language.as_str() {
        "python" => 0,
        "java" => 2,
        _ => 1,
    };
    assay_cleaning::flawless(language, text).or_else(|| {
        (1..=most).find_map(|brackets| {
            let text = format!("{text}\n{}", "}\n".repeat(brackets));
            assay_cleaning::flawless(language, &text)
        })
    })
}

/// How deep brackets stand in brackets, wherever they stand.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => now += 1,
            b')' | b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
        most = most.max(now);
    }
    most
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
