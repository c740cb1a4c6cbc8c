//! A store of very many samples with all their texts, for what looks at them:
//!
//! ```sh
//! cargo run --release -p assay-store --example samples -- FOLDER/assay.sqlite3 100000
//! ```
//!
//! The texts are made up, of the lengths that replies of small models to HumanEval have; each time the same.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // A measurement, not a part of the program.

use std::time::Instant;

use assay_core::*;
use assay_store::{GenerationRecord, NewRun, OutstandingCursor, PlannedSample, Store};
use futures::StreamExt;

const RUNS: usize = 4;
const MODELS: [&str; 5] = [
    "local:smollm2-135m",
    "local:qwen2.5-coder-0.5b",
    "openrouter:openai/gpt-oss-20b",
    "ollama:llama3.2:1b",
    "openai:bench-small",
];
const PROBLEMS: usize = 164;
/// Steps that are under way at once: what one commit may hold.
const AT_ONCE: usize = 512;

const WORDS: &[&str] = &[
    "the",
    "list",
    "of",
    "numbers",
    "is",
    "sorted",
    "first",
    "then",
    "each",
    "element",
    "compared",
    "with",
    "its",
    "neighbour",
    "and",
    "a",
    "threshold",
    "returns",
    "true",
    "when",
    "two",
    "are",
    "closer",
    "than",
    "given",
    "value",
    "loop",
    "over",
    "string",
    "counts",
    "vowels",
    "empty",
    "input",
    "handled",
    "separately",
    "this",
    "runs",
    "in",
    "linear",
    "time",
    "function",
    "takes",
    "integer",
    "keeps",
    "running",
    "maximum",
    "result",
    "parenthesis",
    "group",
    "nested",
    "decimal",
    "part",
    "prefix",
    "shortest",
    "palindrome",
    "digits",
    "even",
    "odd",
    "remainder",
    "dictionary",
];
const NAMES: &[&str] = &[
    "total", "numbers", "items", "result", "left", "right", "index", "value", "best", "seen",
    "count", "current", "text", "letters", "pairs", "limit",
];
const DETAILS: &[&str] = &[
    "AssertionError: assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.3) == True",
    "IndexError: list index out of range",
    "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
    "NameError: name 'math' is not defined",
    "AssertionError: assert candidate('abcdef') == 'fedcba'",
];

/// SplitMix64: numbers that look drawn, the same on any machine.
struct Drawn(u64);

impl Drawn {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn sentence(&mut self, words: usize) -> String {
        let words: Vec<_> = (0..words).map(|_| self.of(WORDS)).collect();
        format!("{}.", words.join(" "))
    }

    /// A few lines of Python.
    fn program(&mut self, problem: usize) -> String {
        let (a, b) = (self.of(NAMES), self.of(NAMES));
        let mut lines = vec![
            format!("def task_{problem}({a}, {b}=None):"),
            format!("    \"\"\"{}\"\"\"", self.sentence(8)),
        ];
        for _ in 0..4 + self.below(16) {
            let (x, y, n) = (self.of(NAMES), self.of(NAMES), self.below(90));
            lines.push(match self.below(5) {
                0 => format!("    {x} = [v for v in {a} if v > {n}]"),
                1 => format!("    for {x} in range(len({a}) - {n}):"),
                2 => format!("        {y} = {x} + {n}"),
                3 => format!("    if {x} is not None and {y} < {n}:"),
                _ => format!(
                    "        return sorted({x}, key=lambda {y}: {y} % {})",
                    n + 1
                ),
            });
        }
        lines.push(format!("    return {b}"));
        lines.join("\n") + "\n"
    }
}

fn run(number: usize) -> NewRun {
    NewRun {
        id: RunId::new(format!("samples-{number}")),
        name: format!("Made-up run {}", number + 1),
        origin: RunOrigin::Evaluated,
        spec: RunSpec {
            name: None,
            models: MODELS.iter().map(|m| m.parse().unwrap()).collect(),
            dataset: "humaneval".into(),
            languages: vec![Language::python()],
            problems: ProblemSelection::All,
            strategy: "instruct".into(),
            samples: 1,
            sampling: Sampling::default(),
            seed: 7,
            limits: Limits::default(),
            cleaning: Cleaning::default(),
            quality_weights: QualityWeights::default(),
            concurrency: 1,
            cache: CacheUse::default(),
            early_stop: None,
            adaptive: None,
            priority: Priority::default(),
        },
        environment: Environment {
            dataset_version: "1".to_owned(),
            ..Environment::default()
        },
        note: None,
    }
}

/// As many samples as asked for, each question's as even as can be.
fn plan(samples: usize) -> impl Iterator<Item = PlannedSample> + Send {
    let questions = MODELS.len() * PROBLEMS;
    (0..questions).flat_map(move |question| {
        let (model, problem) = (MODELS[question / PROBLEMS], question % PROBLEMS);
        let each = samples / questions + usize::from(question < samples % questions);
        (0..each).map(move |index| PlannedSample {
            model: model.to_owned(),
            language: Language::python(),
            problem: ProblemId::new(format!("HumanEval/{problem}")),
            cluster: format!("HumanEval/{problem}"),
            position: u32::try_from(problem).unwrap(),
            index: u32::try_from(index).unwrap(),
            strategy: "instruct".into(),
            seed: None,
            generation: None,
        })
    })
}

fn problem_of(id: &ProblemId) -> usize {
    id.as_str().rsplit('/').next().unwrap().parse().unwrap()
}

fn answer(problem: usize, drawn: &mut Drawn) -> GenerationRecord {
    let asked = Drawn(problem as u64).sentence(70);
    let n = drawn.below(100_000);
    let program = (!n.is_multiple_of(97)).then(|| drawn.program(problem));
    let (before, after) = (drawn.sentence(20), drawn.sentence(60));
    let f = |n: usize| u32::try_from(n).map(f64::from).unwrap();
    GenerationRecord {
        prompt: Some(format!(
            "Complete the following Python function. Answer with the whole function.\n\n```python\ndef task_{problem}(numbers, limit=None):\n    \"\"\"{asked}\"\"\"\n```\n"
        )),
        raw: Some(match &program {
            Some(program) => {
                format!("Here it is: {before}\n\n```python\n{program}```\n\n{after}\n")
            }
            None => format!("{before} {after}"),
        }),
        rule: Some(if program.is_some() { "fence" } else { "none" }.to_owned()),
        warnings: Vec::new(),
        transport: Transport::Ok,
        content: if program.is_some() {
            Content::Ok
        } else {
            Content::NoCode
        },
        finish: Some(FinishReason::Stop),
        usage: Usage {
            prompt_tokens: Some(150),
            completion_tokens: Some(u32::try_from(60 + n % 400).unwrap()),
        },
        latency_ms: Some(300.0 + f(n % 4_000)),
        first_token_ms: Some(80.0),
        served_model: None,
        attempts: 1,
        detected: Some(DetectedLanguage {
            language: Language::python(),
            confidence: 0.97,
        }),
        quality: program.is_some().then(|| quality(f(n % 1_000) / 1e3)),
        turns: Vec::new(),
        cost_usd: Some(f(n % 400) * 4e-6),
        cached: false,
        keep: None,
        fingerprint: None,
        program,
    }
}

fn quality(overall: f64) -> Quality {
    Quality {
        syntactic: 1.0,
        completeness: 1.0,
        semantic: overall,
        executability: 1.0,
        overall,
        basis: QualityBasis::Static,
        reasons: Vec::new(),
    }
}

fn execution(drawn: &mut Drawn) -> Execution {
    let n = drawn.below(100);
    let verdict = match n {
        0..45 => Verdict::Passed,
        45..80 => Verdict::Failed,
        80..92 => Verdict::Exception,
        92..97 => Verdict::CompileError,
        _ => Verdict::Timeout,
    };
    let detail = (verdict != Verdict::Passed).then(|| drawn.of(DETAILS).to_owned());
    Execution {
        verdict,
        exit_code: Some(i32::from(verdict != Verdict::Passed)),
        stderr: detail.as_ref().map_or(String::new(), |why| {
            format!("Traceback (most recent call last):\n  File \"program.py\", line {n}, in <module>\n{why}\n")
        }),
        detail,
        duration_ms: 20.0 + f64::from(u32::try_from(drawn.below(900)).unwrap()),
        peak_memory_kb: Some(9_000),
        ..Execution::infrastructure("")
    }
}

async fn fill(store: &Store, run: &RunId) {
    let mut after = OutstandingCursor::default();
    loop {
        let page = store
            .outstanding(run, SampleStage::Pending, None, after, 10_000)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = last.cursor;
        futures::stream::iter(page)
            .for_each_concurrent(AT_ONCE, |sample| async move {
                let mut drawn = Drawn(sample.id.0.cast_unsigned() << 20);
                let answer = answer(problem_of(&sample.problem), &mut drawn);
                if store.record_generation(sample.id, answer).await.unwrap()
                    == SampleStage::Generated
                {
                    let execution = execution(&mut drawn);
                    store.record_execution(sample.id, execution).await.unwrap();
                }
            })
            .await;
    }
}

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().unwrap();
    let total: usize = args.next().map_or(100_000, |n| n.parse().unwrap());
    let start = Instant::now();
    let store = Store::open(&path).await.unwrap();
    for number in 0..RUNS {
        let samples = total / RUNS + usize::from(number < total % RUNS);
        let new = run(number);
        let id = new.id.clone();
        store.create_run(new, plan(samples)).await.unwrap();
        fill(&store, &id).await;
        store
            .finish_run(&id, RunStatus::Completed, Some(1.0), None)
            .await
            .unwrap();
    }
    store.close().await;
    let size = std::fs::metadata(&path).unwrap().len();
    println!(
        "{total} samples in {:.1} s, {:.0} MB",
        start.elapsed().as_secs_f64(),
        size as f64 / 1e6
    );
}
