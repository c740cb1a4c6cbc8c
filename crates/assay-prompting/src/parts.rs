//! A prompt's parts: the head of the function, and the words about it.

use assay_core::Language;

pub(crate) struct Parts {
    pub signature: String,
    /// For people: without indentation and comment marks.
    pub docstring: String,
    /// All words there are, to look for examples in: the docstring, or the whole prompt where there is none.
    pub words: String,
}

impl Parts {
    pub(crate) fn of(prompt: &str, entry_point: &str, language: &Language) -> Self {
        let (signature, docstring) = if language.as_str() == "python" {
            python(prompt, entry_point)
        } else {
            commented(prompt, entry_point)
        };
        Self {
            words: if docstring.is_empty() {
                prompt.to_owned()
            } else {
                docstring.clone()
            },
            signature: signature.unwrap_or_else(|| entry_point.to_owned()),
            docstring,
        }
    }
}

/// Where `name` stands as a whole word, from behind.
fn last_word<'a>(text: &'a str, name: &str) -> impl Iterator<Item = usize> + use<'a> {
    let places: Vec<usize> = if name.is_empty() {
        Vec::new()
    } else {
        words(text, name).collect()
    };
    places.into_iter().rev()
}

/// Where `name` stands as a whole word.
pub(crate) fn words<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .filter(move |(at, _)| {
            !text[..*at].chars().next_back().is_some_and(part)
                && !text[at + name.len()..].chars().next().is_some_and(part)
        })
        .map(|(at, _)| at)
}

fn python(prompt: &str, entry_point: &str) -> (Option<String>, String) {
    let head = last_word(prompt, entry_point).find_map(|at| {
        let before = prompt[..at].trim_end_matches([' ', '\t']);
        let start = before.strip_suffix("def")?.len();
        let line = prompt[..start].rfind('\n').map_or(0, |n| n + 1);
        let colon = colon_of(&prompt[at..])? + at;
        Some((prompt[line..colon].trim().to_owned(), colon + 1))
    });
    let Some((signature, body)) = head else {
        return (None, quoted(prompt).map(dedented).unwrap_or_default());
    };
    let after = prompt[body..].trim_start();
    let begins = ["\"\"\"", "'''", "r\"\"\"", "r'''"];
    // MBPP puts its words before the function.
    let text = if begins.iter().any(|b| after.starts_with(b)) {
        quoted(after)
    } else {
        quoted(prompt)
    };
    (Some(signature), text.map(dedented).unwrap_or_default())
}

/// The colon that ends a function's head: the first outside of brackets.
fn colon_of(text: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ':' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// What the first triple quotes hold; to the end where they are not closed.
fn quoted(text: &str) -> Option<&str> {
    let (at, mark) = ["\"\"\"", "'''"]
        .iter()
        .filter_map(|mark| text.find(mark).map(|at| (at, *mark)))
        .min()?;
    let inner = &text[at + mark.len()..];
    Some(&inner[..inner.find(mark).unwrap_or(inner.len())])
}

/// Without the indentation that all lines but the first share.
fn dedented(text: &str) -> String {
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .enumerate()
        .map(|(n, line)| match n {
            0 => line.trim(),
            _ => line.get(indent..).unwrap_or("").trim_end(),
        })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Languages whose words are in comments before the function.
fn commented(prompt: &str, entry_point: &str) -> (Option<String>, String) {
    let mut said = Vec::new();
    let mut code = String::new();
    let mut inside = false;
    for line in prompt.lines() {
        let trimmed = line.trim();
        let text = if inside {
            Some(trimmed)
        } else if let Some(rest) = trimmed.strip_prefix("/*") {
            inside = true;
            Some(rest.trim_start_matches('*'))
        } else {
            trimmed
                .strip_prefix("//")
                .map(|t| t.trim_start_matches('/'))
        };
        let Some(mut text) = text else {
            code.push_str(line);
            code.push('\n');
            continue;
        };
        if inside && let Some(at) = text.find("*/") {
            inside = false;
            text = &text[..at];
        }
        let text = text.trim();
        said.push(
            text.strip_prefix("* ")
                .unwrap_or(text.trim_start_matches('*'))
                .trim(),
        );
    }
    let signature = last_word(&code, entry_point).find_map(|at| {
        let line = code[..at].rfind('\n').map_or(0, |n| n + 1);
        let rest = &code[at..];
        let end = rest.find(['{', ';']).unwrap_or(rest.len());
        let head = code[line..at + end]
            .trim()
            .trim_end_matches("=>")
            .trim_end();
        head.contains('(').then(|| head.to_owned())
    });
    (signature, said.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_head_and_words() {
        let prompt = "import math\n\n\ndef half(x):\n    return x / 2\n\n\ndef total(values: dict[str, int],\n          start: int = 0) -> int:\n    \"\"\" Sums up.\n    >>> total({})\n    0\n      deeper\n    \"\"\"\n";
        let parts = Parts::of(prompt, "total", &Language::python());
        assert_eq!(
            parts.signature,
            "def total(values: dict[str, int],\n          start: int = 0) -> int"
        );
        assert_eq!(parts.docstring, "Sums up.\n>>> total({})\n0\n  deeper");
    }

    #[test]
    fn words_before_the_function_are_found_too() {
        let prompt = "\"\"\"\nWrite a function.\nassert f(1) == 2\n\"\"\"\n";
        let parts = Parts::of(prompt, "f", &Language::python());
        assert_eq!(parts.signature, "f");
        assert_eq!(parts.docstring, "Write a function.\nassert f(1) == 2");
    }

    #[test]
    fn comments_of_other_languages() {
        for (language, prompt, signature, words) in [
            (
                "java",
                "import java.util.*;\n\nclass Solution {\n    /**\n     * Doubles.\n     *\n     * twice(2) returns 4\n     */\n    static int twice(int n) {\n",
                "static int twice(int n)",
                "Doubles.\n\ntwice(2) returns 4",
            ),
            (
                "rust",
                "/// Doubles.\n/// >>> twice(2)\n/// 4\nfn twice(n: isize) -> isize {\n",
                "fn twice(n: isize) -> isize",
                "Doubles.\n>>> twice(2)\n4",
            ),
            (
                "javascript",
                "/* Doubles.\n  >>> twice(2)\n  4\n  */\nconst twice = (n) => {\n",
                "const twice = (n)",
                "Doubles.\n>>> twice(2)\n4",
            ),
            (
                "php",
                "<?php\n// Doubles.\nfunction twice($n) {\n",
                "function twice($n)",
                "Doubles.",
            ),
            (
                "cpp",
                "/* Doubles. */\n#include <string>\nint twice(int n){\n",
                "int twice(int n)",
                "Doubles.",
            ),
        ] {
            let parts = Parts::of(prompt, "twice", &Language::new(language));
            assert_eq!(
                (parts.signature.as_str(), parts.docstring.as_str()),
                (signature, words),
                "{language}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_prompt_panics(prompt in "\\PC{0,200}", name in "[a-z]{0,3}") {
            for language in ["python", "rust"] {
                Parts::of(&prompt, &name, &Language::new(language));
            }
        }

        #[test]
        fn no_code_panics(prompt in "(def f|\"\"\"|'''|/\\*|\\*/|//|[(){}:;é \n]){0,40}") {
            for language in ["python", "rust"] {
                Parts::of(&prompt, "f", &Language::new(language));
            }
        }
    }
}
