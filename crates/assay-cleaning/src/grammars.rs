//! The languages that are known by their grammar: one line each, and all there is to a language here.
//!
//! What the cleaner does with a tree it does by what tree-sitter's grammars have in common (the fields
//! `name`, `declarator`, `body`, `value`), so that a language is its parser and the few traits below.

use std::borrow::Cow;

use assay_core::Language;

use crate::detect::share_of;
use crate::python::Python;
use crate::sections;
use crate::strict::StrictParser;

/// What a language has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trait {
    /// Blocks stand in curly brackets. All but Python, which has a cleaner of its own.
    Braces,
    /// Tests bring the `main` of the program, so that the model's own would collide with it.
    TestsBringMain,
    /// Single quotes hold strings, not one character.
    SingleQuotedStrings,
    /// Back quotes hold strings, over many lines.
    BackQuotedStrings,
    /// `/` may begin a regular expression.
    RegexLiterals,
    /// `#` begins a comment.
    HashComments,
    /// An import that nothing uses is an error.
    UnusedImportsFail,
}

use Trait::*;

/// A language with a grammar.
pub(crate) struct Grammar {
    /// As [`Language`] has it.
    pub id: &'static str,
    parser: fn() -> tree_sitter::Language,
    /// Names on fences beyond those that [`Language::new`] knows.
    tags: &'static [&'static str],
    /// What stands before and after code in a file that is otherwise text: `<?php` and `?>`.
    pub marks: Option<(&'static str, &'static str)>,
    traits: &'static [Trait],
}

/// In the order in which they are preferred where a text is equally good in several.
#[rustfmt::skip]
static GRAMMARS: [Grammar; 8] = [
    Grammar { id: "python", parser: || tree_sitter_python::LANGUAGE.into(), tags: &["py3", "python2", "ipython", "pycon"], marks: None, traits: &[HashComments, SingleQuotedStrings] },
    Grammar { id: "javascript", parser: || tree_sitter_javascript::LANGUAGE.into(), tags: &["jsx", "mjs", "cjs", "ecmascript", "es6"], marks: None, traits: &[Braces, SingleQuotedStrings, BackQuotedStrings, RegexLiterals] },
    Grammar { id: "typescript", parser: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(), tags: &["tsx", "mts"], marks: None, traits: &[Braces, SingleQuotedStrings, BackQuotedStrings, RegexLiterals] },
    Grammar { id: "java", parser: || tree_sitter_java::LANGUAGE.into(), tags: &[], marks: None, traits: &[Braces, TestsBringMain] },
    Grammar { id: "go", parser: || tree_sitter_go::LANGUAGE.into(), tags: &[], marks: None, traits: &[Braces, TestsBringMain, BackQuotedStrings, UnusedImportsFail] },
    Grammar { id: "rust", parser: || tree_sitter_rust::LANGUAGE.into(), tags: &[], marks: None, traits: &[Braces, TestsBringMain] },
    Grammar { id: "php", parser: || tree_sitter_php::LANGUAGE_PHP.into(), tags: &["php7", "php8"], marks: Some(("<?php", "?>")), traits: &[Braces, SingleQuotedStrings, HashComments] },
    Grammar { id: "cpp", parser: || tree_sitter_cpp::LANGUAGE.into(), tags: &["hpp", "h", "cplusplus"], marks: None, traits: &[Braces, TestsBringMain] },
];

impl Grammar {
    pub(crate) fn all() -> &'static [Self] {
        &GRAMMARS
    }

    pub(crate) fn of(language: &Language) -> Option<&'static Self> {
        GRAMMARS.iter().find(|g| g.id == language.as_str())
    }

    pub(crate) fn has(&self, wanted: Trait) -> bool {
        self.traits.contains(&wanted)
    }

    /// Whether `code` has no error in this language, and says something in it. Never what is too long to be
    /// parsed whole.
    pub(crate) fn takes(&self, code: &str) -> bool {
        if code.len() > sections::LARGE {
            return false;
        }
        let opened = match self.marks {
            Some((opening, _)) if !code.contains(opening) => {
                Cow::Owned(format!("{opening}\n{code}\n"))
            }
            _ if code.ends_with('\n') => Cow::Borrowed(code),
            _ => Cow::Owned(format!("{code}\n")),
        };
        if self.id == "python" {
            return Python::new(opened.len())
                .parse(&opened, "")
                .is_some_and(|module| module.has_code());
        }
        StrictParser::new(self.parser(), code.len() / 50 + 1_000)
            .tree(&opened)
            .is_some_and(|tree| share_of(tree.root_node()) < 1.0)
    }

    /// A parser of this language. It parses nothing (every parse answers `None`) if the grammar is of a
    /// version that tree-sitter does not take, which every test would show.
    pub(crate) fn parser(&self) -> tree_sitter::Parser {
        let mut parser = tree_sitter::Parser::new();
        let _ = parser.set_language(&(self.parser)());
        parser
    }
}

/// The language that a fence's tag names: one of those above, or as [`Language::new`] reads it. Whether
/// that is a programming language at all is not said.
pub(crate) fn of_tag(tag: &str) -> Language {
    let language = Language::new(tag);
    GRAMMARS
        .iter()
        .find(|g| g.tags.contains(&language.as_str()))
        .map_or(language, |g| Language::new(g.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grammar_is_of_a_version_that_parses() {
        for grammar in Grammar::all() {
            assert!(grammar.parser().parse("", None).is_some(), "{}", grammar.id);
            assert_eq!(Language::new(grammar.id).as_str(), grammar.id);
        }
    }

    #[test]
    fn tags_name_languages() {
        for (tag, id) in [
            ("JS", "javascript"),
            ("jsx", "javascript"),
            ("C++", "cpp"),
            ("php8", "php"),
        ] {
            assert_eq!(of_tag(tag).as_str(), id);
        }
    }
}
