//! What single nodes define and import, by the fields that tree-sitter's grammars have in common.

use tree_sitter::Node;

use super::unit::Piece;

/// The name that `node` defines with a body or a value, and the body if it is a function's.
pub(crate) fn defined_name<'a, 'tree>(
    node: Node<'tree>,
    text: &'a str,
) -> Option<(&'a str, Option<Node<'tree>>)> {
    let field = |name: &str| node.child_by_field_name(name);
    let body = field("body");
    let value = field("value").or_else(|| field("right"));
    if body.is_none() && value.is_none() {
        return None;
    }
    let named = match (field("name"), field("declarator"), field("left")) {
        (Some(name), _, _) => name,
        (None, Some(declarator), _) => declarator,
        // `module.exports.f = …`
        (None, None, Some(left)) => left.child_by_field_name("property").unwrap_or(left),
        (None, None, None) => return None,
    };
    let name = &text[innermost(named)?.byte_range()];
    Some((
        name,
        body.or_else(|| value.and_then(|v| v.child_by_field_name("body"))),
    ))
}

/// The identifier within a declarator of C's kind, or `named` itself.
fn innermost(named: Node<'_>) -> Option<Node<'_>> {
    let mut node = named;
    loop {
        let inner = node
            .child_by_field_name("declarator")
            .or_else(|| node.child_by_field_name("name"))
            .or_else(|| {
                // A reference's declarator has no field.
                let last = u32::try_from(node.named_child_count())
                    .ok()?
                    .checked_sub(1)?;
                node.named_child(last).filter(|child| {
                    child.kind().ends_with("declarator") || node.kind().ends_with("declarator")
                })
            });
        match inner {
            Some(inner) => node = inner,
            None => break,
        }
    }
    (node.child_count() == 0).then_some(node)
}

/// The names that a statement at the top level brings.
pub(crate) fn binds(node: Node<'_>, text: &str) -> Vec<String> {
    let mut names = Vec::new();
    collect(node, text, 0, &mut names);
    names
}

fn collect(node: Node<'_>, text: &str, depth: usize, names: &mut Vec<String>) {
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return;
    }
    loop {
        let child = cursor.node();
        match cursor.field_name() {
            Some("name" | "declarator") => {
                if child.kind().contains("pattern") || child.kind().contains("import") {
                    leaves(child, text, names);
                } else if let Some(leaf) = innermost(child) {
                    names.push(text[leaf.byte_range()].to_owned());
                }
            }
            Some("body" | "value" | "right" | "arguments" | "parameters" | "path" | "argument") => {
            }
            _ if child.kind() == "import_clause" => leaves(child, text, names),
            _ => {
                let inner = [
                    "_spec",
                    "declarator",
                    "declaration",
                    "definition",
                    "specifier",
                    "_item",
                ];
                if depth < 3 && inner.iter().any(|end| child.kind().ends_with(end)) {
                    collect(child, text, depth + 1, names);
                }
            }
        }
        if !cursor.goto_next_sibling() {
            return;
        }
    }
}

/// All identifiers below `node`, which is a pattern: as deep as people write.
fn leaves(node: Node<'_>, text: &str, names: &mut Vec<String>) {
    if node.child_count() == 0 && node.is_named() {
        names.push(text[node.byte_range()].to_owned());
        return;
    }
    let depth = node.descendant_count();
    if depth > 500 {
        return;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        leaves(child, text, names);
    }
}

/// What an import is made of, where it can be taken apart: Go's groups and Rust's braces.
pub(crate) fn pieces(node: Node<'_>, text: &str) -> Vec<Piece> {
    let source = &text[node.byte_range()];
    let mut found = Vec::new();
    if node.kind() == "use_declaration" {
        let path = source
            .trim_start_matches("pub ")
            .trim_start_matches("use ")
            .trim_end_matches(';');
        let mut paths = Vec::new();
        expand(path, "", 0, &mut paths);
        for path in paths {
            let name = path.rsplit([':', ' ']).next().unwrap_or("").to_owned();
            found.push(Piece {
                name,
                import: format!("use {path};"),
                range: node.byte_range(),
            });
        }
        return found;
    }
    let mut specs = Vec::new();
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        if child.kind() == "import_spec" {
            specs.push(child);
        } else if child.kind() == "import_spec_list" {
            let mut inner = child.walk();
            specs.extend(
                child
                    .named_children(&mut inner)
                    .filter(|spec| spec.kind() == "import_spec"),
            );
        }
    }
    for spec in specs {
        let source = &text[spec.byte_range()];
        let name = match spec.child_by_field_name("name") {
            Some(name) => &text[name.byte_range()],
            None => source.trim_matches('"').rsplit('/').next().unwrap_or(""),
        };
        found.push(Piece {
            name: name.to_owned(),
            import: format!("import {source}"),
            range: spec.byte_range(),
        });
    }
    found
}

/// The single paths of `std::{fmt, cmp::{max, self}}`.
fn expand(path: &str, before: &str, depth: usize, paths: &mut Vec<String>) {
    const MOST: usize = 200;
    const DEEPEST: usize = 8;
    let path = path.trim();
    if path.is_empty() || paths.len() >= MOST || depth > DEEPEST {
        return;
    }
    let Some(brace) = path.find('{') else {
        let whole = format!("{before}{path}");
        paths.push(whole.strip_suffix("::self").unwrap_or(&whole).to_owned());
        return;
    };
    let inside = path[brace + 1..]
        .strip_suffix('}')
        .unwrap_or(&path[brace + 1..]);
    let before = format!("{before}{}", &path[..brace]);
    let (mut open, mut start) = (0_usize, 0);
    for (at, c) in inside.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            ',' if open == 0 => {
                expand(&inside[start..at], &before, depth + 1, paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    expand(&inside[start..], &before, depth + 1, paths);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_paths_are_taken_apart() {
        let mut paths = Vec::new();
        expand(
            "std::{slice::Iter, cmp::{max, self}, ops::Index as I,}",
            "",
            0,
            &mut paths,
        );
        assert_eq!(
            paths,
            [
                "std::slice::Iter",
                "std::cmp::max",
                "std::cmp",
                "std::ops::Index as I"
            ]
        );
    }
}
