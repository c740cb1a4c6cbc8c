//! Words that tell what a task is about.

/// Lower-case beginnings of words; `=` before one means the whole word.
pub(super) const STRINGS: &[&str] = &[
    "string",
    "character",
    "=char",
    "=chars",
    "letter",
    "word",
    "substring",
    "prefix",
    "suffix",
    "palindrom",
    "vowel",
    "consonant",
    "uppercase",
    "lowercase",
    "=text",
    "alphabet",
    "anagram",
    "whitespace",
    "=space",
    "=spaces",
    "sentence",
];
pub(super) const ARITHMETIC: &[&str] = &[
    "=sum",
    "=sums",
    "product",
    "multipl",
    "divi",
    "=mod",
    "modulo",
    "remainder",
    "prime",
    "factor",
    "=digit",
    "=digits",
    "integer",
    "number",
    "average",
    "=mean",
    "median",
    "=power",
    "square",
    "cube",
    "=root",
    "=roots",
    "polynomial",
    "decimal",
    "binary",
    "fraction",
    "=even",
    "=odd",
    "positive",
    "negative",
    "percent",
    "area",
    "triangle",
    "distance",
    "comput",
    "calculat",
];
pub(super) const LISTS: &[&str] = &[
    "list", "array", "vector", "slice", "element", "=item", "=items", "tuple", "sequence",
    "matrix", "=row", "=rows", "column", "=queue", "=stack", "interval", "subarray", "sublist",
    "=index", "indices",
];
pub(super) const RECURSION: &[&str] = &[
    "recurs",
    "fibonacci",
    "=fib",
    "factorial",
    "tribonacci",
    "recurrence",
    "collatz",
    "hanoi",
    "permutation",
    "combination",
    "=tree",
    "=trees",
    "=node",
    "=nodes",
    "=graph",
    "backtrack",
    "dynamic",
    "ackermann",
    "=path",
    "subset",
    "subsequence",
];
pub(super) const PARSING: &[&str] = &[
    "pars",
    "bracket",
    "parenthes",
    "nested",
    "token",
    "format",
    "=date",
    "=dates",
    "expression",
    "operator",
    "operand",
    "csv",
    "json",
    "roman",
    "regex",
    "=valid",
    "validat",
    "delimit",
    "separat",
    "=split",
    "encod",
    "decod",
    "hash",
    "=file",
    "music",
];
pub(super) const ORDER: &[&str] = &[
    "sort",
    "order",
    "ascending",
    "descending",
    "largest",
    "smallest",
    "maxim",
    "minim",
    "=max",
    "=min",
    "=rank",
    "=ranks",
    "closest",
    "increasing",
    "decreasing",
    "monoton",
    "=rotate",
    "revers",
    "shift",
];
pub(super) const COLLECTIONS: &[&str] = &[
    "dictionar",
    "=dict",
    "=map",
    "=maps",
    "=set",
    "=sets",
    "=key",
    "=keys",
    "histogram",
    "frequen",
    "count",
    "occur",
    "unique",
    "distinct",
    "duplicate",
    "common",
    "=group",
    "=groups",
];
/// Words of conditions and repetition.
pub(super) const CONTROL: &[&str] = &[
    "=if",
    "=else",
    "otherwise",
    "unless",
    "=when",
    "=while",
    "=until",
    "=for",
    "=each",
    "=every",
    "=all",
    "repeat",
    "iterat",
    "=except",
    "=case",
    "=cases",
];
pub(super) const NESTING: &[&str] = &[
    "nest", "=within", "=inside", "depth", "=level", "=levels", "=inner", "sublist", "=grid",
    "matrix",
];

/// Whether a lower-case word is one of a list's.
fn is_one(word: &str, list: &[&str]) -> bool {
    list.iter().any(|entry| match entry.strip_prefix('=') {
        Some(whole) => word == whole,
        None => word.starts_with(entry),
    })
}

/// How many of the words are a list's.
pub(super) fn hits(words: &[String], list: &[&str]) -> usize {
    words.iter().filter(|word| is_one(word, list)).count()
}

/// How many words are read: more than any task of the benchmarks has, and what keeps a prompt of megabytes as quick as others.
pub(super) const READ: usize = 1_024;

/// The lower-case words of a text, the first [`READ`] of them: runs of letters.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .take(READ)
        .map(str::to_lowercase)
        .collect()
}
