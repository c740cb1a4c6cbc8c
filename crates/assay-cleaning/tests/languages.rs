//! What becomes of responses in languages with braces: one case for each habit of models.

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, clean};
use assay_core::{Content, FinishReason, Language};

fn cleaned(
    language: &str,
    mode: ResponseMode,
    prompt: &str,
    response: &str,
    finish: Option<FinishReason>,
) -> Cleaned {
    clean(&CleaningInput {
        response,
        languages: &[Language::new(language)],
        prompt,
        entry_point: "total",
        mode,
        finish,
    })
}

fn chat(language: &str, prompt: &str, response: &str) -> Cleaned {
    cleaned(language, ResponseMode::Chat, prompt, response, None)
}

fn completion(language: &str, prompt: &str, response: &str) -> Cleaned {
    cleaned(language, ResponseMode::Completion, prompt, response, None)
}

/// A language's prompt, the whole function, the body that continues the prompt, and what a reply that
/// holds the function alone becomes.
struct Case {
    language: &'static str,
    prompt: &'static str,
    function: &'static str,
    body: &'static str,
    from_fence: &'static str,
}

const CASES: [Case; 7] = [
    Case {
        language: "javascript",
        prompt: "const fs = require('fs');\n// The sum.\nfunction total(values) {\n",
        function: "function total(values) {\n  return values.reduce((a, b) => a + b, 0);\n}\n",
        body: "  return values.reduce((a, b) => a + b, 0);\n}\n",
        from_fence: "const fs = require('fs');\n\nfunction total(values) {\n  return values.reduce((a, b) => a + b, 0);\n}\n",
    },
    Case {
        language: "typescript",
        prompt: "//The sum.\nfunction total(values: number[]): number {\n",
        function: "const total = (values: number[]): number => {\n  return values.reduce((a, b) => a + b, 0);\n};\n",
        body: "  let out: number = 0;\n  for (const v of values) out += v;\n  return out;\n}\n",
        from_fence: "const total = (values: number[]): number => {\n  return values.reduce((a, b) => a + b, 0);\n};\n",
    },
    Case {
        language: "java",
        prompt: "import java.util.*;\n\nclass Solution {\n    /** The sum. */\n    public static long total(List<Long> values) {\n",
        function: "public static long total(List<Long> values) {\n    long out = 0;\n    for (long v : values) out += v;\n    return out;\n}\n",
        body: "        long out = 0;\n        for (long v : values) out += v;\n        return out;\n    }\n}\n",
        from_fence: "import java.util.*;\n\nclass Solution {\npublic static long total(List<Long> values) {\n    long out = 0;\n    for (long v : values) out += v;\n    return out;\n}\n}\n",
    },
    Case {
        language: "cpp",
        prompt: "#include<vector>\nusing namespace std;\n// The sum.\nlong total(vector<long> values) {\n",
        function: "long total(vector<long> values) {\n  long out = 0;\n  for (auto v : values) out += v;\n  return out;\n}\n",
        body: "  long out = 0;\n  for (auto v : values) out += v;\n  return out;\n}\n",
        from_fence: "#include<vector>\n\nusing namespace std;\n\nlong total(vector<long> values) {\n  long out = 0;\n  for (auto v : values) out += v;\n  return out;\n}\n",
    },
    Case {
        language: "go",
        prompt: "package total_test\n\nimport (\n    \"testing\"\n    \"fmt\"\n)\n\n// The sum.\nfunc total(values []int) int {\n",
        function: "func total(values []int) int {\n\tout := 0\n\tfor _, v := range values {\n\t\tout += v\n\t}\n\treturn out\n}\n",
        body: "\tout := 0\n\tfor _, v := range values {\n\t\tout += v\n\t}\n\treturn out\n}\n",
        from_fence: "package total_test\nimport (\n    \"testing\"\n    \"fmt\"\n)\n\nfunc total(values []int) int {\n\tout := 0\n\tfor _, v := range values {\n\t\tout += v\n\t}\n\treturn out\n}\n",
    },
    Case {
        language: "rust",
        prompt: "use std::collections::{HashMap, HashSet};\n\n/// The sum.\nfn total(values: Vec<i64>) -> i64 {\n",
        function: "fn total<'a>(values: Vec<i64>) -> i64 {\n    values.iter().sum()\n}\n",
        body: "    values.iter().sum()\n}\n",
        from_fence: "use std::collections::{HashMap, HashSet};\n\nfn total<'a>(values: Vec<i64>) -> i64 {\n    values.iter().sum()\n}\n",
    },
    Case {
        language: "php",
        prompt: "<?php\n// The sum.\nfunction total($values) {\n",
        function: "function total($values) {\n    return array_sum($values);\n}\n",
        body: "    return array_sum($values);\n}\n",
        from_fence: "<?php\nfunction total($values) {\n    return array_sum($values);\n}\n",
    },
];

/// The tests of a completion bring its last bracket, where a stop word took it.
#[test]
fn a_repeated_signature_without_its_last_bracket_is_taken() {
    for case in CASES {
        let whole = case.function.trim_end().trim_end_matches(';');
        let open = whole.strip_suffix('}').unwrap();
        let found = completion(case.language, case.prompt, open);
        assert_eq!(found.content, Content::Ok, "{}: {found:?}", case.language);
        assert_eq!(found.rule, "repeated_signature", "{}", case.language);
        assert!(found.program.contains(open.trim()), "{}", found.program);
    }
}

#[test]
fn a_continuation_comes_back_as_it_is() {
    for case in &CASES {
        let stopped = case.body.trim_end().trim_end_matches('}').trim_end();
        for body in [case.body, stopped] {
            let answer = completion(case.language, case.prompt, body);
            let found = (answer.rule.as_str(), answer.changed, answer.content);
            assert_eq!(
                found,
                ("as_is", false, Content::Ok),
                "{}: {answer:?}",
                case.language
            );
            assert_eq!(answer.code, body);
        }
    }
}

#[test]
fn fences_of_every_sort_are_opened() {
    for case in &CASES {
        let (function, tag) = (case.function, case.language);
        for response in [
            format!("Sure!\n\n```{tag}\n{function}```\n\nIt sums the values, doesn't it?"),
            format!("```\n{function}```"),
            format!("~~~ {tag}\n{function}~~~\n"),
            format!("Here you go:\n```{tag}\n{function}"),
            format!(
                "1. So:\n\n   ```{tag}\n   {}\n   ```\n",
                function.trim_end().replace('\n', "\n   ")
            ),
            format!(
                "First:\n```bash\nnpm install total\n```\n```{tag}\n{function}```\nOutput:\n```\n6\n```\n"
            ),
        ] {
            let answer = chat(tag, case.prompt, &response);
            assert_eq!(answer.program, case.from_fence, "{tag}: {response}");
            let found = (answer.rule.as_str(), answer.content);
            assert_eq!(found, ("fence", Content::Ok), "{tag}: {response}");
        }
        let crlf = format!(
            "Sure:\r\n\r\n```{tag}\r\n{}```\r\n",
            function.replace('\n', "\r\n")
        );
        let answer = chat(tag, case.prompt, &crlf);
        assert!(
            answer
                .program
                .contains(function.trim_end().replace('\n', "\r\n").as_str()),
            "{tag}: {answer:?}"
        );
    }
}

#[test]
fn a_body_in_a_fence_continues_the_prompt() {
    for case in &CASES {
        let answer = chat(
            case.language,
            case.prompt,
            &format!("So:\n```\n{}```\n", case.body),
        );
        assert_eq!(answer.content, Content::Ok, "{}: {answer:?}", case.language);
        assert_eq!(
            answer.program.trim_end(),
            format!("{}{}", case.prompt, case.body).trim_end(),
            "{}",
            case.language
        );
    }
}

#[test]
fn whole_programs_come_back_byte_for_byte() {
    for case in &CASES {
        let whole = format!("{}{}", case.prompt, case.body);
        for code in [
            whole.clone(),
            whole.replace('\n', "\r\n"),
            whole.trim_end().to_owned(),
        ] {
            let answer = chat(case.language, case.prompt, &code);
            assert_eq!(
                (answer.program.as_str(), answer.changed),
                (code.as_str(), false)
            );
            assert_eq!(answer.content, Content::Ok);
        }
        let again = completion(case.language, case.prompt, &whole);
        assert_eq!(
            (again.program, again.rule.as_str()),
            (whole, "repeated_signature")
        );
    }
}

#[test]
fn a_repeated_signature_is_recognised() {
    for case in &CASES {
        let answer = completion(case.language, case.prompt, case.function);
        assert_eq!(answer.program, case.from_fence, "{}", case.language);
        assert_eq!(answer.content, Content::Ok);
    }
}

#[test]
fn code_among_prose_without_fences_is_found() {
    for case in &CASES {
        let response = format!(
            "Of course! Here's the function (as asked):\n\n{}\nIt isn't slow. Note\nthat the sum of nothing is 0.\n",
            case.function
        );
        let answer = chat(case.language, case.prompt, &response);
        assert_eq!(
            answer.program.trim_end(),
            case.from_fence.trim_end(),
            "{}",
            case.language
        );
        assert_eq!(
            (answer.rule.as_str(), answer.content),
            ("unfenced", Content::Ok)
        );
    }
}

#[test]
fn what_follows_a_completion_is_cut_where_it_is_not_code() {
    for case in &CASES {
        for tail in [
            "```\n\nThe function sums.",
            "\nI hope this helps! It's {easy.\n",
        ] {
            let answer = completion(case.language, case.prompt, &format!("{}{tail}", case.body));
            assert_eq!(answer.content, Content::Ok, "{} {answer:?}", case.language);
            let whole = format!("{}{}", case.prompt, case.body);
            assert_eq!(
                answer.program.trim_end(),
                whole.trim_end(),
                "{}",
                case.language
            );
        }
    }
    let prompt = "long total(long x) {\n";
    let body = "  return add(x);\n}\n\nlong add(long x) {\n  return x;\n}\n";
    let answer = completion(
        "cpp",
        prompt,
        &format!("{body}\nlong more(long x) {{\n  if (x"),
    );
    assert_eq!(
        answer.program.trim_end(),
        format!("{prompt}{body}").trim_end()
    );
}

#[test]
fn a_main_of_the_models_own_is_left_out() {
    for (language, prompt, before, main) in [
        (
            "cpp",
            "long total(long x) {\n",
            "#include <iostream>\n\nlong total(long x) {\n  return x;\n}\n",
            "int main() {\n  std::cout << total(1);\n  return 0;\n}\n",
        ),
        (
            "rust",
            "fn total(x: i64) -> i64 {\n",
            "fn total(x: i64) -> i64 {\n    x\n}\n",
            "fn main() {\n    println!(\"{}\", total(1));\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n",
        ),
        (
            "java",
            "class Solution {\n    static long total(long x) {\n",
            "class Solution {\n    static long total(long x) {\n        return x;\n    }\n}\n",
            "public class Main {\n    public static void main(String[] args) {\n        System.out.println(Solution.total(1));\n    }\n}\n",
        ),
        (
            "javascript",
            "function total(x) {\n",
            "function total(x) {\n  return x;\n}\n",
            "",
        ),
    ] {
        let answer = chat(language, prompt, &format!("```\n{before}\n{main}```\n"));
        assert_eq!(
            (answer.program.trim_end(), answer.content),
            (before.trim_end(), Content::Ok),
            "{language}"
        );
        assert_eq!(
            answer.warnings.is_empty(),
            main.is_empty(),
            "{:?}",
            answer.warnings
        );
    }
    let java = "class Solution {\n    static long total(long x) {\n        return x;\n    }\n\n    public static void main(String[] args) {\n        total(1);\n    }\n}\n";
    let answer = chat(
        "java",
        "class Solution {\n    static long total(long x) {\n",
        &format!("```java\n{java}```"),
    );
    assert!(
        !answer.program.contains("main") && answer.content == Content::Ok,
        "{answer:?}"
    );
    // The import that only `main` used would be an error; the prompt's comes in its place.
    let go = "package main\n\nimport (\n\t\"fmt\"\n\t\"math\"\n)\n\nfunc total(x float64) float64 {\n\treturn math.Abs(x)\n}\n\nfunc main() {\n\tfmt.Println(total(1))\n}\n";
    let answer = chat(
        "go",
        "func total(x float64) float64 {\n",
        &format!("```go\n{go}```"),
    );
    assert_eq!(
        answer.program,
        "package main\n\nimport (\n\t\"math\"\n)\n\nfunc total(x float64) float64 {\n\treturn math.Abs(x)\n}\n"
    );
    let asked = clean(&CleaningInput {
        response: "int main() {\n  return 0;\n}\n",
        languages: &[Language::new("cpp")],
        prompt: "int main() {\n",
        entry_point: "main",
        mode: ResponseMode::Chat,
        finish: None,
    });
    assert_eq!((asked.changed, asked.content), (false, Content::Ok));
}

#[test]
fn what_the_prompt_provides_is_added_once() {
    let prompt = "use std::{cmp::{max, self}, collections::{HashMap, HashSet}};\nuse regex::Regex;\n\nfn helper(x: i64) -> i64 {\n    x\n}\n\nfn total(x: i64) -> i64 {\n";
    let reply = "```rust\nuse std::collections::HashMap;\n\nfn total(x: i64) -> i64 {\n    helper(x)\n}\n```";
    let answer = chat("rust", prompt, reply);
    assert_eq!(
        answer.program,
        "use std::cmp::max;\nuse std::cmp;\nuse std::collections::HashSet;\nuse regex::Regex;\n\nuse std::collections::HashMap;\nfn helper(x: i64) -> i64 {\n    x\n}\n\nfn total(x: i64) -> i64 {\n    helper(x)\n}\n"
    );

    let prompt = "import java.util.*;\nclass Problem {\n    static long twice(long x) {\n        return 2 * x;\n    }\n    public static long total(long x) {\n";
    let class = "class Problem {\n    public static long total(long x) {\n        return twice(x);\n    }\n}\n";
    let answer = chat("java", prompt, &format!("```java\n{class}```"));
    assert!(
        answer.program.contains("return 2 * x;")
            && answer.program.starts_with("import java.util.*;"),
        "{answer:?}"
    );
    let bare = "class Pair {\n    long a;\n}\n\npublic static long total(long x) {\n    return twice(x);\n}\n";
    let answer = chat("java", prompt, &format!("```java\n{bare}```"));
    assert!(
        answer.program.contains("static class Pair") && answer.program.contains("return 2 * x;"),
        "{}",
        answer.program
    );

    let prompt =
        "package total_test\n\nimport (\n\t\"testing\"\n\t\"fmt\"\n)\n\nfunc total(x int) int {\n";
    let reply = "```go\npackage main\n\nimport \"fmt\"\n\nfunc total(x int) int {\n\tfmt.Sprint(x)\n\treturn x\n}\n```";
    let answer = chat("go", prompt, reply);
    assert_eq!(
        answer.program,
        "package total_test\nimport \"testing\"\n\nimport \"fmt\"\n\nfunc total(x int) int {\n\tfmt.Sprint(x)\n\treturn x\n}\n"
    );
}

#[test]
fn parts_in_other_fences_are_put_together() {
    let reply = "Helper:\n```cpp\n#include <cmath>\n\nlong add(long a) {\n  return a;\n}\n```\nNow:\n```cpp\nlong total(long x) {\n  return add(x);\n}\n```\nUse:\n```cpp\nint main() { return total(1); }\n```\n";
    let answer = chat("cpp", "long total(long x) {\n", reply);
    assert_eq!(
        answer.program,
        "#include <cmath>\n\nlong add(long a) {\n  return a;\n}\n\nlong total(long x) {\n  return add(x);\n}\n"
    );
}

#[test]
fn every_unusable_answer_is_named() {
    let prompt = "class Solution {\n    public static long total(long x) {\n";
    for (response, content) in [
        ("", Content::NoCode),
        ("I'm sorry, I can't help with that.", Content::NoCode),
        ("```\n```\n", Content::NoCode),
        (
            "```java\npublic static long total(long x) {\n    // TODO\n}\n```",
            Content::Placeholder,
        ),
        (
            "```java\npublic static long total(long x) {\n    throw new UnsupportedOperationException(\"Not implemented\");\n}\n```",
            Content::Placeholder,
        ),
        (
            "```java\npublic static long sum(long x) {\n    return x;\n}\n```",
            Content::Incomplete,
        ),
        (
            "```python\ndef total(x):\n    return sum(x)\n```",
            Content::WrongLanguage,
        ),
        (
            "def total(x):\n    out = [v for v in x if v]\n    return sum(out)\n",
            Content::WrongLanguage,
        ),
        (
            "```\ndef total(x):\n    out = [v for v in x if v]\n    return sum(out)\n```",
            Content::WrongLanguage,
        ),
        (
            "```ruby\ndef total(x)\n  x.sum\nend\n```",
            Content::WrongLanguage,
        ),
        (
            "```java\npublic static long total(long x) {\n    return x +;\n}\n```",
            Content::SyntaxError,
        ),
        (
            "```java\npublic static long total(long x) {\n    if (x > 0) {\n        return",
            Content::Incomplete,
        ),
    ] {
        let answer = chat("java", prompt, response);
        assert_eq!(answer.content, content, "{response:?}\n{answer:?}");
        assert_eq!(
            answer.program.is_empty(),
            content == Content::NoCode,
            "{response:?}"
        );
    }
    let answer = completion("java", prompt, "        if (x > 0) {\n            return");
    assert_eq!(answer.content, Content::Incomplete, "{answer:?}");
    for response in ["", "\n", "The sum is easy to see."] {
        assert_eq!(
            completion("java", prompt, response).content,
            Content::NoCode,
            "{response:?}"
        );
    }
}

#[test]
fn an_answer_cut_at_its_token_limit_is_incomplete() {
    let length = Some(FinishReason::Length);
    let prompt = "function total(x) {\n";
    for (mode, response, content) in [
        (
            ResponseMode::Completion,
            "  if (x) {\n    return 1;\n  }\n",
            Content::Incomplete,
        ),
        (
            ResponseMode::Completion,
            "  return 1;\n}\n\nfunction other(x) {\n  ret",
            Content::Ok,
        ),
        (
            ResponseMode::Chat,
            "```js\nfunction total(x) {\n  return 1;\n",
            Content::Incomplete,
        ),
        (
            ResponseMode::Chat,
            "```js\nfunction total(x) {\n  return 1;\n}\n```\nThis fun",
            Content::Ok,
        ),
    ] {
        let answer = cleaned("javascript", mode, prompt, response, length);
        assert_eq!(answer.content, content, "{response:?}\n{answer:?}");
    }
}

#[test]
fn php_is_code_from_its_opening_mark_on() {
    let prompt = "<?php\nfunction total($x) {\n";
    let answer = chat(
        "php",
        prompt,
        "Sure:\n\n```php\n<?php\nfunction total($x) {\n    return $x;\n}\n?>\n```\nDone.",
    );
    assert_eq!(
        (answer.program.as_str(), answer.content),
        (
            "<?php\nfunction total($x) {\n    return $x;\n}\n",
            Content::Ok
        )
    );
}
