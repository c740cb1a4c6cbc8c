//! Curly brackets outside strings and comments, without parsing.

use crate::grammars::{Grammar, Trait};

/// What the curly brackets of a text come to.
pub(crate) struct Depth {
    /// How many are open at the end.
    pub open: usize,
    /// One closes that was never opened.
    pub broken: bool,
    /// How many brackets of all sorts stand within each other at most.
    pub deepest: usize,
}

pub(crate) fn depth(text: &str, grammar: &Grammar) -> Depth {
    let mut found = Depth {
        open: 0,
        broken: false,
        deepest: 0,
    };
    let mut of_all_sorts = 0_usize;
    scan_all(text, grammar, |_, bracket| {
        match bracket {
            b'{' => found.open += 1,
            b'}' if found.open == 0 => found.broken = true,
            b'}' => found.open -= 1,
            _ => {}
        }
        if matches!(bracket, b'{' | b'(' | b'[') {
            of_all_sorts += 1;
            found.deepest = found.deepest.max(of_all_sorts);
        } else {
            of_all_sorts = of_all_sorts.saturating_sub(1);
        }
    });
    found
}

/// Where, after `from`, a bracket closes so that fewer than `below` are open: the ends (in bytes) of what
/// was open at `from` and of what followed it. Nothing after a bracket that closes too much.
pub(crate) fn ends(text: &str, grammar: &Grammar, from: usize, below: usize) -> Vec<usize> {
    let mut open = 0_usize;
    let mut broken = false;
    let mut found = Vec::new();
    scan(text, grammar, |at, opens| {
        if broken {
            return;
        }
        if opens {
            open += 1;
        } else if open == 0 {
            broken = true;
        } else {
            open -= 1;
            if open < below && at >= from {
                found.push(at + 1);
            }
        }
    });
    found
}

/// How many brackets are open where each line begins; one that closes too much counts for nothing.
pub(crate) fn depths_of_lines(text: &str, grammar: &Grammar) -> Vec<usize> {
    let mut brackets = Vec::new();
    scan(text, grammar, |at, opens| brackets.push((at, opens)));
    let mut brackets = brackets.into_iter().peekable();
    let (mut open, mut at) = (0_usize, 0);
    text.split_inclusive('\n')
        .map(|line| {
            let here = open;
            at += line.len();
            while let Some((_, opens)) = brackets.next_if(|(position, _)| *position < at) {
                open = if opens {
                    open + 1
                } else {
                    open.saturating_sub(1)
                };
            }
            here
        })
        .collect()
}

/// Calls `found(position, opens)` for each curly bracket.
fn scan(text: &str, grammar: &Grammar, mut found: impl FnMut(usize, bool)) {
    scan_all(text, grammar, |at, bracket| {
        if matches!(bracket, b'{' | b'}') {
            found(at, bracket == b'{');
        }
    });
}

/// Whether no raw string is still open at the end of `text`.
pub(crate) fn raw_strings_end(text: &str, grammar: &Grammar) -> bool {
    scan_all(text, grammar, |_, _| {})
}

/// Bytes that mean nothing to [`scan_all`] but that they are code.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let others = b" \t\n\r\x0c/#\"'`Rr{}()[]";
    let mut at = 0;
    while at < others.len() {
        plain[others[at] as usize] = false;
        at += 1;
    }
    plain
};

/// Calls `found(position, bracket)` for each bracket; the answer is whether every raw string has its end.
fn scan_all(text: &str, grammar: &Grammar, mut found: impl FnMut(usize, u8)) -> bool {
    #[cfg(test)]
    crate::meter::count(|work| work.scanned += text.len());
    let bytes = text.as_bytes();
    let regexes = grammar.has(Trait::RegexLiterals);
    let mut at = 0;
    // The last byte of code that is not white space: before a regular expression it is an operator.
    let mut last = b';';
    // Up to where it is known that no string ends: nothing is looked through twice.
    let mut unquoted = 0;
    let mut raw = true;
    while at < bytes.len() {
        let byte = bytes[at];
        if PLAIN[usize::from(byte)] {
            last = byte;
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        at = match byte {
            b'/' if rest.starts_with(b"//") => line_end(bytes, at),
            b'/' if rest.starts_with(b"/*") => text[at + 2..]
                .find("*/")
                .map_or(bytes.len(), |n| at + 2 + n + 2),
            b'#' if grammar.has(Trait::HashComments) && !rest.starts_with(b"#[") => {
                line_end(bytes, at)
            }
            b'/' if regexes && at >= unquoted && b";{}(,=:[!&|?+".contains(&last) => {
                regex_end(bytes, at, &mut unquoted)
            }
            b'"' if rest.starts_with(b"\"\"\"") => text[at + 3..]
                .find("\"\"\"")
                .map_or(bytes.len(), |n| at + 3 + n + 3),
            b'"' if at >= unquoted => quoted_end(bytes, at, &mut unquoted),
            b'`' if rest.starts_with(b"```") => at + 3,
            b'`' if grammar.has(Trait::BackQuotedStrings) => back_quoted_end(bytes, at),
            b'\'' if grammar.has(Trait::SingleQuotedStrings) => {
                if at >= unquoted {
                    quoted_end(bytes, at, &mut unquoted)
                } else {
                    at + 1
                }
            }
            b'\'' => character_end(text, at),
            b'R' | b'r' if raw && last_is_no_word(bytes, at) => {
                raw_end(text, at).unwrap_or_else(|| {
                    raw = false;
                    at + 1
                })
            }
            b'{' | b'}' | b'(' | b')' | b'[' | b']' => {
                found(at, byte);
                at + 1
            }
            _ => at + 1,
        };
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    raw
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    rest.iter()
        .position(|b| *b == b'\n')
        .map_or(bytes.len(), |n| at + n)
}

/// After the string that begins at `at` and ends in its line; after its quote when it does not (an
/// apostrophe in prose), and then no other of this line is looked for: `unquoted`.
fn quoted_end(bytes: &[u8], at: usize, unquoted: &mut usize) -> usize {
    let quote = bytes[at];
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != b'\n' {
        if bytes[end] == quote {
            return end + 1;
        }
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    *unquoted = end;
    at + 1
}

fn back_quoted_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while end < bytes.len() {
        match bytes[end] {
            b'`' => return end + 1,
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
    bytes.len()
}

fn regex_end(bytes: &[u8], at: usize, unquoted: &mut usize) -> usize {
    let mut end = at + 1;
    let mut class = false;
    while end < bytes.len() && bytes[end] != b'\n' {
        match bytes[end] {
            b'/' if !class => return end + 1,
            b'[' => class = true,
            b']' => class = false,
            b'\\' => end += 1,
            _ => {}
        }
        end += 1;
    }
    *unquoted = end;
    at + 1
}

/// After `'{'` or `'\''`; after the quote alone when it is a lifetime, or separates digits.
fn character_end(text: &str, at: usize) -> usize {
    let mut chars = text[at + 1..].char_indices();
    let closing = match chars.next() {
        Some((_, '\\')) => {
            chars.next();
            chars.take(9).find(|(_, c)| *c == '\'')
        }
        Some((_, '\n')) | None => None,
        Some(_) => chars.next().filter(|(_, c)| *c == '\''),
    };
    closing.map_or(at + 1, |(n, _)| at + 1 + n + 1)
}

fn last_is_no_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

/// After `r#"…"#` (Rust) or `R"x(…)x"` (C++); after its first letter when it is neither; `None` when it
/// has no end.
fn raw_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let Some(inner) = rest[hashes..].strip_prefix('"') else {
        return Some(at + 1);
    };
    let (inner, closing) = if text[at..].starts_with('R') {
        let mark = inner.bytes().take(17).position(|b| b == b'(');
        let Some(mark) = mark else {
            return Some(at + 1);
        };
        (&inner[mark + 1..], format!("){}\"", &inner[..mark]))
    } else {
        (inner, format!("\"{}", "#".repeat(hashes)))
    };
    let start = text.len() - inner.len();
    inner.find(&closing).map(|n| start + n + closing.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_core::Language;

    fn open(language: &str, text: &str) -> Option<usize> {
        let grammar = Grammar::of(&Language::new(language)).unwrap();
        let found = depth(text, grammar);
        (!found.broken).then_some(found.open)
    }

    #[test]
    fn strings_comments_and_characters_are_skipped() {
        for (language, text) in [
            (
                "javascript",
                "{ '{' \"}\" `}\n` // }\n /* } */ x = /[/}]}/; y = a / b; }",
            ),
            (
                "rust",
                "{ '{'; fn f<'a>(x: &'a str) {} r#\"}\"}\"#; '\\''; '\\u{7d}' }",
            ),
            ("cpp", "{ '}'; '\\''; R\"x(})\" )x\"; 1'000; \"\\\"}\" }"),
            ("java", "{ \"\"\"\n } \" \n\"\"\"; '}' }"),
            ("go", "{ `\n}\"` ; '}' }"),
            ("php", "{ # }\n #[A]\n '}' }"),
            ("java", "// it isn't {\n it isn't"),
        ] {
            assert_eq!(open(language, text), Some(0), "{text}");
        }
        assert_eq!(open("java", "class A { void f() {"), Some(2));
        assert_eq!(open("java", "} {"), None);
    }

    #[test]
    fn the_ends_of_what_was_open_are_found() {
        let grammar = Grammar::of(&Language::new("cpp")).unwrap();
        let text = "int f() {if (x) {}}\nint g() {}\n}\nint h() {}";
        let found: Vec<_> = ends(text, grammar, 9, 1)
            .iter()
            .map(|n| &text[..*n])
            .collect();
        assert_eq!(
            found,
            ["int f() {if (x) {}}", "int f() {if (x) {}}\nint g() {}"]
        );
    }
}
