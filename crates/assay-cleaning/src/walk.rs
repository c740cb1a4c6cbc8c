//! What a tree of Python says, and whether it is Python at all.

use std::collections::HashSet;

use tree_sitter::{Node, Tree};

use crate::python::{Body, Entry, Module, Top, is_test_name};
use crate::statements::{body_of, classify, imported_names, target_names};

/// One pass over a tree, in order, without recursion (a tree may be as deep as the text is long).
pub(crate) struct Walk<'a> {
    text: &'a str,
    entry_point: &'a str,
    tops: Vec<Top>,
    entry: Option<Entry>,
    bound: HashSet<String>,
    used: HashSet<String>,
    /// Start bytes at which a new line may begin outside brackets.
    line_starts: HashSet<usize>,
    functions: usize,
    classes: usize,
    strings: usize,
    brackets: usize,
    last_leaf: Option<(usize, usize)>,
    /// Start columns of the nodes the walk is inside of.
    columns: Vec<usize>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(text: &'a str, entry_point: &'a str) -> Self {
        Self {
            text,
            entry_point,
            tops: Vec::new(),
            entry: None,
            bound: HashSet::new(),
            used: HashSet::new(),
            line_starts: HashSet::new(),
            functions: 0,
            classes: 0,
            strings: 0,
            brackets: 0,
            last_leaf: None,
            columns: Vec::new(),
        }
    }

    pub(crate) fn run(mut self, tree: &Tree) -> Option<Module> {
        let mut cursor = tree.walk();
        let mut descend = true;
        loop {
            let node = cursor.node();
            if descend {
                self.enter(node, cursor.field_name())?;
                if cursor.goto_first_child() {
                    self.columns.push(node.start_position().column);
                    continue;
                }
                self.leave(node);
            }
            if cursor.goto_next_sibling() {
                descend = true;
            } else if cursor.goto_parent() {
                self.columns.pop();
                self.leave(cursor.node());
                descend = false;
            } else {
                break;
            }
        }
        Some(Module {
            tops: self.tops,
            entry: self.entry,
            bound: self.bound,
            used: self.used,
        })
    }

    /// `None` when the node is not Python 3 after all.
    fn enter(&mut self, node: Node<'_>, field: Option<&str>) -> Option<()> {
        // Keywords are nodes too, unnamed ones, of the same kind as what they begin (`lambda`, `yield`).
        match if node.is_named() { node.kind() } else { "" } {
            "print_statement" | "exec_statement" => return None,
            "module" | "block" => self.check_block(node)?,
            "return_statement" | "yield" if self.functions == 0 => return None,
            "function_definition" => {
                self.define(node, true);
                self.functions += 1;
            }
            "lambda" => self.functions += 1,
            "class_definition" => {
                self.define(node, false);
                self.classes += 1;
            }
            "import_statement" | "import_from_statement" | "future_import_statement"
                if self.functions == 0 && self.classes == 0 =>
            {
                let mut names = Vec::new();
                imported_names(node, self.text, &mut names);
                self.bind(names);
            }
            "assignment" if self.functions == 0 && self.classes == 0 => {
                if let (Some(left), Some(_)) = (
                    node.child_by_field_name("left"),
                    node.child_by_field_name("right"),
                ) {
                    let mut names = Vec::new();
                    target_names(left, self.text, &mut names);
                    if names.iter().any(|n| n == self.entry_point) {
                        self.entry = Some(Entry {
                            body: Body::Real,
                            top: self.tops_index(node),
                        });
                    }
                    self.bind(names);
                }
            }
            "string" => self.strings += 1,
            "else_clause"
            | "elif_clause"
            | "except_clause"
            | "except_group_clause"
            | "finally_clause" => {
                // `else` stands where its `if` does.
                if self.columns.last() != Some(&node.start_position().column) {
                    return None;
                }
                self.line_starts.insert(node.start_byte());
            }
            "comment" | "decorator" | "case_clause" => {
                self.line_starts.insert(node.start_byte());
            }
            "decorated_definition" => {
                if let Some(definition) = node.child_by_field_name("definition") {
                    self.line_starts.insert(definition.start_byte());
                }
            }
            "identifier" if field != Some("attribute") => {
                let name = self.slice(node);
                if !self.used.contains(name) {
                    self.used.insert(name.to_owned());
                }
            }
            _ => {}
        }
        if node.child_count() == 0 && node.start_byte() < node.end_byte() {
            self.leaf(node)?;
        }
        Some(())
    }

    fn leave(&mut self, node: Node<'_>) {
        match if node.is_named() { node.kind() } else { "" } {
            "function_definition" | "lambda" => self.functions -= 1,
            "class_definition" => self.classes -= 1,
            "string" => self.strings -= 1,
            _ => {}
        }
    }

    /// The statements of a block begin in one column, the module's in the first, and there is at least one.
    fn check_block(&mut self, block: Node<'_>) -> Option<()> {
        let module = block.kind() == "module";
        let mut column = module.then_some(0);
        let mut statements = 0;
        let mut last_row = None;
        let mut cursor = block.walk();
        for child in block.named_children(&mut cursor) {
            self.line_starts.insert(child.start_byte());
            if module {
                let (kind, binds) = classify(child, self.text, self.entry_point);
                self.tops.push(Top {
                    range: child.byte_range(),
                    kind,
                    binds,
                });
            }
            if child.kind() == "comment" {
                continue;
            }
            statements += 1;
            let start = child.start_position();
            let line_start = child.start_byte() - start.column;
            // The rows are compared first: after `;` the line need not be looked through again.
            let first_in_line = last_row != Some(start.row)
                && self.text.as_bytes()[line_start..child.start_byte()]
                    .iter()
                    .all(|b| b.is_ascii_whitespace());
            last_row = Some(child.end_position().row);
            if first_in_line && *column.get_or_insert(start.column) != start.column {
                return None;
            }
        }
        (module || statements > 0).then_some(())
    }

    /// A statement may not go on in a new line outside brackets.
    fn leaf(&mut self, node: Node<'_>) -> Option<()> {
        let kind = node.kind();
        if self.strings == 0
            && self.brackets == 0
            && let Some((row, end)) = self.last_leaf
            && node.start_position().row > row
            && !self.line_starts.contains(&node.start_byte())
            && !self.text.as_bytes()[end..node.start_byte()].contains(&b'\\')
        {
            return None;
        }
        match kind {
            "(" | "[" | "{" => self.brackets += 1,
            ")" | "]" | "}" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        self.last_leaf = Some((node.end_position().row, node.end_byte()));
        Some(())
    }

    fn define(&mut self, node: Node<'_>, function: bool) {
        let Some(name) = node.child_by_field_name("name") else {
            return;
        };
        let name = self.slice(name).to_owned();
        let wanted = if self.entry_point.is_empty() {
            self.classes == 0 && !is_test_name(&name)
        } else {
            name == self.entry_point
        };
        if self.functions == 0 && wanted {
            let body = match node.child_by_field_name("body") {
                Some(block) if function => body_of(block, self.text),
                _ => Body::Real,
            };
            // Of one name the last definition holds; where any name will do, one that does something.
            let better = !self.entry_point.is_empty() || body == Body::Real;
            if better || self.entry.is_none() {
                self.entry = Some(Entry {
                    body,
                    top: self.tops_index(node),
                });
            }
        }
        if self.functions == 0 && self.classes == 0 {
            self.bind(vec![name]);
        }
    }

    /// The top-level statement `node` lies in: all of them are known once the module is entered.
    fn tops_index(&self, node: Node<'_>) -> usize {
        self.tops
            .partition_point(|top| top.range.start <= node.start_byte())
            .saturating_sub(1)
    }

    fn bind(&mut self, names: Vec<String>) {
        self.bound.extend(names);
    }

    fn slice(&self, node: Node<'_>) -> &'a str {
        &self.text[node.byte_range()]
    }
}
