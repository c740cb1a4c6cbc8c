//! Nothing hidden is shown: every built-in strategy, every turn, every problem of real data sets.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "helpers of tests: a panic is a failed test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use assay_core::{Language, Problem};
use assay_datasets::Library;
use assay_prompting::{
    ExamplePool, Feedback, FeedbackKind, Plan, PublicProblem, Strategies, TurnReply,
};
use support::{chat, completing, shared_data, strategies};

/// Lines by which tests and solutions of a cluster would be known, without what the problem's own prompt says.
fn hidden(problems: &[Problem]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut by_cluster: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for problem in problems {
        let lines = by_cluster.entry(&problem.cluster).or_default();
        for text in [Some(&problem.tests), problem.canonical_solution.as_ref()] {
            lines.extend(
                text.into_iter()
                    .flat_map(|t| t.lines())
                    .map(str::trim)
                    .filter(|line| line.len() >= 12 && line.chars().any(char::is_alphanumeric)),
            );
        }
    }
    by_cluster
}

/// Everything that is sent in the longest conversation there can be.
fn everything_sent(plan: &Plan) -> String {
    let mut history = Vec::new();
    let mut sent = String::new();
    let mut asked = Some(plan.first().unwrap());
    while let Some(built) = asked {
        sent.push_str(&built.prompt.display_text());
        sent.push('\n');
        let feedback = plan.checks(history.len()).then(|| Feedback {
            kind: FeedbackKind::Exception,
            message: "ZeroDivisionError".to_owned(),
        });
        history.push(TurnReply {
            reply: "an answer".to_owned(),
            feedback,
        });
        asked = plan.next(&history).unwrap();
    }
    sent
}

/// How many prompts were looked at, and what leaked.
fn look(strategies: &Strategies, problems: &[Problem]) -> (usize, Vec<String>) {
    let pool = ExamplePool::of(problems).unwrap();
    let hidden = hidden(problems);
    let mut looked = 0;
    let mut leaks = Vec::new();
    for problem in problems {
        let lines = &hidden[problem.cluster.as_str()];
        for strategy in strategies.iter() {
            for facts in [chat(), completing()] {
                let public = PublicProblem::of(problem);
                let examples = pool.choose(&public, strategy.examples, 11);
                assert_eq!(examples.len(), strategy.examples, "{}", problem.id);
                let plan = strategies
                    .plan(&strategy.id, public, &facts, examples)
                    .unwrap();
                let sent = everything_sent(&plan);
                // What the instructions themselves and the prompt say was not taken from anything hidden.
                let shown = lines.iter().find(|line| {
                    sent.contains(**line)
                        && !problem.prompt.contains(**line)
                        && !strategy.source.contains(**line)
                });
                if let Some(line) = shown {
                    leaks.push(format!(
                        "{} of {} ({}): {line}",
                        strategy.id, problem.id, problem.language
                    ));
                }
                looked += 1;
            }
        }
    }
    (looked, leaks)
}

fn languages(ids: &[&str]) -> Vec<Language> {
    ids.iter().map(|id| Language::new(id)).collect()
}

#[test]
fn the_starter_set_does_not_leak() {
    let library = Library::new(Path::new("/nonexistent"));
    let problems = library.load("starter", &[]).unwrap();
    assert_eq!(problems.len(), 160);
    let (looked, leaks) = look(&strategies(), &problems);
    eprintln!("{looked} conversations");
    assert!(looked > 3_000);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[tokio::test]
async fn benchmarks_do_not_leak() {
    let Some(shared) = shared_data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let library = Library::new(folder.path());
    for (id, languages, least) in [
        ("humaneval", languages(&["python"]), 164),
        (
            "humaneval-x",
            languages(&["python", "java", "rust"]),
            3 * 164,
        ),
        ("multipl-e", languages(&["cpp", "php"]), 2 * 150),
    ] {
        library
            .pull_from(
                id,
                &shared.join("benchmarks"),
                &|_| {},
                &tokio_util::sync::CancellationToken::new(),
            )
            .await
            .unwrap();
        let problems = library.load(id, &languages).unwrap();
        assert!(problems.len() >= least, "{id}: {}", problems.len());
        let (looked, leaks) = look(&strategies(), &problems);
        eprintln!("{id}: {looked} conversations");
        assert!(leaks.is_empty(), "{id}: {leaks:#?}");
    }
}

/// The test sees a leak: examples chosen without care would be one.
#[test]
fn a_leak_would_be_seen() {
    let library = Library::new(Path::new("/nonexistent"));
    let problems = library.load("starter", &languages(&["python"])).unwrap();
    let strategies = strategies();
    let problem = &problems[0];
    let careless = assay_prompting::Example {
        name: problem.id.to_string(),
        prompt: problem.prompt.clone(),
        solution: problem.canonical_solution.clone().unwrap(),
    };
    let plan = strategies
        .plan(
            &"few-shot".into(),
            PublicProblem::of(problem),
            &chat(),
            vec![careless],
        )
        .unwrap();
    let sent = everything_sent(&plan);
    let hidden = hidden(&problems);
    let lines = &hidden[problem.cluster.as_str()];
    assert!(
        lines
            .iter()
            .any(|line| sent.contains(*line) && !problem.prompt.contains(*line))
    );
}

/// How many problems of HumanEval say examples that can be read.
#[tokio::test]
async fn examples_of_humaneval_are_found() {
    let Some(shared) = shared_data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let library = Library::new(folder.path());
    for (id, language, least) in [
        ("humaneval", "python", 120),
        ("humaneval-x", "java", 100),
        ("multipl-e", "rust", 100),
    ] {
        library
            .pull_from(
                id,
                &shared.join("benchmarks"),
                &|_| {},
                &tokio_util::sync::CancellationToken::new(),
            )
            .await
            .unwrap();
        let problems = library.load(id, &languages(&[language])).unwrap();
        let found: Vec<usize> = problems
            .iter()
            .map(|problem| PublicProblem::of(problem).examples.len())
            .collect();
        let with = found.iter().filter(|n| **n > 0).count();
        eprintln!(
            "{id} {language}: {with} of {} problems with {} examples",
            found.len(),
            found.iter().sum::<usize>()
        );
        assert!(with >= least, "{id}: {with}");
    }
}
