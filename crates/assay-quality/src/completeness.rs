//! Whether what was asked for is there.

use assay_core::{Content, FinishReason, QualityPart};

use crate::ends::gives_value;
use crate::examined::Examined;
use crate::reasons::Part;
use crate::roles::Role;
use crate::source::Source;

/// A program without what the tests call.
const NO_ENTRY: f64 = 0.0;
/// A body that does nothing.
const EMPTY: f64 = 0.02;
const CUT_OFF: f64 = 0.4;
/// Nothing is returned where something is due.
const NO_RETURN: f64 = 0.1;
/// Some ways through the function return nothing.
const SOME_RETURN: f64 = 0.8;

pub(crate) fn completeness(
    examined: &Examined<'_>,
    finish: Option<FinishReason>,
    content: Option<Content>,
) -> Part {
    let mut part = Part::full(QualityPart::Completeness);
    let source = examined.program;
    if source.text.trim().is_empty() || content == Some(Content::NoCode) {
        part.lower(NO_ENTRY, "there is no code");
        return part;
    }
    if finish == Some(FinishReason::Length) || content == Some(Content::Incomplete) {
        part.lower(CUT_OFF, "the answer was cut off");
    }
    if !source.known {
        return part;
    }
    let Some(entry) = examined.entry else {
        if !examined.entry_point.is_empty() {
            part.lower(
                NO_ENTRY,
                format!("'{}' is not defined", examined.entry_point),
            );
        }
        return part;
    };
    let node = entry.node;
    if content == Some(Content::Placeholder) || is_empty(source, node) {
        part.lower(EMPTY, format!("the body of '{}' does nothing", entry.name));
        return part;
    }
    if has_stub(source, node) {
        part.lower(
            EMPTY,
            format!("'{}' says that it is not implemented", entry.name),
        );
    }
    if due(examined) {
        let body = source.body(node);
        let returns = own(examined, node).any(|n| gives_value(source, n))
            || body.is_some_and(|b| is_expression(source, b));
        if !returns {
            part.lower(NO_RETURN, format!("'{}' returns nothing", entry.name));
        } else if let Some(body) = body
            && source.language != "rust"
            && !is_expression(source, body)
            && !examined.ends[body]
            && !own(examined, node).any(|n| source.role(n) == Role::Yield)
            && examined.reference_always_returns
        {
            part.lower(
                SOME_RETURN,
                format!("'{}' may end without returning anything", entry.name),
            );
        }
    }
    part
}

/// The nodes of a function that are of no function within it.
fn own<'a>(examined: &'a Examined<'_>, function: usize) -> impl Iterator<Item = usize> + 'a {
    examined
        .program
        .below(function)
        .filter(move |n| examined.outline.owner[*n] == Some(function))
}

/// Whether a body is one expression, or ends with one that is its value.
pub(crate) fn is_expression(source: &Source<'_>, body: usize) -> bool {
    match source.nodes[body].kind {
        "block" if source.language == "rust" => source
            .children(body)
            .filter(|c| source.nodes[*c].named && source.role(*c) != Role::Comment)
            .last()
            .is_some_and(|c| {
                source.nodes[c].kind != "let_declaration"
                    && !source.text_of(c).trim_end().ends_with(';')
            }),
        "block" | "statement_block" | "compound_statement" | "constructor_body" => false,
        _ => true,
    }
}

/// A body of comments, texts, `pass` and `...` alone.
fn is_empty(source: &Source<'_>, function: usize) -> bool {
    let Some(body) = source.body(function) else {
        return true;
    };
    if is_expression(source, body) && source.language != "rust" {
        return false;
    }
    !source.children(body).any(|c| {
        let node = &source.nodes[c];
        node.named
            && source.role(c) != Role::Comment
            && !source.is_bare_text(c)
            && node.kind != "pass_statement"
            && !node.error
            && !(node.kind == "expression_statement" && source.text_of(c).trim() == "...")
            && !(node.kind == "macro_invocation" && is_stub_macro(source.text_of(c)))
            && !(node.kind == "expression_statement" && is_stub_macro(source.text_of(c)))
    })
}

fn is_stub_macro(text: &str) -> bool {
    ["todo!", "unimplemented!"]
        .iter()
        .any(|m| text.starts_with(m))
}

/// A body whose only statement raises that it is not implemented.
fn has_stub(source: &Source<'_>, function: usize) -> bool {
    let Some(body) = source.body(function) else {
        return false;
    };
    let mut statements = source.children(body).filter(|c| {
        source.nodes[*c].named && source.role(*c) != Role::Comment && !source.is_bare_text(*c)
    });
    let (Some(only), None) = (statements.next(), statements.next()) else {
        return false;
    };
    if !source
        .below(only)
        .take(3)
        .any(|n| source.role(n) == Role::Raise)
    {
        return false;
    }
    let text = source.text_of(only).to_ascii_lowercase();
    [
        "notimplemented",
        "not implemented",
        "unsupportedoperation",
        "todo",
    ]
    .iter()
    .any(|w| text.contains(w))
}

/// Whether the entry point is to return something, by its type, its reference or its prompt.
fn due(examined: &Examined<'_>) -> bool {
    if let Some(returns) = examined.reference_returns {
        return returns;
    }
    let Some(entry) = examined.entry else {
        return false;
    };
    let source = examined.program;
    let declared = ["return_type", "result", "type"]
        .into_iter()
        .find_map(|field| source.child(entry.node, field))
        .map(|t| {
            source
                .text_of(t)
                .trim_start_matches([':', '-', '>', ' '])
                .trim()
        });
    match (declared, source.language) {
        (Some(declared), _) => !matches!(
            declared,
            "None" | "void" | "()" | "never" | "undefined" | "NoReturn"
        ),
        (None, "go" | "rust" | "cpp" | "java") => false,
        (None, _) => {
            examined.prompt_terms.contains("return") || examined.prompt_terms.contains("returns")
        }
    }
}
