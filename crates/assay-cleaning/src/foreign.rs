//! Code of another language than the one asked for.

use assay_core::Language;

use crate::fences::{Fence, Fenced};
use crate::grammars::{Grammar, of_tag};

/// Tags under which Python is written; none is the most usual of the others.
const PYTHON_TAGS: [&str; 13] = [
    "",
    "python",
    "python3",
    "py",
    "py3",
    "python2",
    "ipython",
    "pycon",
    "code",
    "text",
    "txt",
    "plaintext",
    "plain",
];

/// Tags of programming languages that are not Python.
const LANGUAGES: [(&str, &str); 24] = [
    ("javascript", "JavaScript"),
    ("js", "JavaScript"),
    ("jsx", "JavaScript"),
    ("typescript", "TypeScript"),
    ("ts", "TypeScript"),
    ("java", "Java"),
    ("c", "C"),
    ("cpp", "C++"),
    ("c++", "C++"),
    ("cc", "C++"),
    ("csharp", "C#"),
    ("cs", "C#"),
    ("go", "Go"),
    ("golang", "Go"),
    ("rust", "Rust"),
    ("rs", "Rust"),
    ("ruby", "Ruby"),
    ("php", "PHP"),
    ("kotlin", "Kotlin"),
    ("swift", "Swift"),
    ("scala", "Scala"),
    ("haskell", "Haskell"),
    ("perl", "Perl"),
    ("sql", "SQL"),
];

/// Lines that begin so hardly occur in Python or prose.
const SIGNS: [(&str, &str); 11] = [
    ("function ", "JavaScript"),
    ("const ", "JavaScript"),
    ("let ", "JavaScript"),
    ("public static ", "Java"),
    ("public class ", "Java"),
    ("#include <", "C++"),
    ("using namespace ", "C++"),
    ("package main", "Go"),
    ("func ", "Go"),
    ("fn ", "Rust"),
    ("pub fn ", "Rust"),
];

/// All languages that a reply may be written in by mistake.
pub(crate) fn languages() -> Vec<Language> {
    let mut all: Vec<Language> = Grammar::all().iter().map(|g| Language::new(g.id)).collect();
    // C in a reply of C++ is C++.
    all.extend(
        LANGUAGES
            .iter()
            .filter(|(tag, _)| *tag != "c")
            .map(|(tag, _)| of_tag(tag)),
    );
    all
}

/// The name people write for `language`.
pub(crate) fn title(language: &Language) -> String {
    let listed = LANGUAGES.iter().find(|(tag, _)| *tag == language.as_str());
    listed.map_or_else(
        || language.title().to_owned(),
        |(_, title)| (*title).to_owned(),
    )
}

/// The order in which fences are tried for code in `language`: the last first, those whose tags name another
/// language after all others.
pub(crate) fn order(fences: &[&Fence], language: &str) -> Vec<usize> {
    let known = languages();
    let foreign = |index: &usize| {
        let tag = of_tag(&fences[*index].tag);
        tag.as_str() != language && known.contains(&tag)
    };
    let mut order: Vec<usize> = (0..fences.len()).rev().collect();
    order.sort_by_key(foreign);
    order
}

/// The language that `title` is the name of, as it stands in the lists above.
pub(crate) fn named(title: &str) -> Language {
    let listed = LANGUAGES.iter().find(|(_, name)| *name == title);
    of_tag(listed.map_or(title, |(tag, _)| tag))
}

/// Whether a block with this tag can hold a program. A wrong tag on code is as usual as none, so only
/// what surely is no program is refused; what the content is the grammar says.
pub(crate) fn may_be_code(tag: &str) -> bool {
    if PYTHON_TAGS.contains(&tag) {
        return true;
    }
    let output = [
        "bash",
        "sh",
        "shell",
        "console",
        "zsh",
        "json",
        "yaml",
        "xml",
        "html",
        "css",
        "diff",
        "output",
        "toml",
        "ini",
        "powershell",
        "cmd",
        "makefile",
        "dockerfile",
    ];
    !output.contains(&tag)
}

/// The language other than Python that the response is written in, and its code.
pub(crate) fn of_response(text: &str, fenced: &Fenced) -> Option<(&'static str, String)> {
    let tagged = fenced
        .fences
        .iter()
        .rev()
        .find_map(|fence| tagged(fence).map(|language| (language, fence.content.clone())));
    tagged.or_else(|| {
        let untagged = fenced
            .fences
            .iter()
            .rev()
            .find_map(|fence| signed(&fence.content).map(|l| (l, fence.content.clone())));
        untagged.or_else(|| {
            fenced
                .fences
                .is_empty()
                .then(|| signed(text).map(|language| (language, text.to_owned())))
                .flatten()
        })
    })
}

fn tagged(fence: &Fence) -> Option<&'static str> {
    if fence.content.trim().is_empty() {
        return None;
    }
    LANGUAGES
        .iter()
        .find(|(tag, _)| *tag == fence.tag)
        .map(|(_, name)| *name)
}

fn signed(text: &str) -> Option<&'static str> {
    let braces = text.contains('{') || text.contains(';');
    text.lines().find_map(|line| {
        let line = line.trim_start();
        SIGNS
            .iter()
            .find(|(sign, _)| braces && line.starts_with(sign))
            .map(|(_, name)| *name)
    })
}
