//! Cleans random replies made of what trips parsers, and tells the slowest:
//! `cargo run --release -p assay-cleaning --example fuzz -- SECONDS [SEED [FILE]]`.
//!
//! FILE holds the seed of the reply at work. A panic ends it with the seed of the reply. Slow inputs are repeated at twice their length: time that
//! more than triples, twice, is not linear.

#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::Language;

const LANGUAGES: [&str; 8] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "cpp",
    "go",
    "rust",
    "php",
];

const PROMPTS: [&str; 9] = [
    "",
    "def f(x):\n    \"\"\" Doc. \"\"\"\n",
    "function f(x) {\n",
    "function f(x: number): number {\n",
    "class Solution {\n    static int f(int x) {\n",
    "#include <vector>\nint f(int x) {\n",
    "package main\n\nfunc f(x int) int {\n",
    "use std::fmt;\nfn f(x: i64) -> i64 {\n",
    "<?php\nfunction f($x) {\n",
];

const PIECES: &[&str] = &[
    "```",
    "```\n",
    "```python\n",
    "````\n",
    "~~~\n",
    "~~~ js\n",
    "    ```rust\n",
    "\t```\n",
    "> ",
    "> ```\n",
    "'''python\n",
    "<think>",
    "</think>\n",
    "<think>\n",
    "<|channel|>final<|message|>",
    "<|channel|>",
    "<|im_end|>",
    "<|im_start|>",
    "</s>",
    "[INST]",
    "[/INST]\n",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "'''",
    "\\",
    "\\\n",
    "\\\"",
    "/*",
    "*/",
    "//",
    "#",
    "# x\n",
    "<!--",
    "r#\"",
    "\"#",
    "R\"x(",
    ")x\"",
    "f'{x",
    "${",
    "`${`",
    "/[/",
    "?",
    ":",
    ";",
    ",",
    ".",
    "=",
    "=>",
    "->",
    "::",
    "@",
    "$",
    "&lt;",
    "&amp;",
    "def f(x):\n",
    "    return x\n",
    "\treturn x\n",
    "def f(x): return x\n",
    "class A:\n",
    "async ",
    "lambda: ",
    "if x:\n",
    "else:\n",
    "elif\n",
    "import a\n",
    "from a import b\n",
    "function f(x) {\n",
    "  return x;\n",
    "}\n",
    "int f(int x) {\n",
    "template <typename T>\n",
    "#include <x>\n",
    "public static int f(int x) {\n",
    "class A {\n",
    "func f(x int) int {\n",
    "package a\n",
    "fn f(x: i64) -> i64 {\n",
    "impl<'a> A<'a> {\n",
    "use a::{b, c};\n",
    "<?php\n",
    "?>\n",
    "function f($x) {\n",
    "It isn't ",
    "Here is (the code:\n",
    "1 ",
    ">>> ",
    "... ",
    "In [1]: ",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "é\u{1f642}\u{2028}",
    " ",
];

/// Small, fast, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 33) as usize % n.max(1)
    }
}

/// A reply of about `length` bytes: a few motifs of a few pieces, repeated by chance lengths.
fn reply(random: &mut Random, length: usize) -> String {
    let mut text = String::with_capacity(length + 64);
    while text.len() < length {
        let mut motif = String::new();
        for _ in 0..=random.below(6) {
            motif.push_str(PIECES[random.below(PIECES.len())]);
        }
        let most = (length - text.len()) / motif.len() + 1;
        let times = match random.below(3) {
            0 => 1,
            1 => random.below(20) + 1,
            _ => random.below(most) + 1,
        };
        for _ in 0..times.min(most) {
            text.push_str(&motif);
        }
    }
    text
}

fn take(text: &str, languages: &[Language], prompt: &str, mode: ResponseMode) -> Duration {
    let start = processor_time();
    std::hint::black_box(clean(&CleaningInput {
        response: text,
        languages,
        prompt,
        entry_point: "f",
        mode,
        finish: None,
    }));
    processor_time().saturating_sub(start)
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let seconds = given.next().and_then(|s| s.parse().ok()).unwrap_or(60);
    let first: u64 = given.next().and_then(|s| s.parse().ok()).unwrap_or(1);
    let file = given.next();
    let started = Instant::now();
    let (mut inputs, mut bytes, mut grown, mut refuted) = (0_u64, 0_u64, 0_u32, 0_u32);
    let mut worst: Vec<(f64, u64, usize, Duration)> = Vec::new();
    let mut seed = first;
    while started.elapsed() < Duration::from_secs(seconds) {
        seed += 1;
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        // Mostly short, so that many are tried; some long, so that what grows shows.
        let length =
            [200, 2_000, 8_000, 65_536, 300_000][[0, 0, 0, 1, 1, 1, 2, 2, 3, 4][random.below(10)]];
        let text = reply(&mut random, length);
        let which = random.below(LANGUAGES.len() + 1);
        let languages: Vec<Language> = LANGUAGES
            .get(which)
            .map(|l| Language::new(l))
            .into_iter()
            .collect();
        let prompt = PROMPTS[random.below(PROMPTS.len())];
        let mode = if random.below(2) == 0 {
            ResponseMode::Chat
        } else {
            ResponseMode::Completion
        };
        let told = seed;
        if let Some(file) = &file {
            // What the grammars' C does wrong ends the process without a word.
            let _ = std::fs::write(file, format!("{seed}\n"));
        }
        let caught = std::panic::catch_unwind(|| take(&text, &languages, prompt, mode));
        let Ok(mut taken) = caught else {
            println!("panic at seed {told}, {} bytes", text.len());
            return ExitCode::FAILURE;
        };
        inputs += 1;
        bytes += text.len() as u64;
        if text.len() < 65_536 {
            continue;
        }
        let per_byte = |taken: Duration, length: usize| taken.as_nanos() as f64 / length as f64;
        if per_byte(taken, text.len()) > 150.0 {
            // Again: the machine has other things to do.
            taken = taken.min(take(&text, &languages, prompt, mode));
        }
        if per_byte(taken, text.len()) > 150.0 {
            grown += 1;
            let twice = text.repeat(2);
            let longer =
                take(&twice, &languages, prompt, mode).min(take(&twice, &languages, prompt, mode));
            let longest = take(&text.repeat(4), &languages, prompt, mode);
            // Once may be a bound of what is looked at that twice the length steps over.
            if longer > taken * 3 && longest > longer * 3 {
                refuted += 1;
                println!(
                    "seed {seed}: {} bytes in {taken:?}, twice that in {longer:?}, again in {longest:?}",
                    text.len()
                );
            }
        }
        worst.push((per_byte(taken, text.len()), seed, text.len(), taken));
        worst.sort_by(|a, b| b.0.total_cmp(&a.0));
        worst.truncate(5);
    }
    println!(
        "{inputs} replies, {:.1} MB, {} s, seeds {}..={seed}: no panic; {grown} looked at at twice and four times their length, {refuted} of them more than three times slower each time",
        bytes as f64 / 1e6,
        started.elapsed().as_secs(),
        first + 1
    );
    for (per_byte, seed, length, taken) in worst {
        println!("{per_byte:>8.1} ns a byte: {length} bytes in {taken:?}, seed {seed}");
    }
    ExitCode::SUCCESS
}

/// What this thread has had of a processor, as Linux tells it: the machine has other things to do.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|n| n.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}
