//! Any text gets a score, and quickly.

use assay_core::{Language, Quality, QualityPart, QualityWeights};
use assay_quality::{QualityInput, score};
use proptest::prelude::*;

const LANGUAGES: [&str; 9] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "cpp",
    "go",
    "rust",
    "php",
    "cobol",
];

fn scored(program: &str, language: &str, reference: Option<&str>) -> Quality {
    score(&QualityInput {
        program,
        language: &Language::new(language),
        prompt: "def f(x):\n    \"\"\"Return x.\"\"\"\n",
        entry_point: "f",
        reference,
        finish: None,
        content: None,
        weights: QualityWeights::default(),
    })
}

fn is_sound(quality: &Quality) -> bool {
    let within = |v: f64| (0.0..=1.0).contains(&v);
    QualityPart::ALL.into_iter().all(|part| {
        let value = quality.part(part);
        // A number below 1 has its reason.
        within(value) && (value == 1.0 || quality.reasons.iter().any(|r| r.part == part))
    }) && within(quality.overall)
        && quality.reasons.iter().all(|r| !r.text.contains('\n'))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gets_a_score(program in any::<String>(), reference in proptest::option::of(any::<String>()), language in 0..LANGUAGES.len()) {
        let quality = scored(&program, LANGUAGES[language], reference.as_deref());
        prop_assert!(is_sound(&quality), "{quality:?}");
    }

    #[test]
    fn so_does_what_looks_like_code(
        parts in prop::collection::vec(prop::sample::select(vec![
            "def f(x):\n", "    return x\n", "class A {", "}", "(", ")", "[", "]", "if", "else:", "for", "in", " x ", "=",
            "==", "\n", "    ", "\"", "'", "while True:\n", "f(1, 2)", "function f(x) {", "return", ";", "é", "<?php", "$x",
            "lambda", ":", "->", "fn f(", "func f(", "int f(", "...", "*", "#", "//", "/*",
        ]), 0..60),
        language in 0..LANGUAGES.len(),
    ) {
        let program = parts.concat();
        let quality = scored(&program, LANGUAGES[language], Some("def f(x):\n    return x\n"));
        prop_assert!(is_sound(&quality), "{program:?}: {quality:?}");
        prop_assert_eq!(&quality, &scored(&program, LANGUAGES[language], Some("def f(x):\n    return x\n")));
    }
}

#[test]
fn deep_nesting_is_walked_without_recursion() {
    let depth = 100_000;
    for language in LANGUAGES {
        let balanced = format!("x = {}1{}", "(".repeat(depth), ")".repeat(depth));
        for program in [balanced, "[".repeat(depth)] {
            assert!(is_sound(&scored(&program, language, None)), "{language}");
        }
    }
    let nested: String = (0..400)
        .map(|i| format!("{}if x:\n", " ".repeat(i)))
        .collect();
    assert!(is_sound(&scored(
        &format!("def f(x):\n{nested}"),
        "python",
        None
    )));
}

/// The walks are linear: a text of a megabyte takes what it takes to parse it. Nothing is timed; a walk
/// that is quadratic would not come to its end here.
#[test]
fn a_megabyte_gets_a_score() {
    let unit = "def g(a, b=1):\n    if a < b:\n        return [a, b]\n    while a > b:\n        a -= 1\n    return g(a)\n\n";
    let program = format!(
        "{}def f(x):\n    return g(x)\n",
        unit.repeat(1_048_576 / unit.len())
    );
    let quality = scored(&program, "python", Some(&program));
    assert_eq!(quality.syntactic, 1.0, "{quality:?}");
    for junk in ["a b ", "\"", "{[("] {
        for language in LANGUAGES {
            let program = junk.repeat(1_048_576 / junk.len());
            assert!(
                is_sound(&scored(&program, language, None)),
                "{language} {junk:?}"
            );
        }
    }
}
