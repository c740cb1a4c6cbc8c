//! How often the language that cleaning names is the right one, by the confidence it has.
//!
//! `cargo test -p assay-cleaning --test calibration -- --nocapture` prints the table of `docs/cleaning.md`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "helpers of tests: a panic is a failed test; counts are small"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use assay_cleaning::{CleaningInput, ResponseMode, clean};
use assay_core::Language;
use serde_json::Value;

const LANGUAGES: [&str; 8] = [
    "python",
    "javascript",
    "typescript",
    "java",
    "go",
    "rust",
    "php",
    "cpp",
];

/// Of the larger sets every eighth solution: enough to tell, and soon done.
const STEP: usize = 8;

fn lines(path: &Path) -> Vec<Value> {
    let mut text = String::new();
    let mut file = File::open(path).unwrap();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut text)
            .unwrap();
    } else {
        file.read_to_string(&mut text).unwrap();
    }
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Solutions with their languages and entry points: those of the starter set, in all eight, and where they
/// are those of HumanEval-X, in six, and what a base model wrote in TypeScript.
fn solutions() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    for problem in std::fs::read_dir(root.join("../../datasets/starter")).unwrap() {
        for language in LANGUAGES {
            let folder = problem.as_ref().unwrap().path().join(language);
            let Ok(files) = std::fs::read_dir(&folder) else {
                continue;
            };
            let part = |name: &str| {
                let mut paths = std::fs::read_dir(&folder)
                    .unwrap()
                    .map(|f| f.unwrap().path());
                let path = paths.find(|p| p.file_stem().is_some_and(|s| s == name));
                std::fs::read_to_string(path.unwrap()).unwrap()
            };
            assert!(files.count() > 0);
            let code = format!("{}{}", part("prompt"), part("solution"));
            found.push((language.to_owned(), code));
        }
    }
    let shared = std::env::var_os("ASSAY_SHARED_DATA")
        .map_or_else(|| root.join("../../../shared/data"), PathBuf::from);
    if !shared.is_dir() {
        eprintln!(
            "no real data at {}: the starter set alone",
            shared.display()
        );
        return found;
    }
    for language in ["python", "cpp", "go", "java", "js", "rust"] {
        let name = format!("benchmarks/humaneval-x/humanevalx_{language}.jsonl.gz");
        for row in lines(&shared.join(name)).iter().step_by(STEP) {
            let code = format!("{}{}", text(row, "prompt"), text(row, "canonical_solution"));
            found.push((Language::new(language).to_string(), code));
        }
    }
    let typescript = "generations/gen-qwen2.5-coder-7b-base/pred_ts_output.jsonl.gz";
    for row in lines(&shared.join(typescript)).iter().step_by(STEP) {
        let prompt = text(row, "prompt");
        let whole = text(row, "wholecode");
        // The function that was asked for, without what the model went on with.
        let end = whole[prompt.len()..].find("\n}\n");
        if let Some(end) = end {
            let code = whole[..prompt.len() + end + 3].to_owned();
            found.push(("typescript".to_owned(), code));
        }
    }
    found
}

#[test]
fn confidence_is_about_the_share_that_is_right() {
    let solutions = solutions();
    // By form and confidence in hundredths: how many, and how many named rightly.
    let mut counts: BTreeMap<(u32, &str), (u32, u32)> = BTreeMap::new();
    let mut wrong: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (index, (language, code)) in solutions.iter().enumerate() {
        let other = LANGUAGES[index % LANGUAGES.len()];
        let forms = [
            (
                "tagged fence",
                format!("Sure:\n\n```{language}\n{code}\n```\nDone.\n"),
            ),
            ("fence", format!("Sure:\n\n```\n{code}\n```\nDone.\n")),
            ("bare code", code.clone()),
            (
                "a chance tag",
                format!("Sure:\n\n```{other}\n{code}\n```\n"),
            ),
        ];
        for (form, response) in forms {
            let answer = clean(&CleaningInput {
                response: &response,
                languages: &[],
                prompt: "",
                entry_point: "",
                mode: ResponseMode::Chat,
                finish: None,
            });
            let named = answer.language.map_or(String::new(), |l| l.to_string());
            let right = named == *language;
            let bin = (answer.confidence * 100.0).round() as u32;
            let count = counts.entry((bin, form)).or_default();
            count.0 += 1;
            count.1 += u32::from(right);
            if !right {
                *wrong.entry((language.clone(), named)).or_default() += 1;
            }
        }
    }
    let mut by_confidence: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for ((bin, form), (all, right)) in &counts {
        eprintln!(
            "{:.2} {form:<13} {right:>5} of {all:>5}",
            f64::from(*bin) / 100.0
        );
        let sum = by_confidence.entry(*bin).or_default();
        sum.0 += all;
        sum.1 += right;
    }
    eprintln!("taken for another: {wrong:?}");
    let (all, right) = by_confidence
        .values()
        .fold((0, 0), |sum, n| (sum.0 + n.0, sum.1 + n.1));
    eprintln!("{right} of {all}, {} solutions", solutions.len());
    assert!(all >= 400, "{all}");
    assert!(
        f64::from(right) >= 0.95 * f64::from(all),
        "{right} of {all}"
    );
    for (bin, (all, right)) in by_confidence {
        // No bin that says much claims more than is so.
        let share = f64::from(right) / f64::from(all);
        let claimed = f64::from(bin) / 100.0;
        assert!(
            all < 20 || share >= claimed - 0.05,
            "{claimed}: {right} of {all}"
        );
    }
}
