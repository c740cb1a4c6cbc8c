//! Strategy files: what is wrong with one is told with file, line and field.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: a panic is a failed test"
)]

use assay_core::{Coded, StrategyId};
use assay_prompting::{PromptingError, Strategies, Strategy};

const HEAD: &str = "id = 'mine'\ntitle = 't'\ndescription = 'd'\n";

#[track_caller]
fn refused(text: &str, line: Option<usize>, field: Option<&str>, reason: &str) {
    let error = Strategy::from_toml("mine.toml", text).unwrap_err();
    let PromptingError::BadFile { place, detail } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(place.file, "mine.toml");
    assert_eq!(place.line, line, "{text}\n{error}");
    assert_eq!(place.field.as_deref(), field, "{text}\n{error}");
    assert!(detail.contains(reason), "{detail}");
    assert_eq!(error.code(), "bad-strategy");
}

#[test]
fn wrong_files_are_refused_with_line_field_and_reason() {
    for (rest, line, field, reason) in [
        (
            "kind = 'completion'\n",
            Some(1),
            Some("template"),
            "needs it",
        ),
        ("kind = 'chat'\n", Some(1), Some("messages"), "needs it"),
        (
            "kind = 'chat'\ntemplate = 'x'\n",
            Some(5),
            Some("template"),
            "has none",
        ),
        ("kind = 'talk'\n", Some(4), Some("kind"), "talk"),
        (
            "kind = 'completion'\ntemplate = 'x'\nstop = 1\n",
            Some(6),
            Some("stop"),
            "stop",
        ),
        (
            "kind = 'completion'\ntemplate = 'x'\n[stops]\npython = ['']\n",
            Some(7),
            Some("stops.python"),
            "empty",
        ),
        (
            "kind = 'completion'\ntemplate = 'x'\nsuffix = 'y'\n",
            Some(6),
            Some("suffix"),
            "has none",
        ),
        (
            "kind = 'completion'\nexamples = 99\ntemplate = 'x'\n",
            Some(5),
            Some("examples"),
            "at most 16",
        ),
        (
            "kind = 'completion'\ntemplate = '{{ prompt'\n",
            Some(5),
            Some("template"),
            "wrong",
        ),
        (
            "kind = 'completion'\ntemplate = \"\"\"\na\nb\n{{ prompt\n\"\"\"\n",
            Some(8),
            Some("template"),
            "wrong",
        ),
        (
            "kind = 'completion'\ntemplate = '{{ reply }}'\n",
            Some(5),
            Some("template"),
            "'reply'",
        ),
        (
            "kind = 'completion'\ntemplate = '{{ prompt.nothing }}'\n",
            None,
            Some("template"),
            "fails",
        ),
        (
            "kind = 'completion'\ntemplate = 'x'\n[post]\njoin = 'prefill'\n",
            Some(6),
            Some("post.join"),
            "prefill",
        ),
        (
            "kind = 'chat'\n[[messages]]\nrole = 'assistant'\ncontent = 'x'\n",
            Some(7),
            Some("messages[0].role"),
            "the user's",
        ),
        (
            "kind = 'prefill'\n[[messages]]\nrole = 'user'\ncontent = 'x'\n",
            Some(7),
            Some("messages[0].role"),
            "assistant's",
        ),
        (
            "kind = 'chat'\n[[messages]]\nrole = 'user'\neach = 'example'\ncontent = 'x'\n",
            Some(8),
            Some("messages[0].each"),
            "examples",
        ),
        (
            "kind = 'completion'\n[[turns]]\nwhen = 'feedback'\ntemplate = 'x'\n",
            Some(5),
            Some("turns[0].when"),
            "first turn",
        ),
        (
            "kind = 'completion'\ntemplate = 'x'\n[[turns]]\ntemplate = 'x'\n",
            Some(6),
            Some("turns"),
            "either",
        ),
        (
            "kind = 'completion'\n[[turns]]\ntemplate = 'x'\n[[turns]]\ntemplate = 'y'\nrepeat = 2\n",
            Some(9),
            Some("turns[1].repeat"),
            "feedback",
        ),
        (
            "kind = 'completion'\n[[turns]]\ntemplate = 'x'\n[[turns]]\nwhen = 'feedback'\ntemplate = 'y'\n[[turns]]\ntemplate = 'z'\n",
            Some(10),
            Some("turns[2].when"),
            "only such turns",
        ),
    ] {
        refused(&format!("{HEAD}{rest}"), line, field, reason);
    }
    for id in ["A b", "", "../x", "auto", "provided"] {
        let text = format!(
            "id = '{id}'\ntitle = 't'\ndescription = 'd'\nkind = 'completion'\ntemplate = 'x'\n"
        );
        refused(
            &text,
            Some(1),
            Some("id"),
            if id.len() > 3 && !id.contains('/') {
                "taken"
            } else {
                "id"
            },
        );
    }
    refused(
        "id = 'mine'\ntitle = ''\ndescription = 'd'\nkind = 'completion'\ntemplate = 'x'\n",
        Some(2),
        Some("title"),
        "empty",
    );
}

/// A strategy that would show what is hidden cannot be written.
#[test]
fn a_template_cannot_reach_tests_or_solution() {
    for name in [
        "tests",
        "problem",
        "canonical_solution",
        "solution",
        "debug()",
        "setup",
        "public",
        "candidate",
    ] {
        let text = format!("{HEAD}kind = 'completion'\ntemplate = '{{{{ {name} }}}}'\n");
        let error = Strategy::from_toml("leak.toml", &text).unwrap_err();
        assert!(
            error.to_string().contains("which it is not given"),
            "{name}: {error}"
        );
    }
    for name in [
        "examples[0].tests",
        "public_examples[0].tests",
        "prompt.tests",
        "feedback.tests",
        "range.tests",
    ] {
        let text = format!(
            "{HEAD}kind = 'completion'\nexamples = 1\n[[turns]]\ntemplate = 'x'\n[[turns]]\nwhen = 'feedback'\ntemplate = '{{{{ {name} }}}}'\n"
        );
        let error = Strategy::from_toml("leak.toml", &text).unwrap_err();
        assert!(
            error.to_string().contains("turns[1].template"),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_template_without_end_is_ended() {
    let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
    let text = format!("{HEAD}kind = 'completion'\ntemplate = '{endless}'\n");
    assert!(Strategy::from_toml("mine.toml", &text).is_err());
}

#[test]
fn a_users_files_stand_beside_the_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let body = "title = 't'\ndescription = 'd'\nkind = 'completion'\ntemplate = '{{ prompt }}'\n";
    write("good.toml", &format!("id = 'good'\n{body}"));
    write("instruct.toml", &format!("id = 'instruct'\n{body}"));
    write("other.toml", &format!("id = 'another'\n{body}"));
    write("bad.toml", "id = 'bad'\ntitel = 't'\n");
    std::fs::write(folder.path().join("bytes.toml"), b"\xff\xfe").unwrap();
    write("notes.txt", "no strategy");
    let loaded = Strategies::load(folder.path()).unwrap();
    let wrong: Vec<String> = loaded
        .wrong
        .iter()
        .map(|wrong| wrong.error.to_string())
        .collect();
    assert_eq!(wrong.len(), 4, "{wrong:?}");
    assert!(
        wrong[0].contains("bad.toml, line 2") && wrong[0].contains("titel"),
        "{wrong:?}"
    );
    assert!(wrong[1].contains("bytes.toml"), "{wrong:?}");
    assert!(
        wrong[2].contains("instruct.toml") && wrong[2].contains("built-in"),
        "{wrong:?}"
    );
    assert!(
        wrong[3].contains("other.toml") && wrong[3].contains("'another'"),
        "{wrong:?}"
    );
    let get = |id: &str| {
        loaded
            .strategies
            .get(&StrategyId::from(id))
            .map(|s| s.builtin)
    };
    assert!(!get("good").unwrap());
    assert!(get("instruct").unwrap());
    assert!(get("another").is_err());
    assert!(
        Strategies::load(&folder.path().join("none"))
            .unwrap()
            .wrong
            .is_empty()
    );
}

#[test]
fn the_built_in_ones_are_all_there() {
    let strategies = Strategies::builtin().unwrap();
    let ids: Vec<&str> = strategies.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "chain-of-thought",
            "completion",
            "few-shot",
            "few-shot-completion",
            "fill-in-the-middle",
            "instruct",
            "plan-then-code",
            "prefill",
            "restated",
            "self-repair",
            "test-first",
        ]
    );
    let repair = strategies.get(&StrategyId::from("self-repair")).unwrap();
    assert_eq!((repair.turns(), repair.checks_answers()), (3, true));
    assert!(
        strategies
            .iter()
            .all(|s| s.builtin && Strategy::from_toml("x", &s.source).is_ok())
    );
}
