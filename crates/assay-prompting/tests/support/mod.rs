//! Problems and models for the tests of prompts.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "each test program uses its own part; a panic is a failed test"
)]

use std::path::{Path, PathBuf};

use assay_core::{Language, Problem, StrategyId, TestForm};
use assay_prompting::{ExamplePool, ModelFacts, Plan, PromptingError, PublicProblem, Strategies};

pub fn strategies() -> Strategies {
    Strategies::builtin().unwrap()
}

/// A model that takes messages and texts.
pub fn chat() -> ModelFacts {
    ModelFacts::new("Qwen/Qwen2.5-Coder-7B-Instruct", true, true)
}

/// One that would answer messages, behind a server that only completes.
pub fn completing() -> ModelFacts {
    ModelFacts::new("Qwen/Qwen2.5-Coder-7B-Instruct", false, true)
}

/// One that only continues texts.
pub fn base() -> ModelFacts {
    ModelFacts::new("Qwen/Qwen2.5-Coder-7B", false, true)
}

/// `id` on `problem`, with the examples it shows.
pub fn plan(id: &str, problem: &Problem, facts: &ModelFacts) -> Result<Plan, PromptingError> {
    let strategies = strategies();
    let id = StrategyId::from(id);
    let count = strategies.resolve(&id, facts)?.examples;
    let problem = PublicProblem::of(problem);
    let examples = pool().choose(&problem, count, 1);
    strategies.plan(&id, problem, facts, examples)
}

/// The problem that is asked, in Python, Java or C++.
pub fn problem(language: &str) -> Problem {
    let prompt = match language {
        "java" => {
            "import java.util.*;\n\nclass Solution {\n    /**\n     * The sum of values.\n     *\n     * total(new int[]{1, 2}) returns 3\n     */\n    static int total(int[] values) {\n"
        }
        "cpp" => {
            "#include <vector>\nusing namespace std;\n\n// The sum of values.\n//\n// total({1, 2}) returns 3\nint total(const vector<int>& values) {\n"
        }
        _ => {
            "from typing import List\n\n\ndef total(values: List[int]) -> int:\n    \"\"\" The sum of `values`: {{ not a template }}.\n    >>> total([1, 2])\n    3\n    \"\"\"\n"
        }
    };
    Problem {
        dataset: "example".into(),
        id: "example/0".into(),
        cluster: "example/0".to_owned(),
        language: Language::new(language),
        prompt: prompt.to_owned(),
        entry_point: "total".to_owned(),
        canonical_solution: Some("    return sum(values) + secret_of_zero\n".to_owned()),
        setup: String::new(),
        tests: "def check(candidate):\n    assert candidate([4, 5]) == 9\n".to_owned(),
        test_form: TestForm::CheckFunction,
    }
}

/// Its data set: the same again under another name, one with the same solution, and three others.
pub fn problems() -> Vec<Problem> {
    let mut all = vec![problem("python")];
    let mut again = problem("python");
    again.id = "example/0-again".into();
    all.push(again);
    let mut same = problem("python");
    same.id = "example/same".into();
    same.cluster = "example/same".to_owned();
    all.push(same);
    for (name, solution) in [
        ("first", "return values[0]"),
        ("last", "return values[-1]"),
        ("count", "return len(values)"),
    ] {
        let mut other = problem("python");
        other.id = format!("example/{name}").as_str().into();
        other.cluster = format!("example/{name}");
        other.prompt = format!("def {name}(values):\n    \"\"\"The {name} of values.\"\"\"\n");
        other.entry_point = name.to_owned();
        other.canonical_solution = Some(format!("    {solution}\n"));
        other.tests = format!("assert {name}([1]) == 1\n");
        all.push(other);
    }
    all
}

pub fn pool() -> ExamplePool {
    ExamplePool::of(&problems()).unwrap()
}

/// The folder of real data, where there is one.
pub fn shared_data() -> Option<PathBuf> {
    let folder = std::env::var_os("ASSAY_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no real data at {}: nothing to read", folder.display());
    None
}
