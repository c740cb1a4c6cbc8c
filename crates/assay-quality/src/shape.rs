//! The shape of a solution, its own names folded: bags of what it is made of.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::outline::Outline;
use crate::roles::Role;
use crate::source::Source;
use crate::spelling::{assignments, called, is_operator, kind_of, literal, operator};

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
