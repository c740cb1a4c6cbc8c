//! What languages and libraries spell in several ways, by one name: operators, calls, literals, kinds of values.

use std::collections::HashMap;

use crate::roles::Role;
use crate::source::{Node, Source};

fn is_punctuation(text: &str) -> bool {
    text.bytes().all(|b| b"()[]{},;:.".contains(&b))
}

pub(crate) fn is_operator(node: &Node, text: &str) -> bool {
    !node.named
        && !is_punctuation(text)
        && (text
            .bytes()
            .all(|b| b.is_ascii_punctuation() && !b"\"'`_$#@\\".contains(&b))
            || matches!(
                text,
                "and" | "or" | "not" | "in" | "is" | "not in" | "is not" | "instanceof"
            ))
}

/// One spelling for what several mean.
pub(crate) fn operator(text: &str) -> (&str, bool) {
    match text {
        "&&" => ("and", false),
        "||" => ("or", false),
        "!" => ("not", false),
        "===" => ("==", false),
        "!==" | "<>" => ("!=", false),
        ">" => ("<", true),
        ">=" => ("<=", true),
        ":=" => ("=", false),
        "++" | "+=" => ("+", false),
        "--" | "-=" => ("-", false),
        "*=" => ("*", false),
        "/=" => ("/", false),
        "%=" => ("%", false),
        "//=" => ("//", false),
        "->" | "=>" | "::" => (".", false),
        other => (other, false),
    }
}

/// One name for what libraries call by several.
pub(crate) fn called(name: &str) -> &str {
    match name {
        "sorted" | "Sort" | "sort_by" | "usort" | "sort_unstable" | "Ints" | "Strings" => "sort",
        "append" | "push" | "push_back" | "add" | "emplace_back" | "array_push" | "extend" => {
            "append"
        }
        "len" | "length" | "size" | "count" | "strlen" => "len",
        "toLowerCase" | "tolower" | "ToLower" | "to_lowercase" | "strtolower" => "lower",
        "toUpperCase" | "toupper" | "ToUpper" | "to_uppercase" | "strtoupper" => "upper",
        "fabs" | "Abs" => "abs",
        "Set" | "HashSet" | "unordered_set" | "array_unique" => "set",
        "reversed" | "strrev" | "array_reverse" => "reverse",
        other => other,
    }
}

/// The value of a literal, whatever quotes it has.
pub(crate) fn literal(text: &str) -> &str {
    let text = text.trim_matches(['"', '\'', '`']);
    match text {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "None" | "nil" | "undefined" | "nullptr" | "NULL" => "null",
        other => other
            .strip_suffix(".0")
            .or_else(|| other.strip_suffix('L'))
            .or_else(|| other.strip_suffix('l'))
            .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()) && !rest.is_empty())
            .unwrap_or(other),
    }
}

/// What each variable is first assigned.
pub(crate) fn assignments<'a>(source: &'a Source<'_>, inside: &[bool]) -> HashMap<&'a str, usize> {
    let mut first = HashMap::new();
    for at in
        (0..source.nodes.len()).filter(|at| inside[*at] && source.role(*at) == Role::Assignment)
    {
        let name = ["left", "name", "declarator", "pattern"]
            .into_iter()
            .find_map(|f| source.child(at, f));
        let value = ["right", "value"]
            .into_iter()
            .find_map(|f| source.child(at, f));
        if let (Some(name), Some(value)) = (name, value) {
            first
                .entry(source.text_of(name).trim_start_matches('$'))
                .or_insert(value);
        }
    }
    first
}

/// The kind of value an expression gives, as far as its outermost node tells.
pub(crate) fn kind_of(
    source: &Source<'_>,
    value: usize,
    assigned: &HashMap<&str, usize>,
) -> &'static str {
    let mut at = value;
    for step in 0..6 {
        let node = &source.nodes[at];
        match node.kind {
            "parenthesized_expression" | "expression_list" | "await" => {
                let mut named = source.children(at).filter(|c| source.nodes[*c].named);
                match (named.next(), named.next()) {
                    (Some(only), None) => at = only,
                    _ => return "tuple",
                }
                continue;
            }
            "list"
            | "list_comprehension"
            | "array"
            | "array_creation_expression"
            | "composite_literal"
            | "initializer_list"
            | "array_expression" => return "list",
            "tuple" | "tuple_expression" => return "tuple",
            "dictionary" | "dictionary_comprehension" | "object" => return "map",
            "set" | "set_comprehension" => return "set",
            "comparison_operator" | "not_operator" => return "truth",
            "boolean_operator" => return "truth",
            "unary_operator" | "unary_expression" => {
                return if source.text_of(at).starts_with('!') {
                    "truth"
                } else {
                    "number"
                };
            }
            "conditional_expression" | "ternary_expression" => {
                match source
                    .child(at, "consequence")
                    .or_else(|| source.children(at).find(|c| source.nodes[*c].named))
                {
                    Some(inner) => at = inner,
                    None => return "other",
                }
                continue;
            }
            _ => {}
        }
        match source.role(at) {
            Role::Number => return "number",
            Role::Text => return "text",
            Role::Constant => {
                return match literal(source.text_of(at)) {
                    "null" => "null",
                    _ => "truth",
                };
            }
            Role::Operation => {
                let sign = source
                    .child(at, "operator")
                    .map(|o| operator(source.text_of(o)).0)
                    .unwrap_or_default();
                return match sign {
                    "<" | "<=" | "==" | "!=" | "and" | "or" | "not" | "in" => "truth",
                    "+" | "*" if step < 4 => match source.child(at, "left") {
                        Some(left) => {
                            at = left;
                            continue;
                        }
                        None => "number",
                    },
                    _ => "number",
                };
            }
            Role::Name => match assigned.get(source.text_of(at).trim_start_matches('$')) {
                Some(value) if *value != at => at = *value,
                _ => return "name",
            },
            Role::Call => {
                let text = ["function", "name", "constructor", "type"]
                    .into_iter()
                    .find_map(|f| source.child(at, f))
                    .map(|c| source.text_of(c))
                    .unwrap_or_default();
                return match called(text.rsplit(['.', ':', '>']).next().unwrap_or(text)) {
                    "sort" | "list" | "map" | "filter" | "split" | "ArrayList" | "slice"
                    | "collect" | "Array" => "list",
                    "len" | "sum" | "int" | "abs" | "round" | "float" | "floor" | "ceil"
                    | "parseInt" | "pow" | "Number" | "ord" | "indexOf" | "find" | "index" => {
                        "number"
                    }
                    "str" | "join" | "lower" | "upper" | "replace" | "strip" | "swapcase"
                    | "toString" | "substring" | "substr" | "trim" | "String" | "format"
                    | "chr" => "text",
                    "all" | "any" | "bool" | "isinstance" | "equals" | "every" | "some"
                    | "startswith" | "endswith" | "includes" | "contains" | "is_prime" => "truth",
                    "set" => "set",
                    "dict" => "map",
                    "tuple" => "tuple",
                    _ => "call",
                };
            }
            _ => return "other",
        }
    }
    "other"
}
