//! Replies beyond what is parsed whole.

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::{Content, Language};

const FUNCTIONS: [(&str, &str); 8] = [
    (
        "python",
        "def f@(x):\n# note\n    y = [\n1, x]\n    return y\n\n",
    ),
    (
        "javascript",
        "// note\nfunction f@(x) {\n  return `}${x}`;\n}\n\n",
    ),
    (
        "typescript",
        "function f@(x: number): number {\n  return x;\n}\n\n",
    ),
    (
        "java",
        "class A@ {\n    static int f@(int x) {\n        return x;\n    }\n}\n\n",
    ),
    (
        "cpp",
        "#ifdef A\n#define B 1\n#endif\ntemplate <typename T>\nT f@(T x) {\n  return x;\n}\n\n",
    ),
    ("go", "func f@(x int) int {\n\treturn x\n}\n\n"),
    ("rust", "#[inline]\nfn f@(x: i64) -> i64 {\n    x\n}\n\n"),
    ("php", "function f@($x) {\n    return $x;\n}\n\n"),
];

#[test]
fn long_code_comes_back_byte_for_byte() {
    for (language, function) in FUNCTIONS {
        let mut code = if language == "php" { "<?php\n" } else { "" }.to_owned();
        for number in 0..3_000 {
            code.push_str(&function.replace('@', &number.to_string()));
        }
        assert!(code.len() > 65_536);
        for entry_point in ["f0", "f1500", "f2999"] {
            let cleaned = clean(&CleaningInput {
                response: &code,
                languages: &[Language::new(language)],
                prompt: "",
                entry_point,
                mode: ResponseMode::Chat,
                finish: None,
            });
            assert_eq!(cleaned.content, Content::Ok, "{language} {entry_point}");
            assert_eq!(cleaned.rule, "as_is", "{language} {entry_point}");
            assert!(cleaned.program == code, "{language} {entry_point}");
        }
    }
}
