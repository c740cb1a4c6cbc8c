//! What becomes of Python responses: one case for each habit of models.

use assay_cleaning::{Cleaned, CleaningInput, ResponseMode, clean};
use assay_core::{Content, FinishReason, Language};

const PROMPT: &str = "from typing import List\n\n\ndef total(values: List[int]) -> int:\n    \"\"\" The sum of values.\n    >>> total([1, 2])\n    3\n    \"\"\"\n";
const FULL: &str = "def total(values: List[int]) -> int:\n    return sum(values)\n";

fn cleaned(
    mode: ResponseMode,
    prompt: &str,
    response: &str,
    finish: Option<FinishReason>,
) -> Cleaned {
    clean(&CleaningInput {
        response,
        languages: &[Language::python()],
        prompt,
        entry_point: "total",
        mode,
        finish,
    })
}

fn chat(response: &str) -> Cleaned {
    cleaned(ResponseMode::Chat, PROMPT, response, None)
}

fn completion(response: &str) -> Cleaned {
    cleaned(ResponseMode::Completion, PROMPT, response, None)
}

/// `FULL` after the import that the prompt brings.
fn with_import() -> String {
    format!("from typing import List\n\n{FULL}")
}

#[test]
fn a_body_continues_the_prompt_untouched() {
    let answer = completion("    return sum(values)\n");
    assert_eq!(answer.program, format!("{PROMPT}    return sum(values)\n"));
    assert_eq!(
        (answer.rule.as_str(), answer.changed, answer.content),
        ("as_is", false, Content::Ok)
    );
}

#[test]
fn pure_code_comes_back_byte_for_byte() {
    for code in [
        format!("from typing import List\r\n{}", FULL.replace('\n', "\r\n")),
        format!("\n\n{}   \n# done\n\n", with_import()),
        "import functools\nfrom typing import *\nfrom typing import List\n\n@functools.cache\ndef helper(x):\n    return x\n\nLIMIT = 3\n\ndef total(values):\n\ttext = \"\"\"\n```python\n<think>\n\"\"\"\n\treturn sum(map(helper, values))\n\nassert total([1]) == 1\nprint(total([2]))\nif __name__ == '__main__':\n    total([])\n".to_owned(),
        "try:\n    from typing import List\nexcept ImportError:\n    List = list\ntotal = lambda values: sum(values)".to_owned(),
        "from typing import List\nasync def other(): pass\nclass Sum:\n    def total(self, values): return sum(values)\n".to_owned(),
    ] {
        let answer = chat(&code);
        assert_eq!(answer.program, code);
        assert_eq!((answer.rule.as_str(), answer.changed, answer.content), ("as_is", false, Content::Ok));
    }
}

#[test]
fn fences_of_every_sort_are_opened() {
    for response in [
        format!("Sure!\n\n```python\n{FULL}```\n\nIt sums the values, doesn't it?"),
        format!("```\n{FULL}```"),
        format!("~~~ Python\n{FULL}~~~\n"),
        format!("````py\n{FULL}````"),
        format!("Here you go:\n```python\n{FULL}"),
        format!("Here you go:```python\n{FULL}```"),
        format!(
            "1. Like so:\n\n   ```python\n   {}\n   ```\n",
            FULL.trim().replace('\n', "\n   ")
        ),
        format!("```python\n{}```", FULL.trim()),
        format!("```java\n{FULL}```"),
    ] {
        let answer = chat(&response);
        assert_eq!(answer.program.trim(), with_import().trim(), "{response}");
        assert_eq!(
            (answer.rule.as_str(), answer.content),
            ("fence", Content::Ok),
            "{response}"
        );
    }
    let crlf = format!(
        "Sure:\r\n\r\n```python\r\n{}```\r\n",
        FULL.replace('\n', "\r\n")
    );
    assert!(chat(&crlf).program.ends_with(&FULL.replace('\n', "\r\n")));
}

#[test]
fn the_fence_with_the_solution_wins() {
    let test = "Try it:\n```python\nprint(total([1, 2]))\n```\nOutput:\n```\n3\n```\n";
    let install = "First:\n```bash\npip install total\n```\n";
    let stub = "```python\ndef total(values):\n    pass\n```\n";
    let answer = chat(&format!(
        "{install}{stub}```python\n{FULL}```\n{test}{stub}"
    ));
    assert_eq!(answer.program, with_import());
}

#[test]
fn a_later_correction_wins() {
    let wrong =
        "```python\ndef total(values):\n    return max(values)\n```\nWait, that is wrong.\n";
    assert_eq!(
        chat(&format!("{wrong}```python\n{FULL}```")).program,
        with_import()
    );
}

#[test]
fn parts_in_other_fences_are_put_together() {
    let response = "Helper:\n```python\nimport math\n\ndef add(a, b):\n    return math.floor(a + b)\n```\nNow:\n```python\ndef total(values):\n    out = 0\n    for v in values:\n        out = add(out, v)\n    return out\n```\n";
    let answer = chat(response);
    assert!(answer.program.contains("def add(a, b)") && answer.program.contains("import math"));
    assert!(answer.program.find("def add") < answer.program.find("def total"));
}

#[test]
fn what_only_tests_or_prints_is_left_out_of_a_fence() {
    let answer = chat(&format!(
        "```python\n{FULL}\nLIMIT = 1\nassert total([1]) == 5\nprint(total([1]))\n\nif __name__ == '__main__':\n    total()\n```"
    ));
    assert_eq!(answer.program, format!("{}\nLIMIT = 1\n", with_import()));
    assert!(
        answer.warnings.iter().any(|w| w.contains("left out")),
        "{:?}",
        answer.warnings
    );
}

#[test]
fn reasoning_never_wins_over_the_answer() {
    let draft = "```python\ndef total(values):\n    return 0\n```\n";
    for response in [
        format!("<think>\nMaybe {draft}\n</think>\n\n```python\n{FULL}```"),
        format!("I try {draft}\n</think>\n```python\n{FULL}```"),
        format!("```python\n{FULL}```\n<think>\nHm, what if\n{draft}"),
        format!(
            "<|channel|>analysis<|message|>{draft}<|end|><|start|>assistant<|channel|>final<|message|>```python\n{FULL}```<|return|>"
        ),
    ] {
        assert_eq!(chat(&response).program, with_import(), "{response}");
    }
    let endless = chat(&format!("<think>\nSo\n```python\n{FULL}```\nBut then"));
    assert_eq!(
        (endless.rule.as_str(), endless.program),
        ("reasoning_draft", with_import())
    );
    let only = chat(&format!("<think>\n{draft}</think>\n"));
    assert_eq!((only.content, only.program.as_str()), (Content::NoCode, ""));
}

#[test]
fn code_among_prose_without_fences_is_found() {
    let answer = chat(&format!(
        "Of course! Here's the function (as asked:\n\n{FULL}\nIt isn't slow. Note\nthat total([]) is 0.\n"
    ));
    assert_eq!(answer.program.trim(), with_import().trim());
    assert_eq!(
        (answer.rule.as_str(), answer.content),
        ("unfenced", Content::Ok)
    );
}

#[test]
fn a_repeated_signature_or_prompt_is_recognised() {
    assert_eq!(completion(FULL).content, Content::Ok);
    let bare = "def total(values):\n";
    let answer = cleaned(ResponseMode::Completion, bare, FULL, None);
    assert_eq!(
        (answer.rule.as_str(), answer.program.as_str()),
        ("repeated_signature", FULL)
    );
    let repeated = format!(
        "{PROMPT}result = 0\n    for v in values:\n        result += v\n    return result\n"
    );
    let answer = completion(&repeated);
    assert_eq!(answer.content, Content::Ok);
    assert!(
        answer.program.ends_with(
            "\"\"\"\n    result = 0\n    for v in values:\n        result += v\n    return result\n"
        ),
        "{}",
        answer.program
    );
}

#[test]
fn lost_indentation_is_restored() {
    let body = "    out = 0\n    for v in values:\n        out += v\n    return out\n";
    let wanted = format!("{PROMPT}{body}");
    let first_line = body.trim_start();
    let all_lines = body.replace("\n    ", "\n").trim_start().to_owned();
    for response in [first_line, &all_lines] {
        let answer = completion(response);
        assert_eq!(
            (answer.program.as_str(), answer.rule.as_str()),
            (wanted.as_str(), "indentation_restored")
        );
    }
    let fenced = chat(&format!("```python\n{body}```"));
    assert_eq!(
        (fenced.program.as_str(), fenced.rule.as_str()),
        (wanted.as_str(), "fence_body")
    );
}

#[test]
fn a_test_is_not_moved_into_the_body() {
    let answer = completion("\n# Test the function\nprint(total([1, 2]))\n");
    assert_eq!(answer.content, Content::Placeholder, "{answer:?}");
}

#[test]
fn a_completion_that_goes_on_is_cut_only_where_it_is_not_code() {
    let solution = "    return add(values)\n\n\ndef add(values):\n    return sum(values)\n";
    let wanted = format!("{PROMPT}{solution}");
    for tail in [
        "\n\ndef next_problem(x):\n    \"\"\" Something el",
        "```\n\nThe function above calls `add`.",
        "\n### Explanation\nThis sums the values, it's easy (see above.\n",
        "\nI hope this helps!",
    ] {
        let answer = completion(&format!("{solution}{tail}"));
        let kept = answer.program.replace("### Explanation\n", "");
        assert_eq!(kept.trim_end(), wanted.trim_end(), "{tail}");
        assert_eq!(answer.content, Content::Ok, "{tail}");
    }
    let whole = format!("{solution}\nprint(total([1]))\n\nclass Next:\n    pass\n");
    assert_eq!(completion(&whole).program, format!("{PROMPT}{whole}"));
}

#[test]
fn what_the_prompt_provides_is_added_once() {
    let prompt = "import math\nfrom typing import List\n\nSCALE = 2\n\ndef scaled(x):\n    \"\"\" Twice x. \"\"\"\n    return x * SCALE\n\n\ndef total(values: List[int]) -> int:\n    \"\"\" The sum. \"\"\"\n";
    let code = "from typing import List\n\ndef total(values: List[int]) -> int:\n    return scaled(math.floor(sum(values)))\n";
    let answer = cleaned(
        ResponseMode::Chat,
        prompt,
        &format!("```python\n{code}```"),
        None,
    );
    for part in [
        "import math",
        "SCALE = 2",
        "def scaled",
        "from typing import List",
    ] {
        assert_eq!(
            answer.program.matches(part).count(),
            1,
            "{part} in {}",
            answer.program
        );
    }
    let again = cleaned(ResponseMode::Chat, prompt, &answer.program, None);
    assert_eq!((again.program, again.changed), (answer.program, false));

    let future = "from __future__ import annotations\n\ndef total(values: List[int]) -> int:\n    return sum(values)\n";
    let answer = chat(future);
    assert!(
        answer
            .program
            .starts_with("from __future__ import annotations\n"),
        "{}",
        answer.program
    );
    assert!(answer.program.contains("from typing import List"));
}

#[test]
fn python_that_only_looks_like_it_is_not_taken() {
    for broken in [
        "def total(values):\n    print values\n    return 0\n",
        "def total(values):\nreturn sum(values)\n",
        "def total(values):\n    out = 0\n      for v in values:\n        out += v\n    return out\n",
        "def total(values):\n    if values:\n        return 1\n      else:\n        return 2\n",
        "def total(values)\n:\n    return 1\n",
        "def total(values):\n    for v in values:\n    return 1\n",
    ] {
        let answer = chat(&format!("```python\n{broken}```"));
        assert_eq!(answer.content, Content::SyntaxError, "{broken}\n{answer:?}");
        assert!(!answer.program.is_empty(), "it can still be run");
    }
}

#[test]
fn every_unusable_answer_is_named() {
    for (response, content) in [
        ("", Content::NoCode),
        (" \n\t", Content::NoCode),
        ("I'm sorry, I can't help with that.", Content::NoCode),
        ("```\n```\n", Content::NoCode),
        ("<|im_end|>\n<|im_start|>user\n", Content::NoCode),
        (
            "```python\ndef total(values):\n    \"\"\"Sum.\"\"\"\n    pass\n```",
            Content::Placeholder,
        ),
        (
            "```python\ndef total(values):\n    # TODO\n    ...\n```",
            Content::Placeholder,
        ),
        (
            "```python\ndef total(values):\n    raise NotImplementedError()\n```",
            Content::Placeholder,
        ),
        (
            "```python\ndef sum_up(values):\n    return sum(values)\n```",
            Content::Incomplete,
        ),
        (
            "```javascript\nfunction total(values) {\n  return 1;\n}\n```",
            Content::WrongLanguage,
        ),
        (
            "```\nfunction total(values) {\n  return 1;\n}\n```",
            Content::WrongLanguage,
        ),
        (
            "```python\ndef total(values):\n    return sum(values\n```",
            Content::SyntaxError,
        ),
    ] {
        let answer = chat(response);
        assert_eq!(answer.content, content, "{response:?}\n{answer:?}");
        assert_eq!(
            answer.program.is_empty(),
            content == Content::NoCode,
            "{response:?}"
        );
    }
    for response in [
        "",
        "\n",
        "```\n\nThe function takes a list.",
        "The sum of the values is easy to see.",
    ] {
        assert_eq!(
            completion(response).content,
            Content::NoCode,
            "{response:?}"
        );
    }
}

#[test]
fn an_answer_cut_at_its_token_limit_is_incomplete() {
    let length = Some(FinishReason::Length);
    for (mode, response) in [
        (
            ResponseMode::Completion,
            "    out = 0\n    for v in values:\n        out +=",
        ),
        (
            ResponseMode::Completion,
            "    out = 0\n    for v in values:\n        out += v\n",
        ),
        (
            ResponseMode::Chat,
            "```python\ndef total(values):\n    out = [v for v in",
        ),
        (
            ResponseMode::Chat,
            "```python\ndef total(values):\n    if values:\n        return 1\n",
        ),
    ] {
        let answer = cleaned(mode, PROMPT, response, length);
        assert_eq!(
            answer.content,
            Content::Incomplete,
            "{response:?}\n{answer:?}"
        );
    }
    // What was cut came after the solution.
    for (mode, response) in [
        (
            ResponseMode::Completion,
            "    return sum(values)\n\n\ndef other(x):\n    return [x",
        ),
        (
            ResponseMode::Chat,
            "```python\ndef total(values):\n    return sum(values)\n```\nThis fun",
        ),
    ] {
        let answer = cleaned(mode, PROMPT, response, length);
        assert_eq!(answer.content, Content::Ok, "{response:?}\n{answer:?}");
    }
}

#[test]
fn methods_are_found_by_their_plain_name() {
    let answer = clean(&CleaningInput {
        response: "```python\nclass Solution:\n    def twoSum(self, a, b):\n        return a + b\n```",
        languages: &[Language::python()],
        prompt: "class Solution:\n    def twoSum(self, a, b):\n",
        entry_point: "Solution().twoSum",
        mode: ResponseMode::Chat,
        finish: None,
    });
    assert_eq!(
        (answer.content, answer.rule.as_str()),
        (Content::Ok, "fence")
    );
    assert_eq!(
        answer.program,
        "class Solution:\n    def twoSum(self, a, b):\n        return a + b\n"
    );
}

#[test]
fn other_languages_are_taken_from_fences_and_joined_with_the_prompt() {
    let javascript = Language::new("js");
    let go = |response: &str, mode| {
        clean(&CleaningInput {
            response,
            languages: std::slice::from_ref(&javascript),
            prompt: "const fs = require('fs');\nfunction total(values) {\n",
            entry_point: "total",
            mode,
            finish: None,
        })
    };
    let fenced = go(
        "Here:\n```javascript\nfunction total(values) {\n  return 1;\n}\n```\nDone.",
        ResponseMode::Chat,
    );
    assert_eq!(
        fenced.program,
        "const fs = require('fs');\n\nfunction total(values) {\n  return 1;\n}\n"
    );
    assert_eq!(fenced.content, Content::Ok);
    let body = go("  return 1;\n}\n", ResponseMode::Completion);
    assert_eq!((body.changed, body.content), (false, Content::Ok));
    let runs_on = go("  return 1;\n}\n\n}\n}\nmore", ResponseMode::Completion);
    assert!(
        runs_on.program.ends_with("return 1;\n}\n") && runs_on.content == Content::Ok,
        "{runs_on:?}"
    );
    assert_eq!(
        go("  return {", ResponseMode::Completion).content,
        Content::Incomplete
    );
    assert_eq!(go("I cannot.", ResponseMode::Chat).content, Content::NoCode);
}
