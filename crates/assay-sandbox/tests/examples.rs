//! The solved problems that prompts show where a data set has none: each is executed against the calls in its own
//! description, in every language there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

mod support;

use assay_core::{Execution, Language, Limits, Problem, TestForm, Verdict};
use assay_sandbox::Program;
use serde::Deserialize;
use support::{Place, open_for};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assay-prompting/examples");

#[derive(Deserialize)]
struct File {
    examples: Vec<Example>,
}

#[derive(Deserialize)]
struct Example {
    name: String,
    prompt: String,
    solution: String,
}

/// A call, and what its description says it comes to.
#[derive(Clone)]
struct Said {
    call: String,
    expected: String,
}

/// `>>> call` with the result below it in Python, `call returns result` elsewhere.
fn said(prompt: &str) -> Vec<Said> {
    let lines: Vec<&str> = prompt.lines().map(str::trim).collect();
    let doctests = lines.windows(2).filter_map(|pair| {
        let call = pair[0].strip_prefix(">>> ")?;
        Some((call, pair[1]))
    });
    let sentences = lines.iter().filter_map(|line| {
        let line = line.trim_start_matches(['/', '*', ' ']);
        // "shelfWidth returns the width of …" is no call.
        line.split_once(" returns ")
            .filter(|(call, _)| call.ends_with(')'))
    });
    doctests
        .chain(sentences)
        .map(|(call, expected)| Said {
            call: call.to_owned(),
            expected: expected.to_owned(),
        })
        .collect()
}

/// The calls as tests of a language, which fail where a result is another.
fn tests(language: &str, said: &[Said]) -> String {
    let each = |test: fn(&Said) -> String| said.iter().map(test).collect::<Vec<_>>().join("\n");
    let main = |open: &str, body: String, close: &str| format!("{open}\n{body}\n{close}\n");
    match language {
        "python" => each(|s| format!("assert ({}) == ({})", s.call, s.expected)),
        "javascript" => main(
            "const assert = require('node:assert');",
            each(|s| format!("assert.deepStrictEqual({}, {});", s.call, s.expected)),
            "",
        ),
        "typescript" => each(|s| {
            let (call, expected) = (&s.call, &s.expected);
            format!("if ({call} !== {expected}) {{ throw new Error('wrong answer'); }}")
        }),
        "php" => each(|s| format!("assert({} === {});", s.call, s.expected)),
        "rust" => main(
            "fn main() {",
            each(|s| format!("assert_eq!({}, {});", s.call, s.expected)),
            "}",
        ),
        "go" => main(
            "func main() {",
            each(|s| {
                let (call, expected) = (&s.call, &s.expected);
                format!("if {call} != {expected} {{ panic(\"wrong answer\") }}")
            }),
            "}",
        ),
        "cpp" => main(
            "int main() {",
            each(|s| format!("if (!({} == {})) {{ return 1; }}", s.call, s.expected)),
            "}",
        ),
        "java" => main(
            "public class Main { public static void main(String[] args) {",
            each(|s| {
                let (call, expected) = (&s.call, &s.expected);
                format!(
                    "if (!java.util.Objects.equals(Solution.{call}, {expected})) {{ throw new AssertionError(); }}"
                )
            }),
            "} }",
        ),
        other => panic!("{other}: say how its results are compared"),
    }
}

async fn execute(place: &Place, language: &str, example: &Example, said: &[Said]) -> Execution {
    let entry_point = said[0].call.split('(').next().unwrap();
    let problem = Problem {
        dataset: "examples".into(),
        id: example.name.as_str().into(),
        cluster: example.name.clone(),
        language: Language::new(language),
        prompt: example.prompt.clone(),
        entry_point: entry_point.to_owned(),
        canonical_solution: None,
        setup: String::new(),
        tests: String::new(),
        test_form: TestForm::Statements,
    };
    let source = format!("{}{}", example.prompt, example.solution);
    let program = Program::checked(&problem, source, tests(language, said));
    place.run(&program, &Limits::default()).await
}

async fn examples_do_what_they_say(language: &str) {
    let text = std::fs::read_to_string(format!("{EXAMPLES}/{language}.toml")).unwrap();
    let file: File = toml::from_str(&text).unwrap();
    assert!(file.examples.len() >= 3);
    let place = open_for(&Language::new(language), |_| {}).await;
    for example in &file.examples {
        let said = said(&example.prompt);
        assert!(said.len() >= 2, "{language} {}", example.name);
        let done = execute(&place, language, example, &said).await;
        let name = &example.name;
        assert_eq!(
            done.verdict,
            Verdict::Passed,
            "{language} {name}: {done:#?}"
        );
        // The tests do tell: with another call's result the same solution is wrong.
        let mut wrong = said.clone();
        wrong[0].expected.clone_from(&said[1].expected);
        let done = execute(&place, language, example, &wrong).await;
        assert!(
            matches!(done.verdict, Verdict::Failed | Verdict::Exception),
            "{language} {name}: {done:#?}"
        );
    }
}

macro_rules! examples {
    ($($language:ident)*) => {$(
        #[tokio::test]
        async fn $language() {
            examples_do_what_they_say(stringify!($language)).await;
        }
    )*};
}

examples! { python javascript typescript java cpp go rust php }

/// A file for which there is no test above would not be executed.
#[test]
fn every_file_is_executed() {
    let mut files: Vec<String> = std::fs::read_dir(EXAMPLES)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let known = [
        "cpp",
        "go",
        "java",
        "javascript",
        "php",
        "python",
        "rust",
        "typescript",
    ];
    assert_eq!(files, known.map(|language| format!("{language}.toml")));
}
