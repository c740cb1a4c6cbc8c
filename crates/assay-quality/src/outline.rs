//! What a program binds, calls and defines, told in one walk over its nodes.

use std::collections::{HashMap, HashSet};

use crate::roles::Role;
use crate::source::Source;

/// A function of the program.
#[derive(Debug, Clone)]
pub(crate) struct Callable<'a> {
    pub node: usize,
    pub name: &'a str,
    pub parameters: Vec<&'a str>,
    pub arity: Arity,
    /// The callable around it.
    pub owner: Option<usize>,
}

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arity {
    pub least: usize,
    /// None when any number will do.
    pub most: Option<usize>,
}

/// A name that is used and not bound where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use<'a> {
    pub name: &'a str,
    pub node: usize,
}

pub(crate) struct Outline<'a> {
    /// In the order of the text.
    pub callables: Vec<Callable<'a>>,
    /// Every name that is bound anywhere.
    pub bound: HashSet<&'a str>,
    pub uses: Vec<Use<'a>>,
    /// By node: whether a name there is bound there.
    pub binds: Vec<bool>,
    /// By node: the nearest callable above it.
    pub owner: Vec<Option<usize>>,
    /// Something binds names that cannot be seen: `from x import *`, `exec`.
    pub open: bool,
}

impl<'a> Outline<'a> {
    pub(crate) fn of(source: &'a Source<'a>) -> Self {
        let n = source.nodes.len();
        let mut outline = Self {
            callables: Vec::new(),
            bound: HashSet::new(),
            uses: Vec::new(),
            binds: vec![false; n],
            owner: vec![None; n],
            open: false,
        };
        for node in 0..n {
            let parent = source.nodes[node].parent;
            if node > 0 {
                outline.owner[node] = if source.is_callable(parent) {
                    Some(parent)
                } else {
                    outline.owner[parent]
                };
                outline.binds[node] = binds(source, node, parent, outline.binds[parent]);
            }
            if source.is_callable(node)
                && let Some(callable) = callable(source, node, outline.owner[node])
            {
                outline.bound.insert(callable.name);
                outline.callables.push(callable);
            }
            outline.see(source, node, parent);
        }
        outline
    }

    fn see(&mut self, source: &'a Source<'a>, node: usize, parent: usize) {
        let kind = source.nodes[node].kind;
        if kind == "wildcard_import" {
            self.open = true;
        }
        let is_type = kind == "type_identifier" || kind == "namespace_identifier";
        if !source.is_leaf(node) && kind != "variable_name" || !source.nodes[node].named {
            return;
        }
        if source.role(node) != Role::Name && !is_type && kind != "property_identifier" {
            return;
        }
        // PHP's variables hold their name without the sign as a node of its own.
        if source.nodes[parent].kind == "variable_name" {
            return;
        }
        let name = source.text_of(node).trim_start_matches('$');
        if name.is_empty() {
            return;
        }
        if self.binds[node] {
            self.bound.insert(name);
            return;
        }
        if !is_type && kind != "property_identifier" && !is_member(source, node, parent) {
            self.uses.push(Use { name, node });
        }
    }

    /// The callable with this name: the last one outside of other functions, or else any.
    pub(crate) fn named(&self, name: &str) -> Option<&Callable<'a>> {
        let mut all = self.callables.iter().rev().filter(|c| c.name == name);
        let first = all.next()?;
        if first.owner.is_none() {
            return Some(first);
        }
        Some(all.find(|c| c.owner.is_none()).unwrap_or(first))
    }

    /// `entry` and all it calls that the program defines, each once.
    pub(crate) fn reached(&self, source: &Source<'_>, entry: usize) -> Vec<usize> {
        let mut by_name: HashMap<&str, usize> = HashMap::new();
        for callable in &self.callables {
            by_name.insert(callable.name, callable.node);
        }
        let mut found = vec![entry];
        let mut seen: HashSet<usize> = HashSet::from([entry]);
        let mut at = 0;
        while at < found.len() {
            let range = source.below(found[at]);
            let first = self.uses.partition_point(|u| u.node < range.start);
            for used in self.uses[first..]
                .iter()
                .take_while(|u| range.contains(&u.node))
            {
                if let Some(node) = by_name.get(used.name)
                    && seen.insert(*node)
                    // What lies within is walked with what is around it.
                    && !found.iter().take(4).any(|f| source.below(*f).contains(node))
                {
                    found.push(*node);
                }
            }
            at += 1;
            if found.len() > 64 {
                break;
            }
        }
        found
    }
}

/// Whether a name is that of a member, an argument or a label rather than one of the scope.
fn is_member(source: &Source<'_>, node: usize, parent: usize) -> bool {
    let (kind, field) = (source.nodes[parent].kind, source.nodes[node].field);
    match kind {
        "attribute" => field == "attribute",
        "field_access" => field == "field",
        "method_invocation" => field == "name" && source.child(parent, "object").is_some(),
        "keyword_argument" | "argument" => field == "name",
        "scoped_identifier"
        | "qualified_identifier"
        | "qualified_type"
        | "scoped_type_identifier" => true,
        "member_access_expression"
        | "member_call_expression"
        | "scoped_call_expression"
        | "nullsafe_member_call_expression"
        | "class_constant_access_expression" => field != "object",
        "labeled_statement"
        | "break_statement"
        | "continue_statement"
        | "label"
        | "marker_annotation"
        | "annotation"
        | "attribute_item"
        | "token_tree"
        | "dotted_name"
        | "macro_invocation"
        | "named_type"
        | "qualified_name"
        | "namespace_name"
        | "package_identifier"
        | "statement_identifier"
        | "method_reference"
        | "optional_type"
        | "type"
        | "inferred_parameters"
        | "keyed_element"
        | "literal_element"
        | "field_initializer"
        | "designated_initializer"
        | "object_creation_expression"
        | "module"
        | "property_signature"
        | "enum_constant"
        | "lifetime"
        | "generic_type" => true,
        _ => matches!(
            field,
            "type" | "return_type" | "label" | "module_name" | "superclasses"
        ),
    }
}

#[rustfmt::skip]
fn binds(source: &Source<'_>, node: usize, parent: usize, above: bool) -> bool {
    let (kind, field) = (source.nodes[parent].kind, source.nodes[node].field);
    if matches!(field, "value" | "right" | "type" | "return_type" | "size" | "default_value" | "body" | "arguments"
        | "condition" | "constraint" | "module_name" | "source" | "superclasses" | "attribute" | "object") {
        return false;
    }
    match kind {
        "subscript" | "attribute" | "member_expression" | "subscript_expression" | "array_access" | "field_access"
        | "index_expression" | "selector_expression" | "field_expression" | "call" | "call_expression"
        | "method_invocation" | "member_access_expression" | "type" | "block" => return false,
        "parameters" | "formal_parameters" | "lambda_parameters" | "closure_parameters" | "typed_parameter"
        | "inferred_parameters" | "list_splat_pattern" | "dictionary_splat_pattern" | "import_statement"
        | "import_from_statement" | "import_specifier" | "import_clause" | "named_imports" | "namespace_import"
        | "global_statement" | "nonlocal_statement" | "as_pattern_target" | "aliased_import" | "foreach_statement"
        | "structured_binding_declarator" | "lambda_capture_specifier" | "use_list" | "use_declaration"
        | "global_declaration" | "case_pattern" | "rest_pattern" => return true,
        _ => {}
    }
    match field {
        "left" => !matches!(kind, "binary_operator" | "binary_expression" | "boolean_operator" | "comparison_operator"
            | "augmented_assignment" | "augmented_assignment_expression" | "compound_assignment_expr"),
        "name" => !matches!(kind, "method_invocation" | "keyword_argument" | "member_call_expression" | "argument"
            | "scoped_call_expression" | "scoped_identifier" | "annotation" | "marker_annotation" | "struct_expression"
            | "member_access_expression" | "template_function" | "template_type" | "qualified_identifier"),
        "pattern" | "alias" | "declarator" | "parameter" | "parameters" => true,
        _ => above,
    }
}

fn callable<'a>(source: &'a Source<'a>, node: usize, owner: Option<usize>) -> Option<Callable<'a>> {
    let name = source.callable_name(node).unwrap_or_default();
    let mut parameters = Vec::new();
    let mut arity = Arity {
        least: 0,
        most: Some(0),
    };
    if let Some(list) = source.parameters(node) {
        let single = source.is_leaf(list);
        let nodes: Vec<usize> = if single {
            vec![list]
        } else {
            source.children(list).collect()
        };
        for at in nodes {
            let this = &source.nodes[at];
            if !this.named || this.kind == "comment" || this.kind == "line_comment" {
                continue;
            }
            if matches!(
                this.kind,
                "keyword_separator"
                    | "positional_separator"
                    | "self_parameter"
                    | "receiver_parameter"
            ) {
                continue;
            }
            // Go names several with one type.
            let names: Vec<usize> = source
                .below(at)
                .take(400)
                .filter(|n| {
                    source.role(*n) == Role::Name
                        && (source.is_leaf(*n) || source.nodes[*n].kind == "variable_name")
                        && !in_field(source, *n, at, &["type", "value", "default_value", "right"])
                        && source.nodes[source.nodes[*n].parent].kind != "variable_name"
                })
                .collect();
            let several = this.kind == "parameter_declaration" && source.language == "go";
            let count = if several { names.len().max(1) } else { 1 };
            for name in names.iter().take(count) {
                parameters.push(source.text_of(*name).trim_start_matches('$'));
            }
            let variadic = matches!(
                this.kind,
                "list_splat_pattern"
                    | "dictionary_splat_pattern"
                    | "rest_pattern"
                    | "spread_parameter"
                    | "variadic_parameter_declaration"
                    | "variadic_parameter"
            ) || source.below(at).take(6).any(|n| {
                matches!(
                    source.nodes[n].kind,
                    "list_splat_pattern" | "dictionary_splat_pattern" | "rest_pattern"
                )
            });
            let optional = matches!(
                this.kind,
                "default_parameter"
                    | "typed_default_parameter"
                    | "assignment_pattern"
                    | "optional_parameter"
                    | "optional_parameter_declaration"
            ) || source
                .children(at)
                .any(|c| matches!(source.nodes[c].field, "value" | "default_value"));
            if variadic {
                arity.most = None;
            } else {
                if !optional {
                    arity.least += count;
                }
                arity.most = arity.most.map(|m| m + count);
            }
        }
    }
    if source.language == "python"
        && parameters
            .first()
            .is_some_and(|p| *p == "self" || *p == "cls")
    {
        parameters.remove(0);
        arity.least = arity.least.saturating_sub(1);
        arity.most = arity.most.map(|m| m.saturating_sub(1));
    }
    Some(Callable {
        node,
        name,
        parameters,
        arity,
        owner,
    })
}

/// Whether `node`, below `top`, lies in one of these fields.
fn in_field(source: &Source<'_>, node: usize, top: usize, fields: &[&str]) -> bool {
    let mut at = node;
    for _ in 0..16 {
        if at == top {
            return false;
        }
        if fields.contains(&source.nodes[at].field) {
            return true;
        }
        at = source.nodes[at].parent;
    }
    true
}
