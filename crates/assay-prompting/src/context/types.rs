//! What a signature says of arguments and result, in any of the languages.

/// What kind of value a type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    List,
    Text,
    Number,
    Boolean,
}

/// A function's head, taken apart.
#[derive(Debug, Default)]
pub(super) struct Signature {
    pub arity: usize,
    /// Arguments with a type, where it names one.
    pub takes: Vec<Kind>,
    pub returns: Option<Kind>,
    /// Whether it states types at all.
    pub typed: bool,
    /// How deep the deepest type is nested: 2 of `List[List[int]]`.
    pub depth: usize,
}

impl Signature {
    /// Of a head as [`PublicProblem::signature`](crate::PublicProblem) has it: the text before the body, in `language`.
    pub(super) fn of(head: &str, language: &str) -> Self {
        let Some((before, arguments, after)) = parts(head) else {
            return Self::default();
        };
        let arguments: Vec<&str> = split(arguments)
            .into_iter()
            .map(str::trim)
            .filter(|a| !a.is_empty() && !matches!(*a, "self" | "&self" | "void"))
            .collect();
        let typed = arguments.iter().any(|a| states_type(a, language)) || after.contains("->");
        // `func f(n int) []int`, `fn f() -> T`, `def f() -> T:`, `(): T =>` stand behind; C's and Java's before.
        let result = match language {
            "java" | "cpp" => before,
            _ => after,
        };
        Self {
            arity: arguments.len(),
            takes: arguments
                .iter()
                .filter_map(|a| kind(type_of(a, language)))
                .collect(),
            returns: kind(result),
            typed,
            depth: depth(arguments.iter().copied().chain([result])),
        }
    }
}

/// What stands before the arguments, the arguments, and what stands behind them.
fn parts(head: &str) -> Option<(&str, &str, &str)> {
    let open = head.find('(')?;
    // Go's receivers and C's casts are rare in heads of tasks; the first bracket is the arguments'.
    let mut depth = 0_usize;
    for (at, c) in head[open..].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let close = open + at;
                    return Some((&head[..open], &head[open + 1..close], &head[close + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

/// Arguments, at the commas outside of brackets.
fn split(arguments: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0_i32, 0, Vec::new());
    for (at, c) in arguments.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth <= 0 => {
                found.push(&arguments[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(&arguments[from..]);
    found
}

fn states_type(argument: &str, language: &str) -> bool {
    match language {
        "java" | "cpp" | "go" => argument.contains(char::is_whitespace) || argument.contains('&'),
        // PHP's types stand before the dollar.
        "php" => argument.find('$').is_some_and(|at| at > 0),
        _ => argument.contains(':'),
    }
}

/// The part of an argument that is its type; empty where it states none.
fn type_of<'a>(argument: &'a str, language: &str) -> &'a str {
    match language {
        "java" | "cpp" => argument
            .rsplit_once(char::is_whitespace)
            .map_or(argument, |(of, _)| of),
        "go" => argument
            .split_once(char::is_whitespace)
            .map_or("", |(_, of)| of),
        "php" => argument.split_once('$').map_or("", |(of, _)| of),
        _ => argument.split_once(':').map_or("", |(_, of)| of),
    }
}

/// The kind a type is of by its outermost name.
fn kind(named: &str) -> Option<Kind> {
    const LISTS: &[&str] = &[
        "list",
        "vector",
        "vec",
        "array",
        "tuple",
        "set",
        "dict",
        "map",
        "sequence",
        "iterable",
        "arraylist",
        "hashmap",
        "queue",
    ];
    const TEXTS: &[&str] = &["str", "string", "char"];
    const NUMBERS: &[&str] = &[
        "int", "float", "double", "long", "number", "integer", "isize", "usize", "complex",
        "short", "decimal", "bigint",
    ];
    let named = named.to_lowercase();
    // `[]int`, `&[T]`, `number[]`, `int*`.
    let bracketed = named
        .trim_start_matches([' ', '&', ':', '-', '>', '='])
        .starts_with('[')
        || named.trim_end_matches([' ', '{', '=', '>']).ends_with("[]");
    if bracketed {
        return Some(Kind::List);
    }
    named
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .find_map(|word| {
            let sized = |prefix: &str| {
                word.strip_prefix(prefix).is_some_and(|rest| {
                    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit())
                })
            };
            if LISTS.contains(&word) {
                Some(Kind::List)
            } else if TEXTS.contains(&word) {
                Some(Kind::Text)
            } else if word == "bool" || word == "boolean" {
                Some(Kind::Boolean)
            } else if NUMBERS.contains(&word)
                || ["i", "u", "f", "int", "uint", "float"]
                    .iter()
                    .any(|p| sized(p))
            {
                Some(Kind::Number)
            } else {
                None
            }
        })
}

/// How deep brackets of types are nested in the deepest of the texts.
fn depth<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts
        .map(|text| {
            let (mut now, mut deepest) = (0_usize, 0);
            for c in text.replace("->", "").replace("=>", "").chars() {
                match c {
                    '[' | '<' => {
                        now += 1;
                        deepest = deepest.max(now);
                    }
                    ']' | '>' => now = now.saturating_sub(1),
                    _ => {}
                }
            }
            // `[][]int` and `int[][]` stand side by side.
            deepest.max(text.matches("[]").count())
        })
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_every_language() {
        use Kind::{Boolean, List, Number, Text};
        type Case = (
            &'static str,
            &'static str,
            usize,
            &'static [Kind],
            Option<Kind>,
            bool,
            usize,
        );
        let cases: [Case; 12] = [
            (
                "python",
                "def f(words: List[str], limit: int = 3) -> bool",
                2,
                &[List, Number],
                Some(Boolean),
                true,
                1,
            ),
            ("python", "def f(a, b)", 2, &[], None, false, 0),
            (
                "python",
                "def f(rows: List[List[int]]) -> Dict[str, List[int]]",
                1,
                &[List],
                Some(List),
                true,
                2,
            ),
            (
                "java",
                "public static List<Integer> f(int n, String s)",
                2,
                &[Number, Text],
                Some(List),
                true,
                1,
            ),
            (
                "cpp",
                "vector<vector<int>> f(string s)",
                1,
                &[Text],
                Some(List),
                true,
                2,
            ),
            (
                "cpp",
                "bool f(vector<float> numbers, float threshold)",
                2,
                &[List, Number],
                Some(Boolean),
                true,
                1,
            ),
            (
                "go",
                "func F(ns []int, s string) []string",
                2,
                &[List, Text],
                Some(List),
                true,
                1,
            ),
            (
                "rust",
                "fn f(ns: Vec<isize>, s: &str) -> String",
                2,
                &[List, Text],
                Some(Text),
                true,
                1,
            ),
            (
                "rust",
                "fn f(a: i32, b: u64) -> f64",
                2,
                &[Number, Number],
                Some(Number),
                true,
                0,
            ),
            (
                "typescript",
                "const f = function (ns: number[], s: string): boolean",
                2,
                &[List, Text],
                Some(Boolean),
                true,
                1,
            ),
            ("javascript", "const f = (ns)", 1, &[], None, false, 0),
            (
                "php",
                "function f(array $ns, $k)",
                2,
                &[List],
                None,
                true,
                0,
            ),
        ];
        for (language, head, arity, takes, returns, typed, depth) in cases {
            let found = Signature::of(head, language);
            assert_eq!(
                (
                    found.arity,
                    found.takes.as_slice(),
                    found.returns,
                    found.typed,
                    found.depth
                ),
                (arity, takes, returns, typed, depth),
                "{head}"
            );
        }
    }

    #[test]
    fn what_is_no_head_has_nothing() {
        for head in ["", "f", "f(", "((", ")("] {
            assert_eq!(Signature::of(head, "python").arity, 0, "{head}");
        }
    }
}
