//! The examples a docstring gives: a call, and what it should come to.

use assay_core::Language;
use serde::Serialize;

use crate::parts::words;

/// One example that everybody may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicExample {
    /// In the problem's language: `total([1, 2])`.
    pub call: String,
    /// As it is written, in the problem's language where its author kept to it.
    pub expected: String,
}

/// Marks between a call and its result; longer ones before those they begin with.
const MARKS: &[&str] = &[
    "should return",
    "should be",
    "evaluates to",
    "returns",
    "return",
    "===",
    "==",
    "=>",
    "->",
    "➞",
    "→",
    "⇒",
    "➡",
    "=",
];

/// The examples in `text`, in their order, each call once.
///
/// In Python only calls and results made of literals count: they are executed, and a formula (`f(n) = f(n - 1) + 1`) or a word is
/// no example. In other languages the text to the end of the line is taken.
pub(crate) fn public_examples(
    text: &str,
    entry_point: &str,
    language: &Language,
) -> Vec<PublicExample> {
    if entry_point.is_empty() {
        return Vec::new();
    }
    let python = language.as_str() == "python";
    let mut found: Vec<PublicExample> = Vec::new();
    let mut read_to = 0;
    for at in words(text, entry_point) {
        if at < read_to {
            continue;
        }
        let Some(length) = call_length(&text[at..], entry_point) else {
            continue;
        };
        let end = at + length;
        let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
        let before = text[line..at].trim();
        let Some(after) = result_after(&text[end..], before) else {
            continue;
        };
        let call = &text[at..end];
        let expected = if python {
            let arguments = &call[entry_point.len()..].trim_start();
            let literal = arguments_are_literal(arguments);
            literal.then(|| literal_prefix(after)).flatten()
        } else {
            Some(after.lines().next().unwrap_or("").trim())
        };
        let Some(expected) = expected.filter(|e| !e.is_empty() && e.len() <= 2_000) else {
            continue;
        };
        read_to = end;
        if found.iter().all(|known| known.call != call) {
            found.push(PublicExample {
                call: call.to_owned(),
                expected: expected.to_owned(),
            });
        }
    }
    found
}

/// Bytes of the call that `text` begins with.
fn call_length(text: &str, name: &str) -> Option<usize> {
    let rest = &text[name.len()..];
    let open = rest.len() - rest.trim_start_matches(' ').len();
    if !rest[open..].starts_with('(') {
        return None;
    }
    let inner = bracketed(&rest[open..])?;
    (inner <= 2_000).then_some(name.len() + open + inner)
}

/// Bytes up to the bracket that closes the one `text` begins with; quoted brackets do not count.
fn bracketed(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if let Some(mark) = quote {
            if escaped {
                escaped = false;
            } else if c == '\\' {
                escaped = true;
            } else if c == mark {
                quote = None;
            }
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + c.len_utf8());
                }
            }
            _ => {}
        }
    }
    None
}

/// The text that begins with the call's result, when what stands around the call says that one follows.
fn result_after<'a>(rest: &'a str, before: &str) -> Option<&'a str> {
    let prompted = before.ends_with(">>>");
    if before.contains(">>>") && !prompted {
        return None;
    }
    let line_end = rest.find('\n').unwrap_or(rest.len());
    let mut same = rest[..line_end].trim_start();
    for comment in ["//", "#"] {
        same = same.strip_prefix(comment).unwrap_or(same).trim_start();
    }
    let following = rest[line_end..].trim_start_matches(['\n', '\r', ' ', '\t']);
    // A blank line ends an example.
    let blank = rest[line_end..]
        .trim_start_matches([' ', '\t', '\r'])
        .starts_with("\n\n");
    if same.trim_end().trim_end_matches(';').is_empty() {
        let follows = prompted && !blank && !following.starts_with(">>>");
        return follows.then_some(following);
    }
    let mark = MARKS.iter().find(|mark| same.starts_with(**mark))?;
    if prompted && mark.starts_with("==") && following.starts_with("False") {
        return None;
    }
    let at = rest.len() - rest[..line_end].len() - rest[line_end..].len() + (line_end - same.len());
    let result = rest[at + mark.len()..].trim_start_matches([' ', '\t', ':']);
    // The result has to stand on this line, though it may end on a later one.
    (!result.starts_with('\n') && !result.is_empty()).then_some(result)
}

fn arguments_are_literal(call: &str) -> bool {
    let Some(inner) = call.strip_prefix('(').and_then(|c| c.strip_suffix(')')) else {
        return false;
    };
    let mut rest = inner.trim();
    while !rest.is_empty() {
        let name: usize = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(0);
        if name > 0
            && let Some(value) = rest[name..].trim_start().strip_prefix('=')
        {
            rest = value.trim_start();
        }
        let Some(length) = value_length(rest, 0) else {
            return false;
        };
        rest = rest[length..].trim_start();
        match rest.strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return rest.is_empty(),
        }
    }
    true
}

/// The Python literal `text` begins with, where nothing follows that would make it part of a longer expression.
fn literal_prefix(text: &str) -> Option<&str> {
    let length = value_length(text, 0)?;
    let rest = &text[length..];
    let spaced = rest.trim_start_matches([' ', '\t']);
    let goes_on = |c: char| "+-*/%<>=&|^[".contains(c);
    let glued = |c: char| c.is_alphanumeric() || c == '_' || c == '(';
    if rest.starts_with(glued) || (spaced.starts_with(goes_on) && !spaced.starts_with("//")) {
        return None;
    }
    if spaced.starts_with("if ") {
        return None;
    }
    // `1, 2` is a tuple without its brackets: not told from a list of examples.
    if spaced.starts_with(',') && value_length(spaced[1..].trim_start_matches(' '), 0).is_some() {
        return None;
    }
    Some(&text[..length])
}

/// Bytes of the Python literal that `text` begins with.
fn value_length(text: &str, depth: usize) -> Option<usize> {
    if depth > 32 {
        return None;
    }
    for word in ["True", "False", "None"] {
        if let Some(rest) = text.strip_prefix(word) {
            let ends = !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
            return ends.then_some(word.len());
        }
    }
    match text.chars().next()? {
        '[' => items_length(text, ']', depth),
        '(' => items_length(text, ')', depth),
        '{' => items_length(text, '}', depth),
        '-' | '+' => Some(1 + number_length(&text[1..])?),
        c if c.is_ascii_digit() || c == '.' => number_length(text),
        _ => string_length(text),
    }
}

fn items_length(text: &str, close: char, depth: usize) -> Option<usize> {
    let skip = |at: usize| at + text[at..].len() - text[at..].trim_start().len();
    let mut at = skip(1);
    loop {
        if text[at..].starts_with(close) {
            return Some(at + 1);
        }
        at = skip(at + value_length(&text[at..], depth + 1)?);
        if close == '}' && text[at..].starts_with(':') {
            at = skip(at + 1);
            at = skip(at + value_length(&text[at..], depth + 1)?);
        }
        if text[at..].starts_with(',') {
            at = skip(at + 1);
        } else if !text[at..].starts_with(close) {
            return None;
        }
    }
}

fn number_length(text: &str) -> Option<usize> {
    let digits = |text: &str| {
        text.find(|c: char| !(c.is_ascii_digit() || c == '_'))
            .unwrap_or(text.len())
    };
    let whole = digits(text);
    let mut length = whole;
    if let Some(rest) = text[whole..].strip_prefix('.') {
        let fraction = digits(rest);
        // `5.` at the end of a sentence is 5.
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    if length == 0 || text.starts_with('_') {
        return None;
    }
    if let Some(rest) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(rest.starts_with(['-', '+']));
        let exponent = digits(&rest[sign..]);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    Some(length)
}

fn string_length(text: &str) -> Option<usize> {
    let prefix = usize::from(text.starts_with(['r', 'b', 'u']));
    let quote = text[prefix..]
        .chars()
        .next()
        .filter(|c| "\"'".contains(*c))?;
    let mut escaped = false;
    for (at, c) in text[prefix + 1..].char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '\n' {
            return None;
        } else if c == quote {
            return Some(prefix + 1 + at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, String)> {
        in_language(text, "python")
    }

    fn in_language(text: &str, language: &str) -> Vec<(String, String)> {
        public_examples(text, "f", &Language::new(language))
            .into_iter()
            .map(|e| (e.call, e.expected))
            .collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(c, e)| ((*c).to_owned(), (*e).to_owned()))
            .collect()
    }

    #[test]
    fn the_ways_examples_are_written() {
        for (text, expected) in [
            (
                ">>> f([1, 2], 'a)')\n[3]\n>>> f([])\nNone",
                &[("f([1, 2], 'a)')", "[3]"), ("f([])", "None")][..],
            ),
            ("f(3) == 4", &[("f(3)", "4")]),
            ("f(3) = 4.5.", &[("f(3)", "4.5")]),
            ("assert f(3)==4", &[("f(3)", "4")]),
            ("f(-3) ➞ {'a': 1} # why", &[("f(-3)", "{'a': 1}")]),
            ("* f('x') -> \"y\"   and so on", &[("f('x')", "\"y\"")]),
            ("For f(1, key=2) => (1,)", &[("f(1, key=2)", "(1,)")]),
            ("f(5) returns 5.", &[("f(5)", "5")]),
            ("f(5) should return: True", &[("f(5)", "True")]),
            ("f(1) # => 2\nf(1) # => 2", &[("f(1)", "2")]),
            (">>> f(\n...1)\n", &[]),
            (
                ">>> f(1)\n{'a':\n  [1,\n 2]}\n",
                &[("f(1)", "{'a':\n  [1,\n 2]}")],
            ),
        ] {
            assert_eq!(of(text), pairs(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_example() {
        for text in [
            "f(n) = n + 1",
            "f(3) == f(2) + f(1)",
            "f(3) = 1 + 2",
            "len(f(3)) == 4",
            "f(3)[0] == 4",
            "calls f(3), then ends",
            ">>> x = f(3)\n4",
            ">>> f(3)\n\n4",
            ">>> f(3)\n>>> f(4)",
            ">>> f(3) == 4\nFalse",
            "f(3) returns nothing",
            "f(3) => 1, 2",
            "prof(3) == 4",
            "f(3 == 4",
            "f(3) ==\n4",
        ] {
            assert_eq!(of(text), pairs(&[]), "{text}");
        }
    }

    #[test]
    fn other_languages_keep_their_own_words() {
        for (text, expected) in [
            (">>> f(vec![4, 2])\n2", &[("f(vec![4, 2])", "2")][..]),
            ("f(\"a\") returns \"b\"", &[("f(\"a\")", "\"b\"")]),
            (
                "f(new int[] {1}) // => new int[] {2}",
                &[("f(new int[] {1})", "new int[] {2}")],
            ),
            ("f((2l))\n", &[]),
        ] {
            assert_eq!(in_language(text, "java"), pairs(expected), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,120}") {
            of(&text);
            in_language(&text, "go");
        }

        #[test]
        fn nothing_like_an_example_panics(text in "(f\\(|f|>>>|==|=>|➞|returns|[\\[\\](){}'\"\\\\,:=.\n 0-9a-zé-])*") {
            of(&text);
            in_language(&text, "go");
        }

        /// Whatever the values are, an example written out is found again as it was written.
        #[test]
        fn what_was_written_is_read(
            argument in "-?[0-9]{1,5}|'[a-z(),= ]{0,8}'|\\[[0-9]\\]|True",
            result in "-?[0-9]{1,5}|-?[0-9]{1,3}\\.[0-9]{1,3}|\"[a-z\\]) ]{0,8}\"|\\{'a': \\[1, 2\\]\\}|None",
            form in 0..4_usize,
        ) {
            let call = format!("f({argument})");
            let text = match form {
                0 => format!("Words.\n>>> {call}\n{result}\n"),
                1 => format!("  {call} == {result}"),
                2 => format!("- {call} ➞ {result} (since it is so)"),
                _ => format!("{call} # => {result}"),
            };
            proptest::prop_assert_eq!(of(&text), vec![(call, result)]);
        }
    }
}
