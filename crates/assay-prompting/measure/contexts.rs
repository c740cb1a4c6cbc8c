//! How long a context takes: `cargo run --release -p assay-prompting --example contexts`.
//!
//! Over the starter set in all its languages, with the problem's parts read anew each time, and over prompts of 4 to 64 KiB.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints what it measured"
)]

use std::time::Instant;

use assay_core::{Language, Problem};
use assay_datasets::Library;
use assay_prompting::{Context, ContextInput, FEATURES, Families, ModelFacts, PublicProblem};

const ROUNDS: u32 = 200;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::new(folder.path());
    let manifest = library.manifest("starter").unwrap();
    let mut problems = library.load("starter", &manifest.languages).unwrap();
    println!("{} features; microseconds a prompt", FEATURES.len());
    report("starter set", &problems);
    let one = problems.remove(0);
    for kib in [4, 16, 64] {
        let words =
            "sort every nested list of words if it is longer than the others ".repeat(kib * 16);
        let prompt =
            format!("def f(rows: List[List[int]], n: int) -> bool:\n    \"\"\"{words}\"\"\"\n");
        let long = Problem {
            prompt,
            entry_point: "f".to_owned(),
            language: Language::python(),
            ..one.clone()
        };
        report(&format!("{kib} KiB"), &[long]);
    }
}

fn report(what: &str, problems: &[Problem]) {
    let families = Families::builtin().unwrap();
    let facts = ModelFacts::new("smollm2-135m", true, true);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        for problem in problems {
            let start = Instant::now();
            let public = PublicProblem::of(problem);
            let context = Context::of(&ContextInput {
                problem: &public,
                family: families.of(&facts.names),
                facts: &facts,
                trouble: 0.0,
            });
            times.push(start.elapsed().as_secs_f64() * 1e6);
            assert_eq!(context.values.len(), FEATURES.len());
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{what}: median {:.1}, 99 of 100 below {:.1}, largest {:.1} ({} prompts)",
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    );
}
