//! Replies that cleaners are known to lose: each habit once, in the language it was met in.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, clean};
use assay_core::{Content, Language};

const PROMPT: &str = "from typing import List\n\n\ndef total(values: List[int]) -> int:\n    \"\"\" Sum.\n    >>> total([1])\n    1\n    \"\"\"\n";
const SOLUTION: &str = "def total(values):\n    return sum(values)\n";

fn go(languages: &[&str], name: &str, prompt: &str, response: &str, mode: ResponseMode) -> Cleaned {
    let languages: Vec<Language> = languages.iter().map(|l| Language::new(l)).collect();
    clean(&CleaningInput {
        response,
        languages: &languages,
        prompt,
        entry_point: name,
        mode,
        finish: None,
    })
}

fn chat(response: &str) -> Cleaned {
    go(&["python"], "total", "", response, ResponseMode::Chat)
}

fn completion(response: &str) -> Cleaned {
    go(
        &["python"],
        "total",
        PROMPT,
        response,
        ResponseMode::Completion,
    )
}

/// The reply gives the solution and nothing else that runs.
#[track_caller]
fn solves(response: &str) {
    let answer = chat(response);
    assert_eq!(
        (answer.content, answer.program.trim()),
        (Content::Ok, SOLUTION.trim()),
        "{response}\n{answer:#?}"
    );
}

#[test]
fn drafts_in_reasoning_never_win() {
    let draft = "```python\ndef total(values):\n    return 0\n```";
    let answer = format!("```python\n{SOLUTION}```");
    for response in [
        format!("<think>\n{draft}\n</think>\n{answer}"),
        format!("<think>\n{draft}\n</think>{answer}"),
        format!("{draft}\nno, wait\n</think>\n\n{answer}"),
        format!("<reasoning>{draft}\n</reasoning>\nSo:\n{answer}\n"),
        format!("Okay. <think>{draft}\n</think>\n{answer}\n"),
        format!("{answer}\n<think>\n{draft}\nis worse"),
        format!("{answer}\n<think>\n{draft}\n</think>\n"),
        format!(
            "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final<|message|>{answer}<|return|>"
        ),
        format!(
            "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final <|constrain|>code<|message|>{answer}"
        ),
        format!("analysis{draft}\nassistantfinal{answer}"),
        format!("<think>\nmaybe <think> again\n{draft}</think>\n{answer}"),
        format!("[THINK]{draft}[/THINK]\n{answer}"),
    ] {
        solves(&response);
    }
    let open = chat(&format!("<think>\nI would write\n{draft}\nbut"));
    assert_eq!(
        (open.content, open.rule.as_str()),
        (Content::Ok, "reasoning_draft")
    );
    assert!(
        open.warnings.iter().any(|w| w.contains("never ends")),
        "{open:?}"
    );
}

#[test]
fn a_fence_inside_a_docstring_is_text() {
    let code = "def total(values):\n    \"\"\"Sum.\n\n    Example:\n    ```python\n    total([1])\n    ```\n    \"\"\"\n    return sum(values)\n";
    let answer = chat(&format!("Sure:\n```python\n{code}```\nDone."));
    assert_eq!(
        (answer.content, answer.program.as_str()),
        (Content::Ok, code)
    );
    let flat = "def total(values):\n    \"\"\"Sum.\n```\ntotal([1])\n```\n    \"\"\"\n    return sum(values)\n";
    let answer = chat(&format!("Sure:\n```python\n{flat}```\nDone."));
    assert_eq!(
        (answer.content, answer.program.as_str()),
        (Content::Ok, flat)
    );
    assert_eq!(chat(flat).program, flat);
    let java = "class Solution {\n    /**\n     * ```java\n     * total(1);\n     * ```\n     */\n    static int total(int x) {\n        return x;\n    }\n}\n";
    let answer = go(
        &["java"],
        "total",
        "",
        &format!("Sure:\n```java\n{java}```\n"),
        ResponseMode::Chat,
    );
    assert_eq!(
        (answer.content, answer.program.as_str()),
        (Content::Ok, java)
    );
}

#[test]
fn fences_within_fences_and_lists_and_quotes() {
    for response in [
        format!("~~~markdown\nThe answer:\n```python\n{SOLUTION}```\n~~~\n"),
        format!("````markdown\nThe answer:\n```python\n{SOLUTION}```\n````\n"),
        format!("```markdown\n# Answer\n```python\n{SOLUTION}```\n```\n"),
        "1. Do it:\n\n   ```python\n   def total(values):\n       return sum(values)\n   ```\n2. Done.".to_owned(),
        "- so\n\t```python\n\tdef total(values):\n\t    return sum(values)\n\t```\n".to_owned(),
        "> ```python\n> def total(values):\n>     return sum(values)\n> ```\n".to_owned(),
        "> Here:\n>\n> def total(values):\n>     return sum(values)\n".to_owned(),
        format!("Here it is:\n```python\n{SOLUTION}"),
        format!("```python\n```\n```python\n{SOLUTION}```\n"),
        format!("```\n{SOLUTION}```\n```"),
        format!("'''python\n{SOLUTION}'''\n"),
        format!("\"\"\"python\n{SOLUTION}\"\"\"\n"),
        format!("<code>\n{SOLUTION}</code>\n"),
        format!("<pre><code class=\"language-python\">\n{SOLUTION}</code></pre>\n"),
        format!("[PYTHON]\n{SOLUTION}[/PYTHON]\n"),
        format!("\\begin{{code}}\n{SOLUTION}\\end{{code}}\n"),
    ] {
        solves(&response);
        let crlf = chat(&response.replace('\n', "\r\n"));
        assert_eq!(crlf.content, Content::Ok, "{response} {crlf:#?}");
        assert_eq!(crlf.program.trim(), SOLUTION.trim().replace('\n', "\r\n"));
    }
}

#[test]
fn what_is_not_the_solution_loses() {
    for after in [
        "Output:\n```\n6\n```\n",
        "Run it:\n```bash\npython total.py\n```\n",
        "Run it:\n```\n$ python total.py\n```\n",
        "Test it:\n```python\nassert total([1, 2, 3]) == 6\nprint(total([]))\n```\n",
        "Tests:\n```python\nimport unittest\nfrom solution import total\n\nclass TestTotal(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(total([1]), 1)\n```\n",
        "Or in Java:\n```java\nstatic int total(int[] values) { return 0; }\n```\n",
        "```json\n{\"total\": 1}\n```\n",
        "```text\ntotal(values) = sum\n```\n",
        "The stub was:\n```python\ndef total(values):\n    pass\n```\n",
    ] {
        solves(&format!("```python\n{SOLUTION}```\n\n{after}"));
    }
    solves(&format!(
        "First:\n```python\ndef total(values):\n    t = 0\n    for v in values: t += v\n    return t\n```\nImproved version:\n```python\n{SOLUTION}```\n"
    ));
}

#[test]
fn nothing_that_code_needs_is_removed() {
    let code = "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n\"\"\"Sums.\"\"\"\nfrom __future__ import annotations\n\ntry:\n    import numpy as np\nexcept ImportError:\n    np = None\n\nif True:\n    import math\n\nLIMIT = 10\nCACHE: dict = {}\nsys_path, other = [], 1\n\n\nclass Adder:\n    @staticmethod\n    def add(a, b):\n        return a + b\n\n\ndef memo(f):\n    return f\n\n\ndef total(values):\n    return 0\n\n\n@memo\n@memo\ndef total(values):\n    t = 0\n    for v in values:\n        t = Adder.add(t, v)\n    return t\n\n\ntotal.__doc__ = 'x'\nalias = total\n";
    let answer = chat(code);
    assert_eq!((answer.program.as_str(), answer.changed), (code, false));
    assert_eq!(
        chat(&format!("Here:\n\n```python\n{code}```\n\nThat is all.\n")).program,
        code
    );
}

#[test]
fn other_languages_keep_what_they_need() {
    for (language, code) in [
        (
            "go",
            "package main\n\nimport (\n\t\"sort\"\n)\n\ntype pair struct {\n\ta, b int\n}\n\ntype byA []pair\n\nfunc (p byA) Len() int { return len(p) }\n\nvar limit = map[string]int{\"a\": 1}\n\nfunc total(xs []int) int {\n\tsort.Ints(xs)\n\tps := []struct{ n int }{{1}}\n\treturn len(ps) + limit[\"a\"]\n}\n",
        ),
        (
            "rust",
            "use std::collections::HashMap;\n\n#[derive(Debug, Clone)]\nstruct Pair<'a, T: 'a> {\n    a: &'a T,\n}\n\ntrait Size {\n    fn size(&self) -> usize;\n}\n\nimpl<'a, T> Size for Pair<'a, T> {\n    fn size(&self) -> usize {\n        1\n    }\n}\n\nmacro_rules! one {\n    () => { 1 };\n}\n\nfn total(xs: Vec<i32>) -> i32 {\n    let mut seen: HashMap<i32, char> = HashMap::new();\n    seen.insert(one!(), '}');\n    xs.iter().sum()\n}\n",
        ),
        (
            "cpp",
            "#include <vector>\n#define ONE 1\nusing namespace std;\n\nnamespace util {\ntemplate <typename T, int N = 2>\nT twice(const T& x) { return x * N; }\n}\n\nstruct Node { int v; Node* next = nullptr; };\n\ntemplate <typename T>\nclass Box {\n public:\n  explicit Box(T t) : t_(t) {}\n private:\n  T t_;\n};\n\nint total(vector<int> xs) {\n  auto f = [&](int a) -> int { return util::twice(a) / 2; };\n  int t = 0;\n  for (auto x : xs) t += f(x);\n  return t;\n}\n",
        ),
        (
            "javascript",
            "'use strict';\nconst util = require('util');\n\nclass Adder {\n  #t = 0;\n  add(x) { this.#t += x; return this; }\n  get total() { return this.#t; }\n}\n\nfunction* each(xs) { yield* xs; }\n\nconst total = (xs) => {\n  const a = new Adder();\n  for (const x of each(xs)) a.add(x);\n  return a.total;\n};\n\nmodule.exports = { total };\n",
        ),
        (
            "typescript",
            "import * as assert from 'assert';\n\ninterface Pair<T> { a: T; b?: T }\ntype Op = (a: number, b: number) => number;\nenum Kind { A, B = 2 }\n\nconst add: Op = (a, b) => a + b;\n\nexport function total(xs: number[], by: Partial<Pair<number>> = {}): number {\n  return xs.reduce(add, by.a ?? 0);\n}\n",
        ),
        (
            "java",
            "import java.util.*;\nimport java.util.stream.Collectors;\n\ninterface Op { int run(int a, int b); }\n\nclass Solution {\n    private static final int ZERO = 0;\n    static class Node { int v; Node(int v) { this.v = v; } }\n\n    public static int total(List<Integer> xs) {\n        Op add = (a, b) -> a + b;\n        int t = ZERO;\n        for (int x : xs) { t = add.run(t, x); }\n        return t;\n    }\n}\n",
        ),
        (
            "php",
            "<?php\ndeclare(strict_types=1);\n\nnamespace App;\n\nconst ZERO = 0;\n\ntrait Adds {\n    public function add(int $a, int $b): int { return $a + $b; }\n}\n\nfinal class Adder { use Adds; }\n\n/** Sum. */\nfunction total(array $xs): int {\n    $a = new Adder();\n    return array_reduce($xs, fn($t, $x) => $a->add($t, $x), ZERO);\n}\n",
        ),
    ] {
        let answer = go(&[language], "total", "", code, ResponseMode::Chat);
        assert_eq!(
            (answer.program.as_str(), answer.changed, answer.content),
            (code, false, Content::Ok),
            "{answer:#?}"
        );
        let fenced = format!("Sure!\n\n```{language}\n{code}```\n\nIt's linear.\n");
        for languages in [&[language][..], &[]] {
            let answer = go(languages, "total", "", &fenced, ResponseMode::Chat);
            assert_eq!(
                (answer.program.as_str(), answer.content),
                (code, Content::Ok),
                "{answer:#?}"
            );
            assert_eq!(answer.language.unwrap().as_str(), language);
            assert!(answer.confidence > 0.9);
        }
        let any = go(&[], "", "", code, ResponseMode::Chat);
        assert_eq!(
            (
                any.program.as_str(),
                any.language.unwrap().as_str(),
                any.content
            ),
            (code, language, Content::Ok)
        );
    }
}

#[test]
fn a_java_method_is_put_in_the_prompts_class() {
    let prompt = "import java.util.*;\nclass Problem {\n    public static long total(ArrayList<Long> xs) {\n";
    let method = "public static long total(ArrayList<Long> xs) {\n    long t = 0;\n    for (long x : xs) t += x;\n    return t;\n}\n";
    let answer = go(
        &["java"],
        "total",
        prompt,
        &format!("```java\n{method}```"),
        ResponseMode::Chat,
    );
    assert_eq!(answer.content, Content::Ok);
    assert!(
        answer.program.starts_with("import java.util.*;"),
        "{}",
        answer.program
    );
    assert!(
        answer.program.contains("class Problem {"),
        "{}",
        answer.program
    );
}

#[test]
fn completions_repeat_and_lose_things() {
    let body = "    return sum(values)\n";
    assert_eq!(completion(body).program, format!("{PROMPT}{body}"));
    for response in [
        format!("{PROMPT}{body}"),
        format!("```python\n{PROMPT}{body}```\n"),
        format!("def total(values: List[int]) -> int:\n{body}"),
        format!("\n\ndef total(values: List[int]) -> int:\n    \"\"\" Sum.\n    \"\"\"\n{body}"),
        "return sum(values)\n".to_owned(),
        "\treturn sum(values)\n".to_owned(),
        "t = 0\nfor v in values:\n    t += v\nreturn t\n".to_owned(),
        "t = 0\nfor v in values:\n\tt += v\nreturn t\n".to_owned(),
        " t = 0\n for v in values:\n     t += v\n return t\n".to_owned(),
        "```python\nreturn sum(values)\n```\n".to_owned(),
        format!("{body}```\n\nThis sums.\n"),
        format!("{body}\n\nExplanation: it's a sum of\nall the values.\n"),
        format!("{body}\nif __name__ == '__main__':\n    print(total([1"),
        format!("{body}<|endoftext|>\nclass X:\n"),
        format!("{body}</s>"),
        format!("Sure! Here is the completion:\n\n```python\n{body}```"),
    ] {
        let answer = completion(&response);
        assert_eq!(answer.content, Content::Ok, "{response}\n{answer:#?}");
        assert!(
            answer.program.contains("return sum(values)") || answer.program.contains("return t"),
            "{}",
            answer.program
        );
        let lines = answer.program.lines();
        let ends = lines
            .filter(|l| l.trim_start().starts_with("return"))
            .count();
        assert_eq!(ends, 1, "{}", answer.program);
    }
    let tabs = "def total(values):\n\t\"\"\" Sum. \"\"\"\n";
    let answer = go(
        &["python"],
        "total",
        tabs,
        "t = 0\nfor v in values:\n\tt += v\nreturn t\n",
        ResponseMode::Completion,
    );
    assert_eq!(
        (answer.content, answer.program.as_str()),
        (
            Content::Ok,
            "def total(values):\n\t\"\"\" Sum. \"\"\"\n\tt = 0\n\tfor v in values:\n\t\tt += v\n\treturn t\n"
        )
    );
}

#[test]
fn marks_of_chat_templates_are_not_code() {
    for response in [
        format!("{SOLUTION}<|im_end|>"),
        format!("{SOLUTION}<|im_end|>\n<|im_start|>user\nThanks!"),
        format!("{SOLUTION}</s>"),
        format!("{SOLUTION}</s>[INST] more [/INST] def total(values): return 1"),
        format!("[/INST]\n{SOLUTION}"),
        format!("[/INST] Sure!\n```python\n{SOLUTION}```</s>"),
        format!("[INST] Write total. [/INST]\n```python\n{SOLUTION}```"),
        format!(
            "```python\n{SOLUTION}```<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n```python\ndef total(v):\n    return 1\n```"
        ),
        format!("<|assistant|>\n```python\n{SOLUTION}```\n<|user|>\nand\n"),
        format!("### Response:\n```python\n{SOLUTION}```\n"),
        format!("<bos><start_of_turn>model\n```python\n{SOLUTION}```<end_of_turn>"),
        format!("```python\n{SOLUTION}```\n<|end_of_text|>"),
        format!("{SOLUTION}<|fim_pad|>"),
        format!("{SOLUTION}<|endoftext|>\n\n{SOLUTION}"),
    ] {
        solves(&response);
    }
}

#[test]
fn code_that_was_dressed_up_is_undressed() {
    for response in [
        "```python\n1 def total(values):\n2     return sum(values)\n```\n",
        "```python\n1: def total(values):\n2:     return sum(values)\n```\n",
        "```python\n 1 | def total(values):\n 2 |     return sum(values)\n```\n",
        "```python\n>>> def total(values):\n...     return sum(values)\n...\n>>> total([1, 2])\n3\n```\n",
        ">>> def total(values):\n...     return sum(values)\n... \n>>> total([1, 2])\n3\n",
        "```python\nIn [1]: def total(values):\n   ...:     return sum(values)\n   ...:\nIn [2]: total([1])\nOut[2]: 1\n```\n",
    ] {
        solves(response);
    }
    let less = chat(
        "```python\ndef total(values):\n    return sum(v for v in values if v &lt; 9 and v &gt; 1 or v == &quot;x&quot; or v == &#39;&#39;)\n```\n",
    );
    assert_eq!(
        (less.content, less.rule.as_str()),
        (Content::Ok, "unescaped"),
        "{less:#?}"
    );
    assert!(
        less.program
            .contains("if v < 9 and v > 1 or v == \"x\" or v == ''"),
        "{less:#?}"
    );
    let cpp = go(
        &["cpp"],
        "total",
        "",
        "<p>Here:</p><pre>\n#include &lt;vector&gt;\nint total(std::vector&lt;int&gt; xs) {\n  return xs.size() &gt; 1 ? 1 : 0;\n}\n</pre>",
        ResponseMode::Chat,
    );
    assert_eq!(cpp.content, Content::Ok, "{cpp:#?}");
    // What is code with an entity in a string stays as it is.
    let html = "def total(values):\n    return '&lt;' + str(values)\n";
    assert_eq!(chat(html).program, html);
}

#[test]
fn mixed_replies_give_the_language_that_was_asked_for() {
    let python = "def total(values):\n    return sum(values)\n";
    let javascript = "function total(values) {\n  return values.reduce((a, b) => a + b, 0);\n}\n";
    let java = "public class Main {\n    public static int total(int[] values) {\n        int t = 0;\n        for (int v : values) t += v;\n        return t;\n    }\n}\n";
    let rust = "fn total(values: &[i32]) -> i32 {\n    values.iter().sum()\n}\n";
    let parts = [
        ("python", python),
        ("javascript", javascript),
        ("java", java),
        ("rust", rust),
    ];
    for tagged in [true, false] {
        let reply: String = parts
            .iter()
            .map(|(tag, code)| {
                format!(
                    "In {tag}:\n```{}\n{code}```\n",
                    if tagged { tag } else { "" }
                )
            })
            .collect();
        for (language, code) in parts {
            let answer = go(&[language], "total", "", &reply, ResponseMode::Chat);
            assert_eq!(
                (answer.content, answer.code.as_str()),
                (Content::Ok, code),
                "{answer:#?}"
            );
            assert_eq!(answer.language, Some(Language::new(language)));
            let two = go(&["go", language], "total", "", &reply, ResponseMode::Chat);
            assert_eq!(
                (two.content, two.language),
                (Content::Ok, Some(Language::new(language)))
            );
        }
        let missing = go(&["php"], "total", "", &reply, ResponseMode::Chat);
        assert_eq!(missing.content, Content::WrongLanguage, "{missing:#?}");
        assert!(missing.language.is_some_and(|l| l.as_str() != "php"));
    }
    // TypeScript's grammar takes JavaScript: the tag decides.
    let typescript = "function total(values: number[]): number {\n  return values.reduce((a, b) => a + b, 0);\n}\n";
    let reply =
        format!("```typescript\n{typescript}```\nWithout types:\n```javascript\n{javascript}```\n");
    assert_eq!(
        go(&["typescript"], "total", "", &reply, ResponseMode::Chat).code,
        typescript
    );
    assert_eq!(
        go(&["javascript"], "total", "", &reply, ResponseMode::Chat).code,
        javascript
    );
}

#[test]
fn without_a_name_the_program_is_found() {
    let none = |response: &str| go(&["python"], "", "", response, ResponseMode::Chat);
    let answer = none(
        "Sure:\n```python\nimport math\n\ndef area(r):\n    return math.pi * r * r\n```\nTest:\n```python\nassert area(0) == 0\n```\n",
    );
    assert_eq!(
        (answer.content, answer.program.as_str()),
        (
            Content::Ok,
            "import math\n\ndef area(r):\n    return math.pi * r * r\n"
        )
    );
    let script = none("```python\nfor i in range(3):\n    print(i)\n```\n");
    assert_eq!(
        (script.content, script.rule.as_str()),
        (Content::Ok, "script")
    );
    assert_eq!(none("print('hello')\n").rule, "as_is");
    assert_eq!(none("I am sorry, but no.").content, Content::NoCode);
    let prompted = go(
        &["python"],
        "",
        PROMPT,
        "    return sum(values)\n\nThat is it, isn't it?\n",
        ResponseMode::Completion,
    );
    assert_eq!(
        (prompted.content, prompted.program.trim_end()),
        (
            Content::Ok,
            format!("{PROMPT}    return sum(values)").as_str()
        ),
        "{prompted:#?}"
    );
    let js = go(
        &["javascript"],
        "",
        "",
        "```js\nconsole.log(1 + 1);\n```\n",
        ResponseMode::Chat,
    );
    assert_eq!((js.content, js.rule.as_str()), (Content::Ok, "script"));
}

/// A parser that is stopped at an error must not ask for the rest of a character: that ended the process.
#[test]
fn characters_of_many_bytes_stand_anywhere() {
    for language in [
        "python",
        "javascript",
        "typescript",
        "java",
        "cpp",
        "go",
        "rust",
        "php",
    ] {
        for shift in 0..4 {
            for piece in [
                "\u{1f642}",
                "fn f( \u{1f642}) { \u{1f642}\n",
                "def \u{1f642}(: é\n",
                "\"é\u{2028}\\ ` \u{1f642}'",
            ] {
                let text = format!("{}{}", "x".repeat(shift), piece.repeat(6_000 / piece.len()));
                let answer = go(&[language], "f", "", &text, ResponseMode::Chat);
                assert_ne!(answer.content, Content::Ok);
            }
        }
    }
}

#[test]
fn a_completion_may_begin_with_its_line_break_or_without() {
    for response in ["\n    return sum(values)\n", "    return sum(values)\n"] {
        let answer = completion(response);
        assert_eq!(answer.content, Content::Ok, "{response}\n{answer:#?}");
        assert!(answer.program.contains("\n    return sum(values)"));
    }
    let head = "int total(int a) {\n";
    for response in ["\n    return a;\n}\n", " return a;\n}\n"] {
        let answer = go(&["cpp"], "total", head, response, ResponseMode::Completion);
        assert_eq!(answer.content, Content::Ok, "{response}\n{answer:#?}");
    }
}

#[test]
fn the_examples_of_a_docstring_are_no_body() {
    // An answer that was begun for the model, which had nothing to add.
    let response = format!("```python\n{PROMPT}```\n\nIt sums the values.");
    let answer = go(&["python"], "total", PROMPT, &response, ResponseMode::Chat);
    assert_ne!(answer.content, Content::Ok, "{answer:#?}");
    assert!(!answer.program.contains("    total([1])"), "{answer:#?}");
}
