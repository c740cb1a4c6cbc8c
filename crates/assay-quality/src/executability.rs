//! What speaks against a program's compiling, starting and running to its end.

use std::collections::{BTreeSet, HashSet};

use assay_core::{Content, QualityPart};

use crate::ends::{has_way_out, is_endless};
use crate::examined::Examined;
use crate::known::is_known;
use crate::outline::Arity;
use crate::reasons::Part;
use crate::roles::Role;
use crate::source::Source;

/// A text with syntax errors is refused as a whole; the grammars here are not quite the compilers'.
const SYNTAX: f64 = 0.05;
const OTHER_LANGUAGE: f64 = 0.02;
const UNDEFINED: f64 = 0.15;
const ARITY: f64 = 0.2;
const ENDLESS: f64 = 0.2;
const SUSPECT_LOOP: f64 = 0.6;
const UNREACHABLE: f64 = 0.9;
/// A loop whose body always returns: most often an `else` too many.
const ONCE: f64 = 0.6;
const UNUSED: f64 = 0.1;
/// Loops that are looked into.
const LOOPS: usize = 64;

pub(crate) fn executability(
    examined: &Examined<'_>,
    syntactic: f64,
    content: Option<Content>,
) -> Part {
    let mut part = Part::full(QualityPart::Executability);
    let source = examined.program;
    if source.text.trim().is_empty() {
        part.lower(0.0, "there is nothing to run");
        return part;
    }
    if content == Some(Content::WrongLanguage) {
        part.lower(OTHER_LANGUAGE, "it is in another language");
    }
    if !source.known {
        return part;
    }
    if syntactic < 1.0 {
        part.lower(SYNTAX, "it does not parse");
        return part;
    }
    undefined(examined, &mut part);
    arities(examined, &mut part);
    signature(examined, &mut part);
    loops(examined, &mut part);
    unreachable(examined, &mut part);
    if source.language == "go" {
        unused_in_go(examined, &mut part);
    }
    if source.language == "java" {
        imports_of_java(source, &mut part);
    }
    recursion(examined, &mut part);
    part
}

/// Names that are used and bound nowhere.
fn undefined(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    if examined.outline.open {
        return;
    }
    let mut found: Vec<&str> = Vec::new();
    let mut seen = HashSet::new();
    for used in &examined.outline.uses {
        let parent = source.nodes[used.node].parent;
        let is_called = matches!(source.role(parent), Role::Call)
            && matches!(source.nodes[used.node].field, "function" | "name");
        if examined.outline.bound.contains(used.name)
            || is_known(source.language, used.name, is_called) != Some(false)
            || !seen.insert(used.name)
        {
            continue;
        }
        // `typeof x` and `try: x except NameError` ask whether it is there.
        if source.nodes[parent].kind == "unary_expression"
            && source.text_of(parent).starts_with("typeof")
        {
            continue;
        }
        found.push(used.name);
    }
    let inherits =
        source.language == "java" && source.nodes.iter().any(|n| n.field == "superclass");
    if found.is_empty() || inherits {
        return;
    }
    let named: Vec<String> = found.iter().take(3).map(|n| format!("'{n}'")).collect();
    let more = if found.len() > 3 { ", …" } else { "" };
    part.lower(
        UNDEFINED,
        format!(
            "used and never defined or imported: {}{more}",
            named.join(", ")
        ),
    );
}

/// Calls of the program's own functions with more or fewer arguments than they take.
fn arities(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    let mut by_name: std::collections::HashMap<&str, Option<Arity>> = Default::default();
    for callable in &examined.outline.callables {
        let plain = callable.owner.is_none() && !callable.name.is_empty();
        by_name
            .entry(callable.name)
            // One name for several functions says nothing.
            .and_modify(|a| *a = None)
            .or_insert(plain.then_some(callable.arity));
    }
    for used in &examined.outline.uses {
        let Some(Some(arity)) = by_name.get(used.name) else {
            continue;
        };
        let call = source.nodes[used.node].parent;
        if source.role(call) != Role::Call || source.nodes[used.node].field != "function" {
            continue;
        }
        let Some(arguments) = source.child(call, "arguments") else {
            continue;
        };
        let mut given = 0;
        let mut spread = source.nodes[arguments].kind == "generator_expression";
        for argument in source
            .children(arguments)
            .filter(|c| source.nodes[*c].named)
        {
            if source.role(argument) == Role::Comment {
                continue;
            }
            given += 1;
            spread |= matches!(
                source.nodes[argument].kind,
                "list_splat"
                    | "dictionary_splat"
                    | "spread_element"
                    | "variadic_unpacking"
                    | "variadic_argument"
                    | "parameter_pack_expansion"
            );
        }
        // JavaScript and PHP pass over what is too much; JavaScript also over what is missing.
        let lax = matches!(source.language, "javascript");
        let too_many = arity.most.is_some_and(|most| given > most) && source.language != "php";
        if !spread && !lax && (given < arity.least || too_many) {
            part.lower(
                ARITY,
                format!(
                    "'{}' takes {} arguments and is given {given}",
                    used.name,
                    takes(*arity)
                ),
            );
            return;
        }
    }
}

fn takes(arity: Arity) -> String {
    match arity.most {
        Some(most) if most == arity.least => most.to_string(),
        Some(most) => format!("{} to {most}", arity.least),
        None => format!("{} or more", arity.least),
    }
}

/// The entry point takes what the prompt's signature says.
fn signature(examined: &Examined<'_>, part: &mut Part) {
    let (Some(entry), Some(wanted)) = (examined.entry, examined.prompt_arity) else {
        return;
    };
    let fits =
        entry.arity.least <= wanted.least && entry.arity.most.is_none_or(|m| m >= wanted.least);
    if !fits {
        part.lower(
            ARITY,
            format!(
                "'{}' takes {} arguments, not {}",
                entry.name,
                takes(entry.arity),
                wanted.least
            ),
        );
    }
}

/// Loops that nothing ends.
fn loops(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    let all =
        (0..source.nodes.len()).filter(|n| source.nodes[*n].named && source.role(*n) == Role::Loop);
    for at in all.take(LOOPS) {
        let Some(body) = source.child(at, "body") else {
            continue;
        };
        if examined.ends[body]
            && !is_endless(source, at)
            && source.child(at, "alternative").is_none()
        {
            part.lower(ONCE, "a loop never goes round twice");
            return;
        }
        if has_way_out(source, body) {
            continue;
        }
        if is_endless(source, at) {
            part.lower(ENDLESS, "a loop has no way out");
            return;
        }
        if !matches!(
            source.nodes[at].kind,
            "while_statement" | "while_expression"
        ) {
            continue;
        }
        let Some(condition) = source.child(at, "condition") else {
            continue;
        };
        let leaves = source.below(condition).take(200);
        let mut names = BTreeSet::new();
        let mut opaque = false;
        for n in leaves {
            opaque |= matches!(source.role(n), Role::Assignment | Role::Call)
                && !matches!(source.text_of(n), t if t.starts_with("len("));
            if source.role(n) == Role::Name
                && !matches!(source.nodes[n].field, "attribute" | "function")
            {
                names.insert(source.text_of(n).trim_start_matches('$'));
            }
        }
        // Whatever is assigned, handed on or called upon in the body may have changed.
        let changed = source.below(body).any(|n| {
            source.role(n) == Role::Name
                && names.contains(source.text_of(n).trim_start_matches('$'))
                && {
                    let parent = source.nodes[n].parent;
                    let mut top = n;
                    for _ in 0..4 {
                        top = source.nodes[top].parent;
                        if matches!(source.role(top), Role::Assignment | Role::Call)
                            || matches!(
                                source.nodes[top].kind,
                                "delete_statement" | "reference_expression"
                            )
                        {
                            return true;
                        }
                    }
                    matches!(
                        source.role(parent),
                        Role::Assignment | Role::Call | Role::Attribute
                    )
                }
        });
        if !opaque && !names.is_empty() && !changed {
            part.lower(
                SUSPECT_LOOP,
                "a loop's condition is not changed by its body",
            );
            return;
        }
    }
}

fn unreachable(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    let after = (0..source.nodes.len()).any(|at| {
        matches!(
            source.nodes[at].kind,
            "block" | "statement_block" | "compound_statement"
        ) && {
            let statements = source
                .children(at)
                .filter(|c| source.nodes[*c].named && source.role(*c) != Role::Comment);
            let mut ended = false;
            statements.into_iter().any(|c| {
                let dead = ended && source.role(c) != Role::Function;
                ended |= examined.ends[c] || matches!(source.role(c), Role::Break | Role::Continue);
                dead
            })
        }
    });
    if after {
        part.lower(UNREACHABLE, "some statements cannot be reached");
    }
}

/// Go refuses variables and imports that nothing uses.
fn unused_in_go(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    let used: HashSet<&str> = examined.outline.uses.iter().map(|u| u.name).collect();
    for at in 0..source.nodes.len() {
        if source.nodes[at].kind != "identifier" || !examined.outline.binds[at] {
            continue;
        }
        let mut holder = source.nodes[at].parent;
        if source.nodes[holder].kind == "expression_list" {
            holder = source.nodes[holder].parent;
        }
        let local = matches!(
            source.nodes[holder].kind,
            "short_var_declaration" | "range_clause" | "var_spec"
        ) && examined.outline.owner[at].is_some();
        let name = source.text_of(at);
        if local && name != "_" && !used.contains(name) {
            part.lower(UNUSED, format!("'{name}' is declared and not used"));
            return;
        }
    }
}

/// What Java's own library has and only an import makes known.
fn imports_of_java(source: &Source<'_>, part: &mut Part) {
    const UTIL: &str = "List ArrayList Map HashMap Set HashSet Arrays Collections LinkedList TreeMap TreeSet Deque \
ArrayDeque Queue Stack Optional Iterator Comparator PriorityQueue Scanner LinkedHashMap LinkedHashSet Objects";
    if source.text.contains("import java.util.") {
        return;
    }
    let missing = (0..source.nodes.len()).find(|n| {
        matches!(source.nodes[*n].kind, "type_identifier" | "identifier")
            && UTIL
                .split_ascii_whitespace()
                .any(|known| known == source.text_of(*n))
            && source.nodes[source.nodes[*n].parent].kind != "scoped_type_identifier"
    });
    let defined = |name: &str| source.text.contains(&format!("class {name}"));
    if let Some(n) = missing.filter(|n| !defined(source.text_of(*n))) {
        part.lower(
            UNDEFINED,
            format!("'{}' is used and not imported", source.text_of(n)),
        );
    }
}

/// A function that calls itself on every way through it.
fn recursion(examined: &Examined<'_>, part: &mut Part) {
    let source = examined.program;
    let Some(entry) = examined.entry else {
        return;
    };
    let Some(body) = source.body(entry.node) else {
        return;
    };
    let calls_itself = examined.outline.uses.iter().any(|u| {
        u.name == entry.name
            && source.below(body).contains(&u.node)
            && examined.outline.owner[u.node] == Some(entry.node)
            && source.role(source.nodes[u.node].parent) == Role::Call
    });
    let decides = source.below(body).any(|n| {
        source.nodes[n].named
            && (matches!(
                source.role(n),
                Role::If | Role::Switch | Role::Loop | Role::Try
            ) || matches!(
                source.nodes[n].kind,
                "boolean_operator" | "list_comprehension" | "binary_expression"
            ))
    });
    if calls_itself && !decides {
        part.lower(
            ENDLESS,
            format!("'{}' calls itself without an end", entry.name),
        );
    }
}
