//! Every program under `tests/hostile/` gets its verdict, and the honest program after it, in the
//! same pool, passes. To add one, add a file; its first lines say what is expected:
//!
//! ```text
//! # about: what it tries
//! # verdict: timeout            (any of these, separated by spaces)
//! # detail: a part of the detail
//! ```

mod support;

use std::fs;
use std::path::Path;

use assay_core::Limits;
use support::{SQUARE_TESTS, judged, open};

struct Case {
    name: String,
    source: String,
    verdicts: Vec<String>,
    detail: Option<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/python");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let head = |key: &str| {
                let prefix = format!("# {key}: ");
                text.lines()
                    .find_map(|line| line.strip_prefix(&prefix))
                    .map(str::to_owned)
            };
            let verdicts = head("verdict").expect("a verdict in the first lines");
            Case {
                name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                // A line `# source:` stands for bytes that do not belong into a file.
                source: head("source").map_or(text.clone(), |line| line.replace("\\0", "\0")),
                verdicts: verdicts.split_whitespace().map(str::to_owned).collect(),
                detail: head("detail"),
            }
        })
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

#[tokio::test(flavor = "multi_thread")]
async fn every_hostile_program_gets_its_verdict_and_its_neighbour_passes() {
    // One place: the neighbour runs in the very container, unless that was thrown away.
    let place = open(|config| config.confirm_timeouts = false).await;
    let limits = Limits {
        wall_ms: 2_500,
        ..Limits::default()
    };
    let mut wrong = Vec::new();
    for case in cases() {
        let program = judged(&case.source, SQUARE_TESTS, "square");
        let execution = place.run(&program, &limits).await;
        let verdict = execution.verdict.as_str();
        let detail = execution.detail.clone().unwrap_or_default();
        eprintln!("{:28} {verdict:15} {}", case.name, detail.replace('\n', " | "));
        if !case.verdicts.iter().any(|expected| expected == verdict)
            || case.detail.as_ref().is_some_and(|part| !detail.contains(part))
        {
            wrong.push(format!(
                "{}: expected {:?} with {:?}, got {execution:#?}",
                case.name, case.verdicts, case.detail
            ));
        }
        place.neighbour_passes(&case.name).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
