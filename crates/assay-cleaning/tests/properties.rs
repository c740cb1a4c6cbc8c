//! What holds for every response whatsoever.

use assay_cleaning::{CleaningInput, ResponseMode, clean, detect};
use assay_core::{Content, FinishReason, Language};
use proptest::prelude::*;

/// Pieces of which responses are made, good and bad.
const PIECES: &[&str] = &[
    "```python\n",
    "```\n",
    "```",
    "~~~\n",
    "    ```js\n",
    "> ",
    "<think>\n",
    "</think>\n",
    "<|im_end|>\n",
    "def f(x):\n",
    "    return x\n",
    "\treturn x\n",
    "    pass\n",
    "return x\n",
    "  y = [\n",
    "]\n",
    "(",
    ")\n",
    "{",
    "}\n",
    "\"\"\"",
    "'''",
    "'",
    "\"",
    "\\\n",
    "# note\n",
    "@dec\n",
    "class A:\n",
    "    def f(self): return 1\n",
    "import os\n",
    "from typing import List\n",
    "from __future__ import annotations\n",
    "print(f(1))\n",
    "assert f(1)\n",
    "if __name__ == '__main__':\n    f(1)\n",
    "if x:\n",
    "else:\n",
    "x = 1\n",
    "Here is the code:\n",
    "It isn't\n",
    "\r\n",
    "\n\n",
    "é🙂",
    "\u{2028}",
    "\0",
    "lambda: ",
    "f'{x",
    "}'\n",
    ";",
    "elif\n",
    "match x:\n    case 1: pass\n",
    "function f() { return 1; }\n",
    "int f(int x) {\n",
    "class A {\n",
    "public static int f(int x) {\n",
    "func f(x int) int {\n",
    "fn f(x: i64) -> i64 {\n",
    "function f($x) {\n",
    "<?php\n",
    "?>\n",
    "  return x;\n}\n",
    "int main() {}\n",
    "package a\n",
    "use a::{b, c::{self}};\n",
    "const f = (x) => {\n",
    "`",
    "r#\"",
    "'{'",
    "'\\''",
    "#include <x>\n",
    "/* ",
    "*/",
    "//",
];

const LANGUAGES: &[&str] = &[
    "python",
    "javascript",
    "typescript",
    "java",
    "go",
    "rust",
    "php",
    "cpp",
    "ruby",
];

fn response() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|p| p.concat()),
        "\\PC{0,120}",
        any::<String>(),
    ]
}

fn input<'a>(
    response: &'a str,
    language: &'a Language,
    prompt: &'a str,
    mode: ResponseMode,
    finish: Option<FinishReason>,
) -> CleaningInput<'a> {
    CleaningInput {
        response,
        languages: std::slice::from_ref(language),
        prompt,
        entry_point: "f",
        mode,
        finish,
    }
}

/// Top-level statements around a definition of `f`: together always Python.
const STATEMENTS: &[&str] = &[
    "import os\n",
    "from typing import List, Dict\n",
    "X = {'a': [1, 2]}\n",
    "# ``` and <think>\n",
    "\n",
    "\n\n",
    "@staticmethod\ndef g(a, b=1, *c, **d):\n    \"\"\" Doc.\n```\n    \"\"\"\n    return a\n",
    "class A:\n    x: int = 1\n\n    def h(self):\n        return 2\n",
    "print(X if X else (\n    1,\n))\n",
    "assert True, 'fine'\n",
    "if __name__ == '__main__':\n    print('x')\n",
    "try:\n    import numpy as np\nexcept ImportError:\n    np = None\n",
    "for i in range(3):\n    if i: continue\nelse:\n    i = 4\n",
    "text = '''a\nb'''\n",
    "h = lambda x: (yield)\n",
    "a = 1; b = 2\n",
    "with open('x') as s, \\\n        open('y') as t:\n    pass\n",
    "async def k():\n    await k()\n",
];

/// A language, a prompt, a function that answers it, and what may stand beside it.
type Braces = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const BRACES: &[Braces] = &[
    (
        "javascript",
        "function f(x) {\n",
        "function f(x) {\n  const y = `${x}}`;\n  return /[/}]/.test(y);\n}\n",
        &[
            "// it isn't {\n",
            "const g = (a) => a;\n",
            "console.log('```');\n",
            "class A { h() { return 1; } }\n",
            "\n\n",
        ],
    ),
    (
        "typescript",
        "function f(x: number): number {\n",
        "function f(x: number): number {\n  return x as number;\n}\n",
        &[
            "interface I { a: string[] }\n",
            "type T = { [key: string]: number };\n",
            "/* } */\n",
            "\n",
        ],
    ),
    (
        "java",
        "class Solution {\n    static int f(int x) {\n",
        "class Solution {\n    static int f(int x) {\n        char c = '}';\n        return x;\n    }\n}\n",
        &[
            "// it isn't {\n",
            "class A { int a; }\n",
            "interface B { void c(); }\n",
            "enum E { X, Y }\n",
            "\n",
        ],
    ),
    (
        "go",
        "func f(x int) int {\n",
        "func f(x int) int {\n\ty := `\n}`\n\treturn len(y) + x\n}\n",
        &[
            "// it isn't {\n",
            "type P struct {\n\ta int\n}\n",
            "func (p P) g() int {\n\treturn p.a\n}\n",
            "var k = map[string]int{\"a\": 1}\n",
            "\n",
        ],
    ),
    (
        "rust",
        "fn f(x: i64) -> i64 {\n",
        "fn f(x: i64) -> i64 {\n    let c = '}';\n    let s = r#\"}\"\"#;\n    x\n}\n",
        &[
            "// it isn't {\n",
            "#[derive(Debug)]\nstruct P<'a> { a: &'a str }\n",
            "impl<'a> P<'a> { fn g(&self) -> u8 { b'{' } }\n",
            "const K: i64 = 1;\n",
            "\n",
        ],
    ),
    (
        "php",
        "<?php\nfunction f($x) {\n",
        "function f($x) {\n    return '}' . $x;\n}\n",
        &[
            "// it is {\n",
            "# not }\n",
            "class A { public function h() { return 1; } }\n",
            "$k = ['a' => 1];\n",
            "\n",
        ],
    ),
    (
        "cpp",
        "int f(int x) {\n",
        "int f(int x) {\n  char c = '}';\n  return x;\n}\n",
        &[
            "#include <map>\n",
            "using namespace std;\n",
            "struct P {\n  int a;\n};\n",
            "template <typename T>\nT g(T a) {\n  return a;\n}\n",
            "#define K 1\n",
            "// it isn't {\n",
        ],
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_flags_agree(
        text in response(),
        prompt in response(),
        chat in any::<bool>(),
        cut in any::<bool>(),
        language in prop::sample::select(LANGUAGES),
    ) {
        let language = Language::new(language);
        let mode = if chat { ResponseMode::Chat } else { ResponseMode::Completion };
        let finish = cut.then_some(FinishReason::Length);
        let cleaned = clean(&input(&text, &language, &prompt, mode, finish));
        if cleaned.program.is_empty() {
            prop_assert_eq!(cleaned.content, Content::NoCode);
        }
        if cleaned.content == Content::Ok {
            prop_assert!(cleaned.program.contains('f'));
        }
        let naive = if chat { text.clone() } else { format!("{prompt}{text}") };
        prop_assert_eq!(cleaned.changed, cleaned.program != naive);
        // The same again: nothing depends on anything but the input.
        prop_assert_eq!(clean(&input(&text, &language, &prompt, mode, finish)), cleaned);
    }

    /// A usable program, given back as a reply, is left alone.
    #[test]
    fn cleaning_a_clean_program_changes_nothing(
        text in response(),
        prompt in prop::sample::select(vec![
            "def f(x):\n",
            "from typing import List\n\ndef f(x):\n    \"\"\" Doc. \"\"\"\n",
        ]),
        chat in any::<bool>(),
    ) {
        let language = Language::python();
        let mode = if chat { ResponseMode::Chat } else { ResponseMode::Completion };
        let first = clean(&input(&text, &language, prompt, mode, None));
        if first.content == Content::Ok {
            let second = clean(&input(&first.program, &language, prompt, ResponseMode::Chat, None));
            prop_assert_eq!(&second.program, &first.program);
            prop_assert_eq!(second.content, Content::Ok);
        }
    }

    /// Code that parses and defines the entry point comes back byte for byte, in both modes.
    #[test]
    fn pure_code_is_not_touched(
        before in prop::collection::vec(prop::sample::select(STATEMENTS), 0..6),
        after in prop::collection::vec(prop::sample::select(STATEMENTS), 0..6),
        crlf in any::<bool>(),
        bare in any::<bool>(),
    ) {
        let mut code = format!(
            "{}def f(x):\n    y = x\n    return y\n{}",
            before.concat(),
            after.concat()
        );
        if crlf {
            code = code.replace('\n', "\r\n");
        }
        if bare {
            code.truncate(code.trim_end().len());
        }
        let language = Language::python();
        let prompt = "def f(x):\n    \"\"\" Doc. \"\"\"\n";
        let cleaned = clean(&input(&code, &language, prompt, ResponseMode::Chat, None));
        prop_assert_eq!(&cleaned.program, &code);
        prop_assert_eq!((cleaned.changed, cleaned.content), (false, Content::Ok));
        let fenced = format!("Sure:\n\n````python\n{code}\n````\nDone.\n");
        let from_fence = clean(&input(&fenced, &language, prompt, ResponseMode::Chat, None));
        prop_assert_eq!(from_fence.content, Content::Ok);
        prop_assert!(from_fence.code.contains("return y"));
        let body = format!("    return x\n{code}");
        let continued = clean(&input(&body, &language, prompt, ResponseMode::Completion, None));
        prop_assert_eq!(continued.program, format!("{prompt}{body}"));
    }

    /// A usable program in another language is left alone as well, whole or continuing its prompt.
    #[test]
    fn pure_code_in_other_languages_is_not_touched(
        (language, prompt, function, others) in prop::sample::select(BRACES),
        before in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        after in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        crlf in any::<bool>(),
        bare in any::<bool>(),
    ) {
        let language = Language::new(language);
        let some = |which: &[prop::sample::Index]| -> String {
            which.iter().map(|index| *index.get(others)).collect()
        };
        let opening = if language.as_str() == "php" { "<?php\n" } else { "" };
        let mut code = format!("{opening}{}{function}{}", some(&before), some(&after));
        let mut rest = format!("{}{}", function.strip_prefix(prompt).or(function.split_once('\n').map(|f| f.1)).unwrap(), some(&after));
        for text in [&mut code, &mut rest] {
            if crlf {
                *text = text.replace('\n', "\r\n");
            }
            if bare {
                text.truncate(text.trim_end().len());
            }
        }
        let whole = clean(&input(&code, &language, prompt, ResponseMode::Chat, None));
        prop_assert_eq!(&whole.program, &code);
        prop_assert_eq!((whole.changed, whole.content), (false, Content::Ok));
        let fenced = format!("Sure:\n\n````\n{code}\n````\nDone.\n");
        let from_fence = clean(&input(&fenced, &language, prompt, ResponseMode::Chat, None));
        prop_assert_eq!(from_fence.program.trim_end(), code.trim_end());
        prop_assert_eq!(from_fence.content, Content::Ok);
        let continued = clean(&input(&rest, &language, prompt, ResponseMode::Completion, None));
        prop_assert_eq!(continued.program, format!("{prompt}{rest}"));
        prop_assert_eq!(continued.content, Content::Ok);
    }

    /// What came out usable, given back as a reply, comes out the same.
    #[test]
    fn cleaning_twice_is_cleaning_once(
        text in response(),
        (language, prompt, _, _) in prop::sample::select(BRACES),
    ) {
        let language = Language::new(language);
        let first = clean(&input(&text, &language, prompt, ResponseMode::Chat, None));
        if first.content == Content::Ok {
            let second = clean(&input(&first.program, &language, prompt, ResponseMode::Chat, None));
            prop_assert_eq!(&second.program, &first.program);
            prop_assert_eq!(second.content, Content::Ok);
        }
    }

    #[test]
    fn detection_names_a_language_that_was_asked_for(
        text in response(),
        candidates in prop::collection::vec(prop::sample::select(LANGUAGES), 1..4),
        expected in prop::option::of(prop::sample::select(LANGUAGES)),
    ) {
        let candidates: Vec<Language> = candidates.into_iter().map(Language::new).collect();
        let expected = expected.map(Language::new);
        let found = detect(&text, expected.as_ref(), &candidates);
        prop_assert!((0.0..=1.0).contains(&found.confidence));
        prop_assert!(candidates.contains(&found.language) || expected.as_ref() == Some(&found.language));
        prop_assert_eq!(detect(&text, expected.as_ref(), &candidates), found);
    }
}
