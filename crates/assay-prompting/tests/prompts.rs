//! The prompts themselves: what a model is sent is part of every result.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

mod support;

use std::sync::LazyLock;

use assay_core::{Coded, Language, Prompt, ResponseMode, StrategyId};
use assay_prompting::{
    AUTO, Feedback, FeedbackKind, ModelFacts, PublicProblem, Strategies, TurnReply,
};
use support::{base, chat, completing, plan, pool, problem, problems, strategies};

#[test]
fn completion_is_the_prompt_without_the_space_at_its_end() {
    let built = plan("completion", &problem("python"), &base())
        .unwrap()
        .first()
        .unwrap();
    assert_eq!(
        built.prompt,
        Prompt::Completion {
            text: problem("python").prompt.trim_end().to_owned()
        }
    );
    assert!(problem("python").prompt.ends_with('\n'));
    assert_eq!(built.mode, ResponseMode::Completion);
    assert!(built.stop.contains(&"\nclass ".to_owned()));
}

#[test]
fn what_is_continued_ends_on_no_white_space_inside_a_function() {
    for id in ["completion", "few-shot-completion", "prefill"] {
        for language in ["python", "java", "cpp"] {
            let problem = problem(language);
            let facts = if id == "prefill" { chat() } else { base() };
            let built = plan(id, &problem, &facts).unwrap().first().unwrap();
            let sent = match built.prompt {
                Prompt::Completion { text } => text,
                Prompt::Chat { mut messages } => messages.pop().unwrap().content,
            };
            assert!(problem.prompt.ends_with('\n'));
            assert!(
                sent.ends_with(problem.prompt.trim_end()),
                "{id}, {language}: {sent}"
            );
        }
    }
}

#[test]
fn what_is_continued_keeps_its_end_where_the_function_is_still_to_begin() {
    for prompt in [
        "\"\"\"\nWrite a function total.\nassert total([1]) == 1\n\"\"\"\n",
        "\"\"\"\nWrite `def total(x): ...`\n\"\"\"\n",
        "def total(values):\n    # your code here\n",
        "int total(int a) {\n    // Adds.\n",
        "",
        "\n",
    ] {
        let mut asked = problem("python");
        asked.prompt = prompt.to_owned();
        assert_eq!(PublicProblem::of(&asked).beginning(), prompt);
    }
}

/// Every strategy × problems of three languages × models that take messages, that complete by their family's template, and
/// that only complete.
#[test]
fn prompts_are_what_they_were() {
    let mut shown = 0;
    for strategy in strategies().iter() {
        let id = strategy.id.as_str();
        for language in ["python", "java", "cpp"] {
            for (kind, facts) in [
                ("chat", chat()),
                ("template", completing()),
                ("base", base()),
            ] {
                let plan = match plan(id, &problem(language), &facts) {
                    Ok(plan) => plan,
                    Err(error) => {
                        assert_eq!(error.code(), "strategy-needs-chat", "{id} {kind}");
                        assert_eq!(kind, "base");
                        continue;
                    }
                };
                // A text does not depend on whether messages could be sent too.
                if kind == "template" && !plan.strategy().kind.sends_messages()
                    || kind == "chat" && id.contains("completion")
                {
                    continue;
                }
                let turns: Vec<_> = plan
                    .preview()
                    .unwrap()
                    .into_iter()
                    .map(|turn| {
                        let built = turn.prompt;
                        assert_eq!(built.strategy.as_str(), id);
                        format!(
                            "=== {:?}, stops {:?}{}\n{}\n",
                            built.mode,
                            built.stop,
                            if turn.on_feedback {
                                ", on feedback"
                            } else {
                                ""
                            },
                            built.prompt.display_text()
                        )
                    })
                    .collect();
                shown += 1;
                insta::assert_snapshot!(format!("{id}-{kind}-{language}"), turns.join("\n"));
            }
        }
    }
    assert!(shown > 50, "{shown}");
}

#[test]
fn auto_asks_each_model_as_it_can_answer() {
    let strategies = strategies();
    let auto = StrategyId::from(AUTO);
    let resolved = |facts: &ModelFacts| strategies.resolve(&auto, facts).unwrap().id.to_string();
    assert_eq!(resolved(&chat()), "instruct");
    assert_eq!(resolved(&base()), "completion");
    // Its server only completes, and its name says that it answers messages.
    assert_eq!(resolved(&completing()), "instruct");
}

#[test]
fn a_model_is_not_asked_in_a_way_it_cannot_answer() {
    let only_chat = ModelFacts::new("qwen2.5-coder-7b-instruct", true, false);
    let no_gaps = ModelFacts::new("codellama-7b-python", false, true);
    for (id, facts, code) in [
        ("instruct", base(), "strategy-needs-chat"),
        ("prefill", base(), "strategy-needs-chat"),
        ("completion", only_chat, "strategy-needs-completion"),
        ("fill-in-the-middle", no_gaps, "strategy-needs-gap-marks"),
        ("magic", chat(), "unknown-strategy"),
    ] {
        assert_eq!(
            plan(id, &problem("python"), &facts).unwrap_err().code(),
            code,
            "{id}"
        );
    }
    let hint = strategies()
        .get(&StrategyId::from("magic"))
        .unwrap_err()
        .hint()
        .unwrap();
    for id in ["auto", "completion", "self-repair"] {
        assert!(hint.contains(id), "{hint}");
    }
}

#[test]
fn examples_are_other_problems_and_the_same_for_the_same_seed() {
    let pool = pool();
    let asked = PublicProblem::of(&problem("python"));
    let names = |seed| -> Vec<String> {
        pool.choose(&asked, 3, seed)
            .into_iter()
            .map(|e| e.name)
            .collect()
    };
    assert_eq!(names(1), names(1));
    let drawn: std::collections::BTreeSet<_> = (0..20).map(names).collect();
    assert!(drawn.len() > 1, "the seed decides");
    for problem in problems() {
        let asked = PublicProblem::of(&problem);
        for seed in 0..20 {
            for example in pool.choose(&asked, 3, seed) {
                assert_ne!(example.name, asked.id.as_str());
                // The same problem under another name.
                assert!(!(asked.cluster == "example/0" && example.name == "example/0-again"));
                // Another problem that was solved with the same words.
                assert!(!(asked.cluster == "example/0" && example.name == "example/same"));
            }
        }
    }
}

#[test]
fn where_a_data_set_has_no_solutions_ours_are_shown() {
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
        let mut asked = problem("python");
        asked.language = Language::new(language);
        let pool = assay_prompting::ExamplePool::of(&[]).unwrap();
        let chosen = pool.choose(&PublicProblem::of(&asked), 2, 7);
        assert_eq!(chosen.len(), 2, "{language}");
        for example in chosen {
            assert!(example.prompt.ends_with('\n') && example.solution.ends_with('\n'));
            assert!(!example.solution.starts_with('\n'), "{language}");
        }
    }
}

#[test]
fn a_conversation_goes_on_only_while_something_is_wrong() {
    let plan = plan("self-repair", &problem("python"), &chat()).unwrap();
    assert!(plan.checks(0) && plan.checks(1) && !plan.checks(2));
    let fine = TurnReply {
        reply: "code".to_owned(),
        feedback: None,
    };
    let wrong = TurnReply {
        reply: "bad code".to_owned(),
        feedback: Some(Feedback {
            kind: FeedbackKind::Example,
            message: "total([1, 2]) returned 0, and 3 was expected".to_owned(),
        }),
    };
    assert!(plan.next(std::slice::from_ref(&fine)).unwrap().is_none());
    let second = plan.next(std::slice::from_ref(&wrong)).unwrap().unwrap();
    let Prompt::Chat { messages } = &second.prompt else {
        panic!("messages");
    };
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[1].content, "bad code");
    assert!(messages[2].content.contains("total([1, 2]) returned 0"));
    assert!(plan.next(&[wrong.clone(), fine]).unwrap().is_none());
    let third = plan.next(&[wrong.clone(), wrong.clone()]).unwrap().unwrap();
    assert_eq!(third.prompt.display_text().matches("[user]").count(), 3);
    assert!(
        plan.next(&[wrong.clone(), wrong.clone(), wrong])
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_was_put_into_the_models_mouth_is_part_of_its_answer() {
    let plan = plan("prefill", &problem("python"), &chat()).unwrap();
    let first = plan.first().unwrap();
    let prefill = first.prefill.clone().unwrap();
    let answer = |reply: &str| {
        let history = [TurnReply {
            reply: reply.to_owned(),
            feedback: None,
        }];
        plan.response(&history, &first)
    };
    assert_eq!(
        answer("    return sum(values)\n"),
        format!("{prefill}    return sum(values)\n")
    );
    // A server that does not continue answers anew.
    let anew = "```python\ndef total(values):\n    return sum(values)\n```";
    assert_eq!(answer(anew), anew);
}

static ONCE: LazyLock<Strategies> = LazyLock::new(strategies);

proptest::proptest! {
    /// What a prompt says does not depend on the hidden tests or the reference solution in any way.
    #[test]
    fn hidden_tests_never_appear(tests in "\\PC{0,200}", solution in "\\PC{0,200}", prompt in "\\PC{0,200}") {
        let mut shown = problem("python");
        shown.prompt = prompt;
        let mut other = shown.clone();
        other.tests = tests;
        other.canonical_solution = Some(solution);
        proptest::prop_assert_eq!(PublicProblem::of(&shown), PublicProblem::of(&other));
        let strategies = &*ONCE;
        for strategy in strategies.iter() {
            let turns = |problem: &assay_core::Problem| {
                let plan = strategies.plan(&strategy.id, PublicProblem::of(problem), &chat(), Vec::new()).unwrap();
                plan.preview().unwrap()
            };
            proptest::prop_assert_eq!(turns(&shown), turns(&other));
        }
    }
}
