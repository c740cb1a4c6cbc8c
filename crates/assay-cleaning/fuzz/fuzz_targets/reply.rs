//! Any reply to any prompt: the first byte chooses the language and mode, the second the prompt, and what follows
//! is the reply.

#![no_main]

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::{Content, Language};
use libfuzzer_sys::fuzz_target;

const LANGUAGES: [&str; 9] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "cpp",
    "go",
    "rust",
    "php",
    "ruby",
];

const PROMPTS: [(&str, &str); 10] = [
    ("", ""),
    ("", "f"),
    ("def f(x):\n    \"\"\" Doc. \"\"\"\n", "f"),
    ("function f(x) {\n", "f"),
    ("import { a } from 'a';\nfunction f(x: number): number {\n", ""),
    ("import java.util.*;\nclass Solution {\n    static int f(int x) {\n", "f"),
    ("#include <vector>\nint f(int x) {\n", ""),
    ("package main\n\nimport (\n\t\"fmt\"\n)\n\nfunc f(x int) int {\n", "f"),
    ("use std::{fmt, cmp};\nfn f(x: i64) -> i64 {\n", "f"),
    ("<?php\nfunction f($x) {\n", ""),
];

fuzz_target!(|data: &[u8]| {
    let [first, second, reply @ ..] = data else {
        return;
    };
    let response = String::from_utf8_lossy(reply);
    let languages: Vec<Language> = LANGUAGES
        .get(usize::from(first / 2) % (LANGUAGES.len() + 1))
        .map(|language| Language::new(language))
        .into_iter()
        .collect();
    let (prompt, entry_point) = PROMPTS[usize::from(*second) % PROMPTS.len()];
    let mode = if first % 2 == 0 {
        ResponseMode::Chat
    } else {
        ResponseMode::Completion
    };
    let cleaned = clean(&CleaningInput {
        response: &response,
        languages: &languages,
        prompt,
        entry_point,
        mode,
        finish: None,
    });
    assert!((0.0..=1.0).contains(&cleaned.confidence));
    assert_eq!(cleaned.content == Content::NoCode, cleaned.language.is_none());
    if cleaned.program.is_empty() {
        assert_eq!(cleaned.content, Content::NoCode);
    }
    let naive = match mode {
        ResponseMode::Chat => response.into_owned(),
        ResponseMode::Completion => format!("{prompt}{response}"),
    };
    assert_eq!(cleaned.changed, cleaned.program != naive);
});
