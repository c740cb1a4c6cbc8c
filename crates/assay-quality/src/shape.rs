//! The shape of a solution, its own names folded: bags of what it is made of.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::outline::Outline;
use crate::roles::Role;
use crate::source::Source;

/// A bag of things, each by its hash.
pub(crate) type Bag = HashMap<u64, u32>;

/// What two solutions are compared by.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Operators.
    pub operators: Bag,
    /// Functions and methods that the program does not define itself.
    pub calls: Bag,
    /// Numbers, texts and constants by their value.
    pub literals: Bag,
    /// Branches, loops, returns and jumps, each with the three around it.
    pub control: Bag,
    /// Subtrees cut off below one, two and three generations.
    pub trees: [Bag; 3],
    /// Definitions and the places where they are used.
    pub flow: Bag,
    /// What is returned.
    pub returns: Bag,
    /// What is branched on.
    pub conditions: Bag,
    /// The kinds of what is returned: a truth, a number, a text, a list.
    pub kinds: Bag,
    /// Names and literals, as far as there are any.
    pub size: usize,
    /// The names behind `calls`.
    pub names: HashMap<u64, String>,
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn add(bag: &mut Bag, value: u64) {
    *bag.entry(value).or_default() += 1;
}

/// Which nodes belong to the solution: `roots` without comments, docstrings, types and decorations.
fn members(source: &Source<'_>, roots: &[usize]) -> Vec<bool> {
    let mut inside = vec![false; source.nodes.len()];
    for root in roots {
        let mut at = *root;
        let end = source.nodes.get(at).map_or(0, |n| n.end);
        while at < end {
            let node = &source.nodes[at];
            let skipped = source.role(at) == Role::Comment
                || (at != *root
                    && matches!(
                        node.field,
                        "type" | "return_type" | "result" | "type_parameters" | "type_arguments"
                    ))
                || (node.kind == "expression_statement" && source.is_bare_text(at))
                || matches!(
                    node.kind,
                    "decorator" | "modifiers" | "type_annotation" | "primitive_type"
                )
                || source.role(at) == Role::Import;
            if skipped {
                at = node.end;
            } else {
                inside[at] = true;
                at += 1;
            }
        }
    }
    inside
}

fn is_punctuation(text: &str) -> bool {
    text.bytes().all(|b| b"()[]{},;:.".contains(&b))
}

fn is_operator(node: &crate::source::Node, text: &str) -> bool {
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
fn operator(text: &str) -> (&str, bool) {
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

/// The shape of what `roots` span; `entry` is the callable whose parameters count by their place.
pub(crate) fn shape(
    source: &Source<'_>,
    outline: &Outline<'_>,
    roots: &[usize],
    entry: Option<usize>,
) -> Shape {
    let n = source.nodes.len();
    let inside = members(source, roots);
    let parameters: HashMap<&str, usize> = entry
        .and_then(|e| outline.callables.iter().find(|c| c.node == e))
        .map(|c| {
            c.parameters
                .iter()
                .enumerate()
                .map(|(i, p)| (*p, i))
                .collect()
        })
        .unwrap_or_default();
    let functions: std::collections::HashSet<&str> =
        outline.callables.iter().map(|c| c.name).collect();
    let mut out = Shape::default();
    let assigned = assignments(source, &inside);
    // A generation is hashed from the one below it; children stand behind their parents in the list.
    let mut labels = vec![0_u64; n];
    let mut generations = vec![[0_u64; 3]; n];
    let mut children: Vec<[u64; 4]> = Vec::new();
    let mut swapped = vec![false; n];
    for at in (0..n).rev().filter(|at| inside[*at]) {
        let node = &source.nodes[at];
        let role = source.role(at);
        let text = source.text_of(at);
        out.size += usize::from(source.is_leaf(at) && node.named);
        let mut operators = Vec::new();
        children.clear();
        // What text is made of counts as one, unless values are set into it.
        let set_in = role == Role::Text
            && source.children(at).any(|c| {
                matches!(
                    source.nodes[c].kind,
                    "interpolation" | "template_substitution" | "variable_name"
                )
            });
        let whole = matches!(role, Role::Text | Role::Number | Role::Constant) && !set_in
            || node.kind == "variable_name";
        if !whole {
            for child in source.children(at).filter(|c| inside[*c]) {
                let below = &source.nodes[child];
                let text = if source.is_leaf(child) {
                    source.text_of(child)
                } else {
                    ""
                };
                if is_operator(below, text) {
                    let (sign, swap) = operator(text);
                    swapped[at] |= swap && operators.is_empty();
                    operators.push(sign);
                } else if below.named {
                    let [one, two, three] = generations[child];
                    children.push([labels[child], one, two, three]);
                }
            }
        }
        if swapped[at] {
            children.reverse();
        }
        if let [only] = children[..]
            && matches!(
                node.kind,
                "parenthesized_expression"
                    | "expression_statement"
                    | "condition_clause"
                    | "argument"
            )
        {
            labels[at] = only[0];
            generations[at] = [only[1], only[2], only[3]];
            continue;
        }
        labels[at] = match role {
            Role::Name => {
                let name = text.trim_start_matches('$');
                match parameters.get(name) {
                    Some(place) => hash(("parameter", place)),
                    None if functions.contains(name) => hash("function"),
                    None if outline.bound.contains(name) => match assigned.get(name) {
                        Some(value) => hash(("variable", kind_of(source, *value, &assigned))),
                        None => hash("variable"),
                    },
                    None => hash(("name", name)),
                }
            }
            Role::Number | Role::Text | Role::Constant if whole => {
                let value = literal(text);
                add(&mut out.literals, hash(value));
                hash(("literal", value))
            }
            Role::Assignment => hash((Role::Assignment, &operators)),
            Role::Operation | Role::Other | Role::Loop | Role::If if !operators.is_empty() => {
                hash((node.kind, &operators))
            }
            _ if source.is_leaf(at) && node.named => hash(("member", text)),
            Role::Other => hash(node.kind),
            role => hash(role),
        };
        for sign in operators
            .iter()
            .filter(|sign| !matches!(**sign, "=" | "." | "?"))
        {
            add(&mut out.operators, hash(sign));
        }
        if matches!(operators[..], ["==" | "!=" | "*" | "and" | "or"]) {
            children.sort_unstable();
        }
        let under = |generation: usize| children.iter().map(|c| c[generation]).collect::<Vec<_>>();
        generations[at] = [
            hash((labels[at], under(0))),
            hash((labels[at], under(1))),
            hash((labels[at], under(2))),
        ];
        if node.named && !children.is_empty() {
            for (bag, value) in out.trees.iter_mut().zip(generations[at]) {
                add(bag, value);
            }
        }
        if role == Role::Call {
            let callee = ["function", "name", "constructor", "type", "macro"]
                .into_iter()
                .find_map(|field| source.child(at, field));
            if let Some(callee) = callee {
                let text = source.text_of(callee);
                let name = called(text.rsplit(['.', ':', '>']).next().unwrap_or(text));
                if !functions.contains(name) && name.len() < 100 {
                    let key = hash(name);
                    add(&mut out.calls, key);
                    out.names.entry(key).or_insert_with(|| name.to_owned());
                }
            }
        }
        if role == Role::Return {
            if let Some(value) = source.children(at).find(|c| source.nodes[*c].named) {
                add(&mut out.kinds, hash(kind_of(source, value, &assigned)));
            }
            add(&mut out.returns, hash(under(0)));
            add(&mut out.returns, hash(under(1)));
        }
        if node.field == "condition" || (node.kind == "if_clause") {
            add(&mut out.conditions, generations[at][0]);
            add(&mut out.conditions, generations[at][1]);
        }
    }
    control(source, &inside, &mut out);
    flow(source, outline, &inside, &labels, &parameters, &mut out);
    out
}

/// One name for what libraries call by several.
fn called(name: &str) -> &str {
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
fn literal(text: &str) -> &str {
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
fn assignments<'a>(source: &'a Source<'_>, inside: &[bool]) -> HashMap<&'a str, usize> {
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
fn kind_of(source: &Source<'_>, value: usize, assigned: &HashMap<&str, usize>) -> &'static str {
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

fn control(source: &Source<'_>, inside: &[bool], out: &mut Shape) {
    let mut around = vec![[Role::Other; 3]; source.nodes.len()];
    for at in (0..source.nodes.len()).filter(|at| inside[*at]) {
        let parent = source.nodes[at].parent;
        let above = if at > 0 && inside[parent] {
            around[parent]
        } else {
            [Role::Other; 3]
        };
        let role = source.role(at);
        around[at] = above;
        if !source.nodes[at].named {
            continue;
        }
        if matches!(
            role,
            Role::If
                | Role::Loop
                | Role::Switch
                | Role::Try
                | Role::Return
                | Role::Break
                | Role::Continue
                | Role::Raise
                | Role::Yield
                | Role::Lambda
        ) {
            add(&mut out.control, hash((above, role)));
            add(&mut out.control, hash(role));
            if matches!(
                role,
                Role::If | Role::Loop | Role::Switch | Role::Try | Role::Lambda
            ) {
                around[at] = [above[1], above[2], role];
            }
        }
    }
}

/// From each use of a variable to what it was last defined as.
fn flow(
    source: &Source<'_>,
    outline: &Outline<'_>,
    inside: &[bool],
    labels: &[u64],
    parameters: &HashMap<&str, usize>,
    out: &mut Shape,
) {
    let mut last: HashMap<&str, u64> = parameters
        .iter()
        .map(|(name, place)| (*name, hash(("parameter", place))))
        .collect();
    // What is assigned holds from the end of its assignment on.
    let mut pending: Vec<(usize, &str, u64)> = Vec::new();
    for at in (0..source.nodes.len()).filter(|at| inside[*at]) {
        while let Some((end, name, label)) = pending.last().copied()
            && end <= at
        {
            last.insert(name, label);
            pending.pop();
        }
        if source.role(at) != Role::Name
            || source.nodes[source.nodes[at].parent].kind == "variable_name"
        {
            continue;
        }
        let name = source.text_of(at).trim_start_matches('$');
        let parent = source.nodes[at].parent;
        if outline.binds[at] {
            let mut holder = parent;
            for _ in 0..4 {
                if source.role(holder) == Role::Assignment || source.role(holder) == Role::Loop {
                    break;
                }
                holder = source.nodes[holder].parent;
            }
            let assigns = matches!(source.role(holder), Role::Assignment | Role::Loop);
            let right = assigns
                .then(|| {
                    ["right", "value"]
                        .into_iter()
                        .find_map(|f| source.child(holder, f))
                })
                .flatten();
            let label = hash((source.role(holder), right.map(|r| labels[r])));
            if source.role(holder) == Role::Assignment {
                let end = source.nodes[holder].end;
                let at = pending.partition_point(|p| p.0 >= end);
                pending.insert(at, (end, name, label));
            } else {
                last.insert(name, label);
            }
        } else if let Some(definition) = last.get(name) {
            let place = source.nodes[at].field;
            add(&mut out.flow, hash((definition, labels[parent], place)));
        }
    }
}
