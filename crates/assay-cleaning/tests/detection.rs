//! Which language a reply is taken to be in.

use assay_cleaning::{DetectedBy, detect};
use assay_core::Language;

const PROGRAMS: [(&str, &str); 8] = [
    (
        "python",
        "from typing import List\n\ndef total(values: List[int]) -> int:\n    return sum(v for v in values if v)\n",
    ),
    (
        "javascript",
        "function total(values) {\n  let out = 0;\n  for (const v of values) out += v;\n  return out;\n}\n",
    ),
    (
        "typescript",
        "function total(values: number[]): number {\n  let out: number = 0;\n  for (const v of values) out += v;\n  return out;\n}\n",
    ),
    (
        "java",
        "import java.util.*;\n\nclass Solution {\n    public static long total(List<Long> values) {\n        long out = 0;\n        for (long v : values) out += v;\n        return out;\n    }\n}\n",
    ),
    (
        "go",
        "package main\n\nfunc total(values []int) int {\n\tout := 0\n\tfor _, v := range values {\n\t\tout += v\n\t}\n\treturn out\n}\n",
    ),
    (
        "rust",
        "fn total(values: Vec<i64>) -> i64 {\n    let mut out = 0;\n    for v in &values {\n        out += v;\n    }\n    out\n}\n",
    ),
    (
        "php",
        "<?php\nfunction total($values) {\n    $out = 0;\n    foreach ($values as $v) {\n        $out += $v;\n    }\n    return $out;\n}\n",
    ),
    (
        "cpp",
        "#include <vector>\n\nlong total(const std::vector<long>& values) {\n  long out = 0;\n  for (auto v : values) out += v;\n  return out;\n}\n",
    ),
];

#[test]
fn a_tag_tells_the_language() {
    for (language, program) in PROGRAMS {
        let found = detect(&format!("Sure:\n```{language}\n{program}```\n"), None, &[]);
        assert_eq!(
            (found.language.as_str(), found.by),
            (language, DetectedBy::FenceTag)
        );
        assert!(found.confidence > 0.9, "{found:?}");
    }
    // The code that was asked for, beside other code.
    let both = format!(
        "```python\n{}```\n```java\n{}```\n",
        PROGRAMS[0].1, PROGRAMS[3].1
    );
    let java = Language::new("java");
    assert_eq!(detect(&both, Some(&java), &[]).language, java);
}

#[test]
fn without_a_tag_the_grammars_tell() {
    for (language, program) in PROGRAMS {
        for reply in [
            program.to_owned(),
            format!("Sure:\n```\n{program}```\nDone."),
        ] {
            let found = detect(&reply, None, &[]);
            assert_eq!(
                (found.language.as_str(), found.by),
                (language, DetectedBy::Grammar),
                "{found:?}"
            );
        }
        // A wrong tag over code that another grammar takes wholly.
        let wrong = if language == "python" {
            "java"
        } else {
            "python"
        };
        let found = detect(&format!("```{wrong}\n{program}```"), None, &[]);
        assert_eq!(found.language.as_str(), language, "{found:?}");
    }
}

#[test]
fn the_task_decides_what_nothing_else_does() {
    let typescript = Language::new("typescript");
    let found = detect(PROGRAMS[1].1, Some(&typescript), &[]);
    assert_eq!(
        (found.language, found.by),
        (typescript.clone(), DetectedBy::Grammar)
    );
    for reply in ["", "I'm sorry, I can't help with that.", "Sure!"] {
        let found = detect(reply, Some(&typescript), &[]);
        assert_eq!(
            (found.language, found.by),
            (typescript.clone(), DetectedBy::Task)
        );
        let found = detect(reply, None, &[Language::new("go"), Language::new("rust")]);
        assert_eq!((found.language.as_str(), found.confidence), ("go", 0.0));
    }
}

#[test]
fn only_candidates_are_named() {
    let among = [Language::new("java"), Language::new("cpp")];
    for (language, program) in PROGRAMS {
        let found = detect(&format!("```{language}\n{program}```"), None, &among);
        assert!(among.contains(&found.language), "{found:?}");
    }
}
