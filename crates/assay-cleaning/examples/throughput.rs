//! How long replies of a megabyte take, by shape and language:
//! `cargo run --release -p assay-cleaning --example throughput -- [WORDS OF THE SHAPES]`.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::time::Duration;

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::Language;

const SIZE: usize = 1 << 20;
/// What a reply of this size may take.
const LIMIT: Duration = Duration::from_millis(300);

const LANGUAGES: [(&str, &str, &str); 8] = [
    (
        "python",
        "def f(x):\n",
        "def f(x):\n    y = [i for i in range(x)]\n    return sum(y)\n\n",
    ),
    (
        "javascript",
        "function f(x) {\n",
        "function f(x) {\n  const y = [x, x];\n  return y.length;\n}\n\n",
    ),
    (
        "typescript",
        "function f(x: number): number {\n",
        "function f(x: number): number {\n  const y: number[] = [x];\n  return y.length;\n}\n\n",
    ),
    (
        "java",
        "class Solution {\n    static int f(int x) {\n",
        "class Solution {\n    static int f(int x) {\n        int y = x;\n        return y + 1;\n    }\n}\n\n",
    ),
    (
        "cpp",
        "int f(int x) {\n",
        "int f(int x) {\n  std::vector<int> y{x};\n  return y.size();\n}\n\n",
    ),
    (
        "go",
        "func f(x int) int {\n",
        "func f(x int) int {\n\ty := []int{x}\n\treturn len(y)\n}\n\n",
    ),
    (
        "rust",
        "fn f(x: i64) -> i64 {\n",
        "fn f(x: i64) -> i64 {\n    let y = vec![x];\n    y.len() as i64\n}\n\n",
    ),
    (
        "php",
        "<?php\nfunction f($x) {\n",
        "function f($x) {\n    $y = [$x];\n    return count($y);\n}\n\n",
    ),
];

/// What a shape repeats, and what stands before and after it; `@` is the language's function, `%` the same with
/// other names each time.
const SHAPES: &[(&str, &str, &str, &str)] = &[
    ("code", "", "@", ""),
    ("code, no two functions alike", "", "%", ""),
    ("code that does not follow", "g(1)\n\n", "@", ""),
    ("prose and then code", "This isn't hard:\n\n", "@", ""),
    ("code and then an error", "", "@", "x = (((\n"),
    (
        "code and then prose",
        "",
        "@",
        "\nI hope it helps, doesn't it?\n",
    ),
    ("code in a fence", "Sure:\n```\n", "@", ""),
    ("fences of code", "", "Here:\n```\n@```\n", ""),
    (
        "code after prose",
        "",
        "This is how it is done, isn't it?\n\n@",
        "",
    ),
    (
        "prose",
        "",
        "The quick brown fox isn't lazy; it jumps (over) the dog.\n",
        "",
    ),
    (
        "prose in one line",
        "",
        "It isn't lazy, it jumps (over the dog; ",
        "",
    ),
    ("code in a quotation", "", "> @", ""),
    (
        "unclosed reasoning",
        "<think>\n",
        "maybe so, maybe not\n```\n@```\n",
        "",
    ),
    ("marks of reasoning", "", "<think>\nx\n", ""),
    ("closing marks of reasoning", "", "x</think>\n", ""),
    ("back quotes", "", "```", ""),
    ("opening marks", "", "```python\n", ""),
    ("marks and words", "", "~~~ x\n``` y\n", ""),
    ("brackets", "", "(", ""),
    ("curly brackets", "", "{", ""),
    ("curly brackets, closed", "", "{}", ""),
    ("closing brackets", "", ")}]", ""),
    ("brackets in lines", "", "f([{\n", ""),
    ("quotes", "", "\"'", ""),
    ("triple quotes", "", "\"\"\"'''\n", ""),
    ("an open comment", "/*\n", "x = 1;\n", ""),
    ("open comments", "", "/* ", ""),
    ("raw strings", "", "r#\"R\"x(", ""),
    ("less than", "", "a < b <", ""),
    ("blank lines", "", "\n", ""),
    ("comments", "", "# x\n// y\n", ""),
    ("nested blocks", "", "if x:\n for y in z:\n", ""),
    ("backslashes", "", "\\\n", ""),
    ("escaped", "", "if a &lt; b &amp;&amp; c:\n", ""),
    ("a transcript", "", ">>> f(1)\n1\n", ""),
    ("numbered lines", "", "1 x = 1\n", ""),
    ("emoji and NUL", "", "\u{1f642}\0é\u{2028}", ""),
    ("line ends of two bytes", "", "x = 1\r\n", ""),
    (
        "half functions",
        "",
        "def f(x):\nfunction f(x) {\nint f(int x) {\n",
        "",
    ),
    ("an unclosed fence", "Sure:\n```\n", "@", "x = (((\n"),
    ("fences of prose", "", "```\nIt isn't lazy.\n```\n", ""),
    (
        "fences of half functions",
        "",
        "```\ndef f(x):\n  if (x) {\n```\n",
        "",
    ),
    ("one long list", "x = [\n", "1, 2.5, \"a\",\n", "]\n"),
    ("one long line", "", "x = g(1); ", ""),
    ("JSON", "{\n", "\"a\": {\"b\": [1, null]},\n", "\"c\": 0}\n"),
    ("elements", "", "<li class=\"a\">isn't</li>\n", ""),
    ("a table", "", "| a | `f(1)` |\n|---|---|\n", ""),
    ("a list", "", "- **f** isn't `g(x)`\n", ""),
    ("prose in Chinese", "", "这个函数返回列表的总和。", ""),
    ("code, indented", "", "    @", ""),
    ("one word", "", "a", ""),
    ("blanks", "", " ", ""),
    ("words", "", "a b ", ""),
    ("slashes", "", "= /a ", ""),
    ("templates", "", "`${", ""),
    ("assignments", "", "x = 1\n", ""),
    ("calls within calls", "", "f(x, ", ""),
    ("operators", "", "a + -", ""),
    ("a difference", "", "+x = 1\n-y = 2\n", ""),
    ("imports", "", "import a\nuse a::b;\n#include <a>\n", ""),
    ("end marks", "", "<|im_start|>user\n<|im_end|>\n", ""),
    ("less-thans and prose", "", "<x>isn't</x> <|a|> ", ""),
    (
        "definitions without end",
        "",
        "class A:\n  def f(self):\n",
        "",
    ),
    (
        "functions within functions",
        "",
        "function f(x) { return ",
        "",
    ),
];

fn main() {
    println!(
        "Milliseconds of processor time for a reply of 1 MiB, the slower of the two modes; 'any': no language asked for.\n"
    );
    let mut titles = String::new();
    for (language, ..) in LANGUAGES {
        titles += &format!(" {language} |");
    }
    println!(
        "| reply |{titles} any |\n|---|{}",
        "---|".repeat(LANGUAGES.len() + 1)
    );
    let (mut all, mut over) = (Vec::new(), 0);
    let wanted = std::env::args().nth(1).unwrap_or_default();
    for &(shape, before, piece, after) in SHAPES {
        if !shape.contains(&wanted) {
            continue;
        }
        let mut row = String::new();
        // Of no language in particular: one of the eight for each shape, in turn.
        let any = all.len() / (LANGUAGES.len() + 1) % LANGUAGES.len();
        let in_one = LANGUAGES.map(|asked| (asked, vec![Language::new(asked.0)]));
        for (asked, languages) in in_one.into_iter().chain([(LANGUAGES[any], Vec::new())]) {
            let (_, prompt, function) = asked;
            let slower = [ResponseMode::Chat, ResponseMode::Completion]
                .map(|mode| {
                    take(
                        &reply([before, piece, after], function),
                        &languages,
                        prompt,
                        mode,
                    )
                })
                .into_iter()
                .max();
            let taken = slower.unwrap_or_default();
            over += usize::from(taken > LIMIT);
            row += &format!(" {:.0} |", ms(taken));
            all.push(taken);
        }
        println!("| {shape} |{row}");
    }
    all.sort();
    println!(
        "\nmedian {:.0} ms, slowest {:.0} ms; {over} of {} over {:.0} ms",
        ms(all[all.len() / 2]),
        ms(all[all.len() - 1]),
        all.len(),
        ms(LIMIT)
    );
}

/// A reply of 1 MiB.
fn reply([before, piece, after]: [&str; 3], function: &str) -> String {
    let piece = piece.replace('@', function);
    let mut reply = before.to_owned();
    let mut count = 0_usize;
    while reply.len() < SIZE {
        if piece.contains('%') {
            let other = function.replace('y', &format!("y{count}"));
            reply.push_str(&piece.replace('%', &other));
        } else {
            reply.push_str(&piece);
        }
        count += 1;
    }
    reply + after
}

/// The least of two: the machine has other things to do.
fn take(reply: &str, languages: &[Language], prompt: &str, mode: ResponseMode) -> Duration {
    let once = || {
        let start = processor_time();
        std::hint::black_box(clean(&CleaningInput {
            response: reply,
            languages,
            prompt,
            entry_point: "f",
            mode,
            finish: None,
        }));
        processor_time().saturating_sub(start)
    };
    let first = once();
    if first > LIMIT * 2 / 3 {
        first.min(once())
    } else {
        first
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// What this thread has had of a processor, as Linux tells it: the machine has other things to do.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}
