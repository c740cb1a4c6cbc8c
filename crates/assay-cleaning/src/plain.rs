//! Languages without a grammar here yet: fences, the prompt, and balanced brackets.

use assay_core::{Content, FinishReason, Language, ResponseMode};

use crate::compose::join;
use crate::reply::Reply;
use crate::{Cleaned, CleaningInput};

pub(crate) fn clean(input: &CleaningInput<'_>, reply: &Reply<'_>, language: &Language) -> Cleaned {
    let (answer, fenced) = (&reply.answer, reply.fenced());
    let mut warnings = Vec::new();
    if !answer.drafts.is_empty() {
        warnings.push("reasoning was set aside".to_owned());
    }
    let chosen = fenced
        .fences
        .iter()
        .rev()
        .filter(|f| !f.content.trim().is_empty())
        .max_by_key(|f| {
            (
                mentions(&f.content, input.entry_point),
                Language::new(&f.tag) == *language,
            )
        });
    let unclosed = chosen.is_some_and(|f| !f.closed);
    let (code, rule) = match (chosen, input.mode) {
        (Some(fence), ResponseMode::Chat) => (fence.content.clone(), "fence"),
        (Some(fence), ResponseMode::Completion) if before_fence(&answer.text).trim().is_empty() => {
            (fence.content.clone(), "fence")
        }
        (Some(_), ResponseMode::Completion) => {
            (before_fence(&answer.text).to_owned(), "cut_at_fence")
        }
        (None, _) if answer.text == input.response => (answer.text.clone(), "as_is"),
        (None, _) => (answer.text.clone(), "reasoning_set_aside"),
    };
    if code.trim().is_empty() {
        return Cleaned {
            program: String::new(),
            code,
            rule: "no_code".to_owned(),
            changed: true,
            language: None,
            confidence: 0.0,
            warnings,
            content: Content::NoCode,
        };
    }
    let whole = mentions(&code, input.entry_point);
    let (program, rule) = if whole && input.mode == ResponseMode::Chat {
        let (program, added) = with_imports(input.prompt, &code);
        if added > 0 {
            warnings.push(format!("{added} import(s) of the prompt were added"));
        }
        (program, rule)
    } else if whole && balance(&code) == Some(0) && rule != "as_is" {
        (with_imports(input.prompt, &code).0, rule)
    } else if chosen.is_none() && input.mode == ResponseMode::Chat {
        // Prose alone, or a body without a fence: nothing says which.
        (code.clone(), rule)
    } else {
        (up_to_closed(&join(input.prompt, &code)), rule)
    };
    let content = if !mentions(&program, input.entry_point) {
        if chosen.is_none() && input.mode == ResponseMode::Chat {
            Content::NoCode
        } else {
            Content::Incomplete
        }
    } else if input.finish == Some(FinishReason::Length) && unclosed {
        Content::Incomplete
    } else {
        match balance(&program) {
            Some(0) => Content::Ok,
            Some(_) => Content::Incomplete,
            None => Content::SyntaxError,
        }
    };
    Cleaned {
        changed: true,
        language: None,
        confidence: 0.0,
        program,
        code,
        rule: rule.to_owned(),
        warnings,
        content,
    }
}

fn before_fence(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// Whether `name` stands in `code` as a whole word.
pub(crate) fn mentions(code: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    !name.is_empty()
        && code.match_indices(name).any(|(at, _)| {
            !code[..at].ends_with(word) && !code[at + name.len()..].starts_with(word)
        })
}

/// `code` after the import lines of the prompt that it lacks (after its own `package` line).
pub(crate) fn with_imports(prompt: &str, code: &str) -> (String, usize) {
    const IMPORTS: [&str; 6] = [
        "import ", "#include", "using ", "use ", "package ", "const ",
    ];
    let missing: Vec<&str> = prompt
        .lines()
        .filter(|line| IMPORTS.iter().any(|word| line.starts_with(word)))
        .filter(|line| !line.starts_with("const ") || line.contains("require("))
        .filter(|line| !code.contains(line.trim()))
        .collect();
    if missing.is_empty() {
        return (code.to_owned(), 0);
    }
    let at = code
        .split_inclusive('\n')
        .next()
        .filter(|line| line.starts_with("package "))
        .map_or(0, str::len);
    let (head, tail) = code.split_at(at);
    let missing: Vec<&str> = missing
        .into_iter()
        .filter(|line| !(at > 0 && line.starts_with("package ")))
        .collect();
    (
        format!("{head}{}\n\n{tail}", missing.join("\n")),
        missing.len(),
    )
}

/// Open brackets at the end of `code`: 0 when balanced, `None` when one closes that was never opened.
fn balance(code: &str) -> Option<i64> {
    let mut depth = 0_i64;
    let mut negative = false;
    scan(code, |_, delta| {
        depth += delta;
        negative |= depth < 0;
    });
    (!negative).then_some(depth)
}

/// `program` up to where its brackets last closed for good, when what follows would not balance.
fn up_to_closed(program: &str) -> String {
    if balance(program) == Some(0) {
        return program.to_owned();
    }
    let mut depth = 0_i64;
    let mut closed = None;
    let mut broken = false;
    scan(program, |at, delta| {
        depth += delta;
        if depth < 0 {
            broken = true;
        }
        if depth == 0 && delta < 0 && !broken {
            closed = Some(at + 1);
        }
    });
    match closed {
        // Cutting at the end of the prompt's own brackets would lose the answer.
        Some(end) if broken => format!("{}\n", &program[..end]),
        _ => program.to_owned(),
    }
}

/// Calls `found(position, +1 | -1)` for each curly bracket outside strings and comments. Double-quoted
/// and back-quoted strings, `//` and `/* */` are common to the languages at hand; a single quote is not
/// (Rust's lifetimes), so only a quoted bracket is recognised there.
fn scan(code: &str, mut found: impl FnMut(usize, i64)) {
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => {
                at = code[at..].find('\n').map_or(bytes.len(), |n| at + n);
            }
            b'/' if bytes[at..].starts_with(b"/*") => {
                at = code[at + 2..]
                    .find("*/")
                    .map_or(bytes.len(), |n| at + 2 + n + 1);
            }
            quote @ (b'"' | b'`') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    if bytes[at] == b'\n' && quote == b'"' {
                        break;
                    }
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'\'' if matches!(bytes.get(at + 1..at + 3), Some([b'{' | b'}', b'\''])) => at += 2,
            b'{' => found(at, 1),
            b'}' => found(at, -1),
            _ => {}
        }
        at += 1;
    }
}
