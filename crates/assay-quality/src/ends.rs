//! Which statements are never left at their end, and what is wrong with how a function ends.

use crate::roles::Role;
use crate::source::Source;

/// By node: whether control cannot pass its end (it returns, raises, or goes round for good).
pub(crate) fn terminating(source: &Source<'_>) -> Vec<bool> {
    let n = source.nodes.len();
    let mut ends = vec![false; n];
    let mut leaves_loop = vec![false; n];
    for at in (0..n).rev() {
        let node = &source.nodes[at];
        if !node.named {
            continue;
        }
        let role = source.role(at);
        leaves_loop[at] = role == Role::Break
            || (!matches!(role, Role::Function | Role::Lambda)
                && source.children(at).any(|c| leaves_loop[c]));
        let field = |name: &str| source.child(at, name);
        ends[at] = match role {
            Role::Return | Role::Raise => true,
            Role::Function | Role::Lambda | Role::Class => false,
            Role::If => branches(source, at, &ends),
            Role::Loop => {
                let endless =
                    is_endless(source, at) && !field("body").is_some_and(|b| leaves_loop[b]);
                leaves_loop[at] = false;
                endless
            }
            Role::Switch => {
                let has_default = source.below(at).take(4_096).any(|n| {
                    matches!(
                        source.nodes[n].kind,
                        "switch_default"
                            | "default_case"
                            | "default"
                            | "default_statement"
                            | "_"
                            | "match_default_expression"
                    ) || (matches!(source.nodes[n].kind, "case_pattern" | "match_pattern")
                        && source.text_of(n) == "_")
                });
                has_default && source.language != "rust"
            }
            Role::Try => {
                let parts: Vec<usize> = source
                    .children(at)
                    .filter(|c| source.nodes[*c].named)
                    .collect();
                parts
                    .iter()
                    .any(|c| source.nodes[*c].kind == "finally_clause" && ends[*c])
                    || parts
                        .iter()
                        .filter(|c| {
                            !matches!(
                                source.nodes[**c].kind,
                                "finally_clause" | "comment" | "else_clause"
                            )
                        })
                        .all(|c| ends[*c])
            }
            _ => match node.kind {
                "block"
                | "statement_block"
                | "compound_statement"
                | "else_clause"
                | "finally_clause"
                | "except_clause"
                | "catch_clause"
                | "with_statement"
                | "labeled_statement"
                | "synchronized_statement"
                | "expression_statement"
                | "statement_list" => source
                    .children(at)
                    .filter(|c| source.nodes[*c].named && source.role(*c) != Role::Comment)
                    .last()
                    .is_some_and(|c| ends[c]),
                _ => false,
            },
        };
    }
    ends
}

fn branches(source: &Source<'_>, at: usize, ends: &[bool]) -> bool {
    let mut has_else = matches!(source.nodes[at].kind, "elif_clause" | "else_if_clause");
    for child in source.children(at) {
        let node = &source.nodes[child];
        match node.field {
            "consequence" | "body" if !ends[child] => return false,
            "alternative" => {
                if !ends[child] {
                    return false;
                }
                has_else |= !matches!(node.kind, "elif_clause" | "else_if_clause");
            }
            _ => {}
        }
    }
    has_else
}

/// Whether a loop's own condition never ends it.
pub(crate) fn is_endless(source: &Source<'_>, at: usize) -> bool {
    match source.nodes[at].kind {
        "loop_expression" => true,
        "for_statement" if source.language == "go" => source
            .children(at)
            .filter(|c| source.nodes[*c].named)
            .all(|c| source.nodes[c].field == "body"),
        "for_statement" if matches!(source.language, "java" | "cpp") => {
            source.child(at, "condition").is_none()
        }
        "while_statement" | "do_statement" | "while_expression" => {
            source.child(at, "condition").is_some_and(|c| {
                let text = source.text_of(c);
                text.len() < 16
                    && matches!(text.trim_matches(['(', ')', ' ']), "True" | "true" | "1")
            })
        }
        _ => false,
    }
}

/// By node: whether a way out of a loop around it lies below: a return, a raise, a break.
pub(crate) fn has_way_out(source: &Source<'_>, body: usize) -> bool {
    source.below(body).any(|n| {
        source.nodes[n].named
            && matches!(
                source.role(n),
                Role::Return | Role::Raise | Role::Break | Role::Yield
            )
            || matches!(source.nodes[n].kind, "goto_statement" | "try_expression")
    })
}

/// Whether the node holds what is returned: a `return` with a value, or an expression for a body.
pub(crate) fn gives_value(source: &Source<'_>, at: usize) -> bool {
    match source.role(at) {
        Role::Return => source
            .children(at)
            .any(|c| source.nodes[c].named && source.role(c) != Role::Comment),
        Role::Yield => true,
        _ => false,
    }
}
