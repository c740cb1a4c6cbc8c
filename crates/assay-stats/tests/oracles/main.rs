//! Every quantity against an independent implementation. `fixtures/generate.py` and `fixtures/generate_prediction.py`
//! compute the values; the versions of the libraries are stored with them. `docs/statistics.md` is made of the same lists.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod check;
mod many_models;
mod one_sample;
mod over_time;
mod power;
mod prediction;
mod two_models;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use check::{Allowed, Check, Found, version};

const SECTIONS: &[(&str, &[Check])] = &[
    ("One sample", one_sample::CHECKS),
    ("Two models on the same problems", two_models::CHECKS),
    ("Power and what is needed", power::CHECKS),
    ("Many models", many_models::CHECKS),
    ("Over time", over_time::CHECKS),
    ("Predictions", prediction::CHECKS),
];

/// Runs a section's checks and names all that disagree.
#[track_caller]
fn agree(checks: &[Check]) {
    let wrong: Vec<String> = checks
        .iter()
        .flat_map(|check| {
            let found = check.found();
            let of = |wrong: String| format!("{}: {wrong}", check.quantity);
            found.wrong.into_iter().map(of)
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn one_sample_agrees() {
    agree(one_sample::CHECKS);
}

#[test]
fn two_models_agree() {
    agree(two_models::CHECKS);
}

#[test]
fn power_agrees() {
    agree(power::CHECKS);
}

#[test]
fn many_models_agree() {
    agree(many_models::CHECKS);
}

#[test]
fn over_time_agrees() {
    agree(over_time::CHECKS);
}

#[test]
fn predictions_agree() {
    agree(prediction::CHECKS);
}

/// A public function without an oracle is not finished.
#[test]
fn every_public_function_has_an_oracle() {
    let checked: BTreeSet<&str> = SECTIONS
        .iter()
        .flat_map(|(_, checks)| checks.iter())
        .flat_map(|check| check.functions.iter().copied())
        .collect();
    let mut functions = 0;
    let mut missing = Vec::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(sources).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text.lines() {
            let Some(rest) = line.strip_prefix("pub fn ") else {
                continue;
            };
            functions += 1;
            let name = rest.split(['(', '<']).next().unwrap();
            if !checked.contains(name) {
                missing.push(name.to_owned());
            }
        }
    }
    assert!(functions > 30, "the sources were not read");
    assert_eq!(missing, Vec::<String>::new());
}

const TABLE: &str = "../../docs/statistics.md";

/// The table says of each quantity what it was compared with and how far they were apart. `ASSAY_WRITE_TABLES=1` writes
/// it. What is written must be what the checks say, but for the last column: differences of this size depend on the
/// machine's mathematical functions, and may not be much larger than they were.
#[test]
fn statistics_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let table = table();
    if std::env::var_os("ASSAY_WRITE_TABLES").is_some_and(|value| value == "1") {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let stale =
        "docs/statistics.md is not what the tests check: run this test with ASSAY_WRITE_TABLES=1";
    assert_eq!(written.lines().count(), table.lines().count(), "{stale}");
    for (written, now) in written.lines().zip(table.lines()) {
        let ((known, before), (row, measured)) = (split_difference(written), split_difference(now));
        assert_eq!(known, row, "{stale}");
        if let (Some(before), Some(measured)) = (before, measured) {
            assert!(measured <= 4.0 * before + 1e-15, "{stale}: {now}");
        }
    }
}

/// A row without its last cell, and the number in that.
fn split_difference(line: &str) -> (&str, Option<f64>) {
    line.strip_suffix(" |")
        .and_then(|row| row.rsplit_once("| "))
        .and_then(|(row, cell)| Some((row, Some(cell.parse().ok()?))))
        .unwrap_or((line, None))
}

fn table() -> String {
    let mut text = "# What is computed, and what it was checked against\n\n\
        Written by the test `statistics_table` from the lists that the tests go through; do not edit it by hand \
        (`ASSAY_WRITE_TABLES=1 cargo nextest run -p assay-stats statistics_table`). What each function takes, returns and \
        refuses, and where its formula comes from, is in its own description in `crates/assay-stats/src`.\n\n\
        An oracle's values were computed once by `crates/assay-stats/tests/fixtures/generate.py` and \
        `generate_prediction.py`, with the versions named here. *Compared* counts numbers. *Allowed* is the largest absolute \
        difference the test lets pass; where both sides draw at random it is the Monte-Carlo error of that case. *Largest* is \
        the largest there was.\n"
        .to_owned();
    for (title, checks) in SECTIONS {
        let _ = writeln!(
            text,
            "\n## {title}\n\n| quantity | functions | oracle | compared | allowed | largest |\n|---|---|---|--:|--:|--:|"
        );
        for check in *checks {
            let _ = writeln!(text, "{}", row(check, &check.found()));
        }
    }
    text
}

fn row(check: &Check, found: &Found) -> String {
    let functions: Vec<String> = check.functions.iter().map(|f| format!("`{f}`")).collect();
    let versions: Vec<String> = check.by.iter().map(|library| version(library)).collect();
    let allowed = match check.allowed {
        Allowed::UpTo(0.0) => "0".to_owned(),
        Allowed::UpTo(allowed) => format!("{allowed:.0e}"),
        Allowed::MonteCarlo => "Monte Carlo".to_owned(),
    };
    let largest = match found.largest {
        0.0 => "0".to_owned(),
        largest => format!("{largest:.0e}"),
    };
    format!(
        "| {} | {} | {} ({}) | {} | {allowed} | {largest} |",
        check.quantity,
        functions.join(", "),
        check.oracle,
        versions.join(", "),
        found.compared,
    )
}
