//! What single Python statements are and bind.

use tree_sitter::Node;

use crate::python::{Body, TopKind};

/// Whether the body of a function can answer anything.
pub(crate) fn body_of(block: Node<'_>, text: &str) -> Body {
    let mut cursor = block.walk();
    let statements: Vec<Node<'_>> = block
        .named_children(&mut cursor)
        .filter(|n| n.kind() != "comment")
        .collect();
    let empty = statements.iter().all(|statement| {
        let inner = statement.named_child(0).map_or("", |n| n.kind());
        match statement.kind() {
            "pass_statement" => true,
            // Alone they compute nothing for the caller either.
            "function_definition"
            | "class_definition"
            | "decorated_definition"
            | "import_statement"
            | "import_from_statement" => true,
            // A lone expression computes nothing for the caller: a docstring, `...`, talk that parses.
            "expression_statement" => {
                inner == "ellipsis"
                    || matches!(
                        expression(*statement, text, "").0,
                        TopKind::Text | TopKind::Talk
                    )
            }
            "raise_statement" => text[statement.byte_range()].contains("NotImplementedError"),
            _ => false,
        }
    });
    if empty { Body::Placeholder } else { Body::Real }
}

/// What a top-level statement is for, and the names it binds.
pub(crate) fn classify(node: Node<'_>, text: &str, entry_point: &str) -> (TopKind, Vec<String>) {
    let mut binds = Vec::new();
    let kind = match node.kind() {
        "comment" => TopKind::Comment,
        "future_import_statement" => TopKind::FutureImport,
        "import_statement" | "import_from_statement" => {
            imported_names(node, text, &mut binds);
            TopKind::Import
        }
        "function_definition" | "class_definition" => {
            name_of(node, text, &mut binds);
            TopKind::Definition
        }
        "decorated_definition" => {
            if let Some(definition) = node.child_by_field_name("definition") {
                name_of(definition, text, &mut binds);
            }
            TopKind::Definition
        }
        "assert_statement" => TopKind::SelfTest,
        "if_statement" => {
            let condition = node.child_by_field_name("condition");
            if condition.is_some_and(|c| text[c.byte_range()].contains("__name__")) {
                TopKind::SelfTest
            } else {
                TopKind::Other
            }
        }
        "expression_statement" => return expression(node, text, entry_point),
        _ => TopKind::Other,
    };
    (kind, binds)
}

fn expression(node: Node<'_>, text: &str, entry_point: &str) -> (TopKind, Vec<String>) {
    let mut binds = Vec::new();
    let Some(inner) = node.named_child(0) else {
        return (TopKind::Talk, binds);
    };
    let kind = match inner.kind() {
        "string" | "concatenated_string" => TopKind::Text,
        "assignment" => match inner.child_by_field_name("right") {
            None => TopKind::Talk,
            Some(right) => {
                if let Some(left) = inner.child_by_field_name("left") {
                    target_names(left, text, &mut binds);
                }
                if calls(right, text, &["input"]) {
                    TopKind::SelfTest
                } else {
                    TopKind::Assignment
                }
            }
        },
        "augmented_assignment" | "await" | "yield" | "named_expression" => TopKind::Other,
        "call" => {
            let function = inner
                .child_by_field_name("function")
                .map_or("", |f| &text[f.byte_range()]);
            let tests = [
                "print",
                "input",
                "unittest.main",
                "doctest.testmod",
                "main",
                entry_point,
            ];
            if tests.contains(&function) {
                TopKind::SelfTest
            } else {
                TopKind::Other
            }
        }
        _ if calls(inner, text, &[]) => TopKind::Other,
        _ => TopKind::Talk,
    };
    (kind, binds)
}

/// Whether a call of one of `names` (of anything when empty) lies in `node`.
fn calls(node: Node<'_>, text: &str, names: &[&str]) -> bool {
    let mut cursor = node.walk();
    let root = node.id();
    let mut descend = true;
    loop {
        let node = cursor.node();
        if descend && node.kind() == "call" {
            let function = node
                .child_by_field_name("function")
                .map_or("", |f| &text[f.byte_range()]);
            if names.is_empty() || names.contains(&function) {
                return true;
            }
        }
        if descend && cursor.goto_first_child() {
            continue;
        }
        if cursor.node().id() != root && cursor.goto_next_sibling() {
            descend = true;
        } else if cursor.node().id() != root && cursor.goto_parent() {
            descend = false;
        } else {
            return false;
        }
    }
}

fn name_of(definition: Node<'_>, text: &str, names: &mut Vec<String>) {
    if let Some(name) = definition.child_by_field_name("name") {
        names.push(text[name.byte_range()].to_owned());
    }
}

/// The names an import binds; `*` for a star import, which binds all that its text says.
pub(crate) fn imported_names(node: Node<'_>, text: &str, names: &mut Vec<String>) {
    let mut cursor = node.walk();
    for child in node.children_by_field_name("name", &mut cursor) {
        let bound = match child.kind() {
            "aliased_import" => child.child_by_field_name("alias").unwrap_or(child),
            _ => child,
        };
        let name = &text[bound.byte_range()];
        // `import os.path` binds `os`.
        let name = if child.kind() == "dotted_name" && node.kind() == "import_statement" {
            name.split('.').next().unwrap_or(name)
        } else {
            name
        };
        names.push(name.to_owned());
    }
    let mut cursor = node.walk();
    if node
        .named_children(&mut cursor)
        .any(|n| n.kind() == "wildcard_import")
    {
        names.push(text[node.byte_range()].to_owned());
    }
}

/// The plain names that an assignment binds.
pub(crate) fn target_names(left: Node<'_>, text: &str, names: &mut Vec<String>) {
    match left.kind() {
        "identifier" => names.push(text[left.byte_range()].to_owned()),
        "pattern_list" | "tuple_pattern" | "list_pattern" => {
            let mut cursor = left.walk();
            for child in left.named_children(&mut cursor) {
                if child.kind() == "identifier" {
                    names.push(text[child.byte_range()].to_owned());
                }
            }
        }
        _ => {}
    }
}
