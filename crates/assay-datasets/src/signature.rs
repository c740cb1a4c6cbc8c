//! Which function a prompt asks for, read off its code: some data sets do not say.
//!
//! A few lines for the shapes that prompts have, not parsers: a test reads every prompt of the real files.

use assay_core::Language;

/// The name of the function whose body is open where `prompt` ends; in Python the last one at the
/// margin.
pub(crate) fn entry_point(language: &Language, prompt: &str) -> Option<String> {
    if language.as_str() == "python" {
        return defines(language, prompt).pop();
    }
    let code = without_comments_and_texts(language, prompt);
    let head = &code[..open_brace(&code)?];
    match language.as_str() {
        "java" | "cpp" => before_parameters(head),
        _ => names_after_keywords(language, head).pop(),
    }
}

/// The functions that `code` defines, in its order; for languages that have a word for it.
pub(crate) fn defines(language: &Language, code: &str) -> Vec<String> {
    if language.as_str() == "python" {
        return code
            .lines()
            .filter_map(|line| {
                let name = line.strip_prefix("async ").unwrap_or(line);
                let name = name.strip_prefix("def ")?.trim_start();
                let (name, rest) = split_name(name);
                (!name.is_empty() && rest.trim_start().starts_with('(')).then(|| name.to_owned())
            })
            .collect();
    }
    names_after_keywords(language, &without_comments_and_texts(language, code))
}

/// The names that `code` calls, in its order.
pub(crate) fn called(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(is_in_name) {
        let (name, after) = split_name(&rest[at..]);
        if after.trim_start().starts_with('(') {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// Whether `text` has `name` as a whole word.
pub(crate) fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(is_in_name) && !text[at + name.len()..].starts_with(is_in_name)
    })
}

fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn split_name(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c| !is_in_name(c)).unwrap_or(text.len()))
}

/// Where the innermost brace stands that nothing closes.
fn open_brace(code: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in code.char_indices() {
        match c {
            '{' => open.push(at),
            '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// `f` of `int f(int a)`, perhaps with `throws` or `const` behind it.
fn before_parameters(head: &str) -> Option<String> {
    let close = head.rfind(')')?;
    if head[close..].contains([';', '{', '}']) {
        return None;
    }
    let mut depth = 0_u32;
    let open = head[..=close].char_indices().rev().find_map(|(at, c)| {
        match c {
            ')' => depth += 1,
            '(' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let before = head[..open].trim_end();
    let start = before.rfind(|c| !is_in_name(c)).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    let name = &before[start..];
    (!name.is_empty()).then(|| name.to_owned())
}

/// The names behind `fn`, `func` or `function`, and in JavaScript of constants as well: many of its
/// functions are.
fn names_after_keywords(language: &Language, code: &str) -> Vec<String> {
    let keywords: &[&str] = match language.as_str() {
        "rust" => &["fn"],
        "go" => &["func"],
        "javascript" | "typescript" => &["function", "const", "let", "var"],
        "php" => &["function"],
        _ => &[],
    };
    let mut names = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(is_in_name) {
        let (word, after) = split_name(&rest[at..]);
        rest = after;
        if !keywords.contains(&word) || !after.starts_with(char::is_whitespace) {
            continue;
        }
        let (name, behind) = split_name(after.trim_start());
        let behind = behind.trim_start();
        let function = ["fn", "func", "function"].contains(&word);
        let fits = if function {
            behind.starts_with(['(', '<'])
        } else {
            behind.starts_with('=')
        };
        if fits && !name.is_empty() {
            names.push(name.to_owned());
        }
    }
    names
}

/// The code with blanks for what is none, as long as before: comments, texts, and C++'s directives.
fn without_comments_and_texts(language: &Language, code: &str) -> String {
    let language = language.as_str();
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let at_margin = out.is_empty() || out.ends_with('\n');
        let length = if rest.starts_with("//")
            || (language == "php" && c == '#')
            || (language == "cpp" && c == '#' && at_margin)
        {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else if c == '"' || (c == '`' && ["go", "javascript", "typescript"].contains(&language)) {
            text_length(rest, c)
        } else if c == '\'' {
            // Else Rust's lifetimes.
            match (language, char_length(rest)) {
                ("javascript" | "typescript" | "php", _) => text_length(rest, c),
                (_, Some(length)) => length,
                (_, None) => 0,
            }
        } else {
            0
        };
        let (blanked, after) = rest.split_at(length);
        out.extend(blanked.chars().flat_map(|c| {
            let blank = if c == '\n' { '\n' } else { ' ' };
            std::iter::repeat_n(blank, c.len_utf8())
        }));
        rest = after;
        if length == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// How long a text is that begins and ends with `quote`.
fn text_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// How long `'x'` or `'\n'` is; `None` for what is neither.
fn char_length(text: &str) -> Option<usize> {
    let inner = &text[1..];
    let mut chars = inner.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
    }
    let (at, last) = chars.next()?;
    (last == '\'').then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(language: &str, prompt: &str) -> Option<String> {
        entry_point(&Language::new(language), prompt)
    }

    #[test]
    fn helpers_before_the_function_are_passed_over() {
        for (language, prompt, name) in [
            (
                "python",
                "def poly(xs):\n    return 1\n\n\ndef find_zero(xs):\n    \"\"\" def x( \"\"\"\n",
                "find_zero",
            ),
            (
                "cpp",
                "int poly(int x){\n  for (int i=0;i<x;i++){ x += '{'; }\n  return x;\n}\nint find_zero(vector<int> xs = f(1)){\n",
                "find_zero",
            ),
            (
                "java",
                "class Solution {\n  int poly(int x) { while (x > 0) { x--; } return x; }\n  int findZero(int x) throws A {\n",
                "findZero",
            ),
            (
                "go",
                "func Poly(x int) int {\n  f := func(a int) int { return a }\n  return f('{')\n}\nfunc FindZero(x int) int {\n",
                "FindZero",
            ),
            (
                "javascript",
                "const poly = (x) => { const s = '{'; return s }\n/* const a = { */\nconst findZero = (x) => {\n",
                "findZero",
            ),
            (
                "rust",
                "fn poly<'a>(x: &'a str) -> char { '{' }\nfn find_zero(x: &str) -> f64 {\n",
                "find_zero",
            ),
        ] {
            assert_eq!(of(language, prompt).as_deref(), Some(name), "{language}");
        }
    }

    #[test]
    fn no_open_function_is_no_name() {
        for language in ["python", "cpp", "java", "go", "javascript", "rust", "php"] {
            for prompt in ["", "x", "// fn f() {", "\"{\"", "'", "{", "f(x)"] {
                assert_eq!(of(language, prompt), None, "{language}: {prompt}");
            }
        }
    }

    #[test]
    fn whole_words_only() {
        assert!(mentions("assert f(1)", "f"));
        assert!(!mentions("self.fun(1)", "f"));
        assert_eq!(
            called("assert set(f((1, 2))) == set ((1,))"),
            ["set", "f", "set"]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_code_panics(code in "[a-z'\"/*#{}()<>=\\\\ \n`é]{0,80}") {
            for language in ["python", "cpp", "java", "go", "javascript", "rust", "php"] {
                let language = Language::new(language);
                let blanked = without_comments_and_texts(&language, &code);
                proptest::prop_assert_eq!(blanked.len(), code.len());
                let _ = entry_point(&language, &code);
            }
        }
    }
}
