//! How long replies of a megabyte take, by shape and language:
//! `cargo run --release -p assay-cleaning --example throughput`.

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
        "class Solution {\n    static int f(int x) {\n        return x + 1;\n    }\n}\n\n",
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

/// What a shape repeats, and what stands before it; `@` is the language's function.
const SHAPES: [(&str, &str, &str); 34] = [
    ("code", "", "@"),
    ("code in a fence", "Sure:\n```\n", "@"),
    ("fences of code", "", "Here:\n```\n@```\n"),
    (
        "code after prose",
        "",
        "This is how it is done, isn't it?\n\n@",
    ),
    (
        "prose",
        "",
        "The quick brown fox isn't lazy; it jumps (over) the dog.\n",
    ),
    (
        "prose in one line",
        "",
        "It isn't lazy, it jumps (over the dog; ",
    ),
    ("code in a quotation", "", "> @"),
    (
        "unclosed reasoning",
        "<think>\n",
        "maybe so, maybe not\n```\n@```\n",
    ),
    ("marks of reasoning", "", "<think>\nx\n"),
    ("closing marks of reasoning", "", "x</think>\n"),
    ("back quotes", "", "```"),
    ("opening marks", "", "```python\n"),
    ("marks and words", "", "~~~ x\n``` y\n"),
    ("brackets", "", "("),
    ("curly brackets", "", "{"),
    ("curly brackets, closed", "", "{}"),
    ("closing brackets", "", ")}]"),
    ("brackets in lines", "", "f([{\n"),
    ("quotes", "", "\"'"),
    ("triple quotes", "", "\"\"\"'''\n"),
    ("an open comment", "/*\n", "x = 1;\n"),
    ("open comments", "", "/* "),
    ("raw strings", "", "r#\"R\"x("),
    ("less than", "", "a < b <"),
    ("blank lines", "", "\n"),
    ("comments", "", "# x\n// y\n"),
    ("nested blocks", "", "if x:\n for y in z:\n"),
    ("backslashes", "", "\\\n"),
    ("escaped", "", "if a &lt; b &amp;&amp; c:\n"),
    ("a transcript", "", ">>> f(1)\n1\n"),
    ("numbered lines", "", "1 x = 1\n"),
    ("emoji and NUL", "", "\u{1f642}\0é\u{2028}"),
    ("line ends of two bytes", "", "x = 1\r\n"),
    (
        "half functions",
        "",
        "def f(x):\nfunction f(x) {\nint f(int x) {\n",
    ),
];

fn main() {
    println!("replies of 1 MiB: {} shapes, both modes", SHAPES.len());
    let mut worst: Vec<(Duration, String)> = Vec::new();
    for (language, prompt, function) in LANGUAGES {
        let asked = [Language::new(language)];
        let (mut slowest, mut over) = (Duration::ZERO, 0);
        for (shape, before, piece) in SHAPES {
            let piece = piece.replace('@', function);
            let mut reply = before.to_owned();
            while reply.len() < SIZE {
                reply.push_str(&piece);
            }
            for (mode, name) in [
                (ResponseMode::Chat, "chat"),
                (ResponseMode::Completion, "completion"),
            ] {
                for (languages, which) in [(&asked[..], language), (&[], "any")] {
                    if which == "any" && language != "python" {
                        continue;
                    }
                    let start = processor_time();
                    let cleaned = clean(&CleaningInput {
                        response: &reply,
                        languages,
                        prompt,
                        entry_point: "f",
                        mode,
                        finish: None,
                    });
                    std::hint::black_box(cleaned);
                    let taken = processor_time().saturating_sub(start);
                    slowest = slowest.max(taken);
                    if taken > LIMIT {
                        over += 1;
                        println!("{:>8.1} ms  {which}, {name}: {shape}", ms(taken));
                    }
                    worst.push((taken, format!("{which}, {name}: {shape}")));
                }
            }
        }
        println!(
            "{language:<12} slowest {:>7.1} ms, over 300 ms: {over}",
            ms(slowest)
        );
    }
    worst.sort_by_key(|found| std::cmp::Reverse(found.0));
    let all = worst.len();
    println!(
        "median {:.1} ms of {all}; the slowest:",
        ms(worst[all / 2].0)
    );
    for (taken, what) in worst.iter().take(12) {
        println!("{:>8.1} ms  {what}", ms(*taken));
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
