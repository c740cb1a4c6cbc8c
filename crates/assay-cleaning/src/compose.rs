//! From code to a program: what the prompt provides and the code lacks is put before it.

use crate::python::{Module, Python, TopKind};

/// `prompt` as a module, its unfinished last function given a body.
pub(crate) fn prompt_module(
    python: &mut Python,
    prompt: &str,
    entry_point: &str,
) -> Option<(String, Module)> {
    let indent = body_indent(prompt);
    let finished = format!("{}\n{indent}pass\n", prompt.trim_end());
    [prompt.to_owned(), finished].into_iter().find_map(|text| {
        let module = python.parse(&text, entry_point)?;
        Some((text, module))
    })
}

/// The name of the function that `prompt` leaves unfinished, its last; empty when it has none.
pub(crate) fn entry_of_prompt(python: &mut Python, prompt: &str) -> String {
    if prompt.trim().is_empty() {
        return String::new();
    }
    let last = prompt_module(python, prompt, "").and_then(|(_, module)| {
        let mut definitions = module
            .tops
            .into_iter()
            .filter(|top| top.kind == TopKind::Definition);
        definitions.next_back()?.binds.into_iter().next()
    });
    last.unwrap_or_default()
}

/// `code` preceded by the imports, helper functions and globals of the prompt that it does not bind
/// itself; and how many of them there are. Unchanged, byte for byte, when it lacks none.
pub(crate) fn with_preamble(
    python: &mut Python,
    prompt: &str,
    code: &str,
    module: &Module,
    entry_point: &str,
) -> (String, usize) {
    let Some((text, prompt_module)) = prompt_module(python, prompt, entry_point) else {
        return (code.to_owned(), 0);
    };
    let entry = prompt_module.entry.as_ref().map(|entry| entry.top);
    let mut missing = Vec::new();
    for (index, top) in prompt_module.tops.iter().enumerate() {
        // A prompt that does not define the entry point ends with the unfinished statement.
        if entry == Some(index) {
            continue;
        }
        let source = &text[top.range.clone()];
        let lacking = match top.kind {
            TopKind::Import => !top.binds.iter().all(|name| module.bound.contains(name)),
            TopKind::FutureImport => !code.contains(source),
            TopKind::Definition | TopKind::Assignment => {
                !top.binds.iter().any(|name| module.bound.contains(name))
            }
            TopKind::Other => !code.contains(source),
            TopKind::Comment | TopKind::Text | TopKind::SelfTest | TopKind::Talk => false,
        };
        if lacking {
            missing.push(source);
        }
    }
    if missing.is_empty() {
        return (code.to_owned(), 0);
    }
    let mut preamble = missing.join("\n");
    preamble.push_str("\n\n");
    // `from __future__` must stay first.
    let at = module
        .tops
        .iter()
        .filter(|top| top.kind == TopKind::FutureImport)
        .map(|top| top.range.end)
        .max()
        .unwrap_or(0);
    let (head, tail) = code.split_at(at);
    let joint = if head.is_empty() { "" } else { "\n" };
    (format!("{head}{joint}{preamble}{tail}"), missing.len())
}

/// The indentation of the body that the prompt begins: that of its last indented line, four spaces when
/// it has none.
pub(crate) fn body_indent(prompt: &str) -> String {
    let unfinished = prompt
        .lines()
        .enumerate()
        .filter(|(_, line)| {
            let line = line.trim_start();
            line.starts_with("def ") || line.starts_with("async def ")
        })
        .last()
        .map_or(0, |(index, _)| index);
    let mut lines = prompt.lines().skip(unfinished);
    let own: String = lines.next().map_or(String::new(), leading_space);
    lines
        .filter(|line| !line.trim().is_empty())
        .map(leading_space)
        .find(|indent| indent.len() > own.len())
        .unwrap_or_else(|| format!("{own}    "))
}

fn leading_space(line: &str) -> String {
    line.chars()
        .take_while(|c| *c == ' ' || *c == '\t')
        .collect()
}

/// `body` with its first line indented as the body of the prompt.
pub(crate) fn indent_first_line(body: &str, indent: &str) -> String {
    let trimmed = body.trim_start_matches(['\r', '\n']);
    let trimmed = trimmed.trim_start_matches([' ', '\t']);
    format!("{indent}{trimmed}")
}

/// `body` with every line indented by `indent`.
pub(crate) fn indent_all(body: &str, indent: &str) -> String {
    let mut out = String::with_capacity(body.len() + body.len() / 8);
    for line in body.split_inclusive('\n') {
        if !line.trim().is_empty() {
            out.push_str(indent);
        }
        out.push_str(line);
    }
    out
}

/// `code` without the indentation that all its lines share; `None` when they share none.
pub(crate) fn dedent(code: &str) -> Option<String> {
    let shared = code
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| leading_space(line).len())
        .min()
        .unwrap_or(0);
    (shared > 0).then(|| {
        code.split_inclusive('\n')
            .map(|line| {
                line.get(shared..)
                    .unwrap_or_else(|| line.trim_start_matches([' ', '\t']))
            })
            .collect()
    })
}

/// `prompt` and `body` with a line break between them where neither has one.
pub(crate) fn join(prompt: &str, body: &str) -> String {
    let joint = if prompt.ends_with('\n') || body.starts_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{prompt}{joint}{body}")
}
