//! The prompts themselves: what a model is sent is part of every result.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

use assay_core::{Coded, Language, Problem, Prompt, ResponseMode, StrategyId, TestForm};
use assay_prompting::{AUTO, PromptingError, Strategies, Strategy};

fn problem() -> Problem {
    Problem {
        dataset: "example".into(),
        id: "example/0".into(),
        cluster: "example/0".to_owned(),
        language: Language::python(),
        prompt: "from typing import List\n\n\ndef total(values: List[int]) -> int:\n    \"\"\" The sum of `values`: {{ not a template }}.\n    >>> total([1, 2])\n    3\n    \"\"\"\n".to_owned(),
        entry_point: "total".to_owned(),
        canonical_solution: Some("    return sum(values)\n".to_owned()),
        setup: String::new(),
        tests: "def check(candidate):\n    assert candidate([4, 5]) == 9\n".to_owned(),
        test_form: TestForm::CheckFunction,
    }
}

fn strategies() -> Strategies {
    Strategies::builtin().unwrap()
}

#[test]
fn completion_is_the_prompt_byte_for_byte() {
    let built = strategies()
        .build(&StrategyId::from("completion"), &problem(), false)
        .unwrap();
    assert_eq!(
        built.prompt,
        Prompt::Completion {
            text: problem().prompt
        }
    );
    assert_eq!(built.mode, ResponseMode::Completion);
    assert!(built.stop.contains(&"\nclass ".to_owned()));
}

#[test]
fn prompts_are_what_they_were() {
    for id in strategies().iter().map(|s| s.id.clone()) {
        for language in ["python", "cpp"] {
            let mut problem = problem();
            problem.language = Language::new(language);
            let built = strategies().build(&id, &problem, true).unwrap();
            insta::assert_json_snapshot!(
                format!("{id}-{language}"),
                (&built.prompt, &built.stop, &built.strategy)
            );
        }
    }
}

#[test]
fn auto_asks_each_model_as_it_can_answer() {
    let strategies = strategies();
    let auto = StrategyId::from(AUTO);
    let chat = strategies.build(&auto, &problem(), true).unwrap();
    assert_eq!(
        (chat.strategy.as_str(), chat.mode),
        ("instruct", ResponseMode::Chat)
    );
    let completion = strategies.build(&auto, &problem(), false).unwrap();
    assert_eq!(
        (completion.strategy.as_str(), completion.mode),
        ("completion", ResponseMode::Completion)
    );
}

#[test]
fn a_chat_strategy_without_a_chat_template_is_refused() {
    let error = strategies()
        .build(&StrategyId::from("instruct"), &problem(), false)
        .unwrap_err();
    assert_eq!(error.code(), "strategy-needs-chat");
}

#[test]
fn an_unknown_strategy_names_the_known_ones() {
    let error = strategies().get(&StrategyId::from("magic")).unwrap_err();
    let hint = error.hint().unwrap();
    for id in ["auto", "completion", "instruct"] {
        assert!(hint.contains(id), "{hint}");
    }
}

#[test]
fn wrong_files_are_refused_with_their_name_and_reason() {
    let head = "title = 't'\ndescription = 'd'\n";
    for (text, reason) in [
        ("id = 'a'\nkind = 'completion'\n", "template"),
        ("id = 'a'\nkind = 'chat'\n", "messages"),
        ("id = 'A b'\nkind = 'chat'\n", "id"),
        (
            "id = 'auto'\nkind = 'completion'\ntemplate = 'x'\n",
            "taken",
        ),
        (
            "id = 'a'\nkind = 'completion'\ntemplate = 'x'\nstop = 1\n",
            "stop",
        ),
        (
            "id = 'a'\nkind = 'completion'\ntemplate = 'x'\n[stops]\npython = ['']\n",
            "empty",
        ),
    ] {
        let error = Strategy::from_toml("mine.toml", &format!("{head}{text}")).unwrap_err();
        let message = error.info().message;
        assert!(
            message.contains("mine.toml") && message.contains(reason),
            "{message}"
        );
    }
    let broken = format!("{head}id = 'a'\nkind = 'completion'\ntemplate = '{{{{ prompt'\n");
    assert!(matches!(
        Strategy::from_toml("mine.toml", &broken).unwrap_err(),
        PromptingError::Template { .. }
    ));
}

#[test]
fn a_template_cannot_reach_the_tests() {
    for field in ["tests", "problem.tests", "canonical_solution"] {
        let text = format!(
            "id = 'leak'\ntitle = 't'\ndescription = 'd'\nkind = 'completion'\ntemplate = '{{{{ {field} }}}}'\n"
        );
        let strategy = Strategy::from_toml("leak.toml", &text).unwrap();
        assert!(strategy.build(&problem()).is_err(), "{field}");
    }
}

proptest::proptest! {
    /// What a prompt says does not depend on the hidden tests or the reference solution in any way.
    #[test]
    fn hidden_tests_never_appear(tests in "\\PC{0,200}", solution in "\\PC{0,200}", prompt in "\\PC{0,200}") {
        let strategies = strategies();
        let mut shown = problem();
        shown.prompt = prompt;
        let mut other = shown.clone();
        other.tests = tests;
        other.canonical_solution = Some(solution);
        for strategy in strategies.iter() {
            proptest::prop_assert_eq!(strategy.build(&shown).unwrap(), strategy.build(&other).unwrap());
        }
    }
}
