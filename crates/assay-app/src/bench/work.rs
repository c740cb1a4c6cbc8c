//! What the runner is measured on: problems, and what the stand-in answers to them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use assay_core::{Language, Problem};
use assay_providers::bench::StandIn;

use crate::dto::RunnerBench;

/// Of ten answers, so many are the problem's own solution; the others are another problem's.
const RIGHT_OF_TEN: usize = 7;

/// The first `count` problems of the set that have a solution, in every language that has them.
pub(super) fn first(all: Vec<Problem>, count: Option<u32>) -> Vec<Arc<Problem>> {
    let mut seen: Vec<String> = Vec::new();
    let mut known: HashSet<String> = HashSet::new();
    for problem in &all {
        if known.insert(problem.cluster.clone()) {
            seen.push(problem.cluster.clone());
        }
    }
    seen.truncate(count.map_or(usize::MAX, |count| count as usize));
    let kept: HashSet<String> = seen.into_iter().collect();
    all.into_iter()
        .filter(|p| kept.contains(&p.cluster) && p.canonical_solution.is_some())
        .map(Arc::new)
        .collect()
}

/// `count` of them, evenly spread.
pub(super) fn spread(problems: Vec<Arc<Problem>>, count: usize) -> Vec<Arc<Problem>> {
    let all = problems.len();
    let count = count.min(all);
    (0..count)
        .map(|n| Arc::clone(&problems[n * all / count]))
        .collect()
}

/// What the stand-in answers: mostly what is right.
pub(super) fn answers(request: &RunnerBench, problems: &[Arc<Problem>]) -> StandIn {
    let mut answers = HashMap::new();
    let mut comment = HashMap::new();
    let solution_of = |problem: &Problem| problem.canonical_solution.clone().unwrap_or_default();
    for (at, problem) in problems.iter().enumerate() {
        let solution = solution_of(problem);
        // The next one's in the same language: wrong, and at once. Half a solution might loop for ever.
        let wrong = problems[at + 1..]
            .iter()
            .chain(&problems[..at])
            .find(|other| other.language == problem.language)
            .map_or_else(String::new, |other| solution_of(other));
        let all = (0..10)
            .map(|n| if n < RIGHT_OF_TEN { &solution } else { &wrong }.clone())
            .collect();
        answers.insert(problem.prompt.clone(), all);
        let begins = if problem.language == Language::python() {
            "#"
        } else {
            "//"
        };
        comment.insert(problem.prompt.clone(), begins.to_owned());
    }
    StandIn {
        answers,
        comment,
        latency_ms: (request.latency_low_ms, request.latency_high_ms),
    }
}

#[cfg(test)]
mod tests {
    use assay_core::TestForm;

    use super::*;

    fn problems(count: usize, languages: &[&str]) -> Vec<Arc<Problem>> {
        let problem = |language: &str, n: usize| {
            Arc::new(Problem {
                dataset: "fake".into(),
                id: format!("Fake/{n}").as_str().into(),
                cluster: format!("Fake/{n}"),
                language: Language::new(language),
                prompt: format!("{language} {n}"),
                entry_point: String::new(),
                canonical_solution: Some(format!("solution {n}")),
                setup: String::new(),
                tests: String::new(),
                test_form: TestForm::Statements,
            })
        };
        languages
            .iter()
            .flat_map(|language| (0..count).map(|n| problem(language, n)))
            .collect()
    }

    #[test]
    fn the_baseline_is_spread_over_the_work() {
        let all = problems(100, &["go", "python"]);
        let some = spread(all.clone(), 10);
        let ids: Vec<&str> = some.iter().map(|p| p.id.as_str()).collect();
        let of_one = ["Fake/0", "Fake/20", "Fake/40", "Fake/60", "Fake/80"];
        assert_eq!(ids, [of_one, of_one].concat());
        assert_eq!(
            some.iter().filter(|p| p.language.as_str() == "go").count(),
            5
        );
        assert_eq!(spread(all.clone(), 1_000).len(), all.len());
        assert!(spread(Vec::new(), 5).is_empty());
    }

    #[test]
    fn seven_answers_of_ten_are_right_and_the_others_are_of_the_same_language() {
        let all = problems(2, &["go", "python"]);
        let served = answers(&RunnerBench::default(), &all);
        for problem in &all {
            let answers = &served.answers[&problem.prompt];
            let own = problem.canonical_solution.as_ref().unwrap();
            assert_eq!(answers.iter().filter(|a| *a == own).count(), 7);
            assert_eq!(answers.iter().filter(|a| !a.is_empty()).count(), 10);
        }
        assert_eq!(served.comment["python 0"], "#");
        assert_eq!(served.comment["go 0"], "//");
    }
}
