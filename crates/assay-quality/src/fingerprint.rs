//! What tells one program from another, for counting how many different ones there are.

use std::collections::HashMap;

use assay_core::{Fingerprint, Language};
use sha2::{Digest, Sha256};

use crate::source::Source;

/// Hashes a program's words, and its tree with the names replaced by the order in which they first appear.
///
/// Two programs are the same in `program` when they differ in comments and white space only, and in `shape` when they
/// differ, besides, in how things are called. Literals count. Where the language has no grammar, lines do for words
/// and both hashes are one.
pub fn fingerprint(program: &str, language: &Language) -> Fingerprint {
    let source = Source::parse(program, language);
    if source.nodes.is_empty() {
        let hash = digest(
            program
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty()),
        );
        return Fingerprint {
            program: hash,
            shape: hash,
        };
    }
    let mut words = Hasher::default();
    let mut shape = Hasher::default();
    let mut names: HashMap<&str, usize> = HashMap::new();
    // One past the comment (or text) the walk is inside of, whose parts say no more than it does.
    let mut skip = 0;
    for (at, node) in source.nodes.iter().enumerate() {
        if at < skip {
            continue;
        }
        if node.kind.contains("comment") {
            skip = node.end;
            continue;
        }
        if node.end > at + 1 {
            if node.named {
                shape.add(node.kind);
                shape.add("(");
            }
            continue;
        }
        let text = source.text_of(at);
        if text.trim().is_empty() {
            // Line ends and indentation, where the grammar makes nodes of them.
            continue;
        }
        words.add(text);
        if node.kind.contains("identifier") || node.kind == "name" {
            let next = names.len();
            let number = *names.entry(text).or_insert(next);
            shape.add("name");
            shape.add(&number.to_string());
        } else {
            shape.add(text);
        }
    }
    // What was not parsed, of a long text with errors, counts as it is.
    if let Some(rest) = source.text.get(source.read..) {
        words.add(rest);
        shape.add(rest);
    }
    Fingerprint {
        program: words.finish(),
        shape: shape.finish(),
    }
}

#[derive(Default)]
struct Hasher(Sha256);

impl Hasher {
    fn add(&mut self, word: &str) {
        // With its length, so that `ab c` is not `a bc`.
        self.0.update((word.len() as u64).to_le_bytes());
        self.0.update(word.as_bytes());
    }

    fn finish(self) -> u64 {
        let digest = self.0.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_le_bytes(first)
    }
}

fn digest<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut hasher = Hasher::default();
    for word in words {
        hasher.add(word);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(program: &str, language: &str) -> Fingerprint {
        fingerprint(program, &Language::new(language))
    }

    #[test]
    fn comments_and_space_make_no_other_program() {
        let one = of("def f(a):\n    return a + 1\n", "python");
        assert_eq!(
            one,
            of("# new\ndef f( a ):\n\n    return a+1  # there\n", "python")
        );
        assert_eq!(
            of("int f(int a) { return a; }", "cpp"),
            of("// c\nint f(int a)\n{\n  return a; /* d */\n}", "cpp")
        );
    }

    #[test]
    fn other_names_make_another_program_of_the_same_shape() {
        for (language, one, other) in [
            (
                "python",
                "def f(a, b):\n    return a + b\n",
                "def g(x, y):\n    return x + y\n",
            ),
            (
                "go",
                "func f(a int) int { return a }",
                "func g(b int) int { return b }",
            ),
            (
                "rust",
                "fn f(a: i32) -> i32 { a }",
                "fn g(b: i32) -> i32 { b }",
            ),
            (
                "javascript",
                "const f = (a) => a * 2",
                "const g = (z) => z * 2",
            ),
        ] {
            let (one, other) = (of(one, language), of(other, language));
            assert_ne!(one.program, other.program, "{language}");
            assert_eq!(one.shape, other.shape, "{language}");
        }
    }

    #[test]
    fn what_it_does_differently_makes_another_shape() {
        let one = of("def f(a, b):\n    return a + b\n", "python");
        for other in [
            "def f(a, b):\n    return b + a\n",
            "def f(a, b):\n    return a - b\n",
            "def f(a, b):\n    return a + 1\n",
            "def f(a, b):\n    c = a + b\n    return c\n",
        ] {
            assert_ne!(one.shape, of(other, "python").shape, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_one_and_always_the_same(text in ".{0,200}", known in any::<bool>()) {
            let language = if known { "python" } else { "cobol" };
            prop_assert_eq!(of(&text, language), of(&text, language));
        }
    }
}
