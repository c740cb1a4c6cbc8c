//! Every quantity against an independent implementation, whose values and versions `fixtures/generate.py` stored.
//! The table in `docs/adaptive.md` is made of the same list.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod bandits;
mod check;
mod estimates;
#[path = "../support/stream.rs"]
mod stream;

use std::fmt::Write as _;
use std::path::Path;

use check::{Check, version};

const SECTIONS: [&[Check]; 2] = [bandits::CHECKS, estimates::CHECKS];

#[test]
fn all_agree() {
    let mut wrong = Vec::new();
    for check in SECTIONS.into_iter().flatten() {
        let found = check.found();
        let named = |wrong: String| format!("{}: {wrong}", check.quantity);
        wrong.extend(found.wrong.into_iter().map(named));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

const PAGE: &str = "../../docs/adaptive.md";
const BEGIN: &str = "<!-- oracles: written by the test `oracle_table` -->\n";
const END: &str = "<!-- oracles: end -->\n";

/// `ASSAY_WRITE_TABLES=1` writes the table into the page. Else what is written must be what the checks say, but for the last
/// column: differences of this size depend on the machine's mathematical functions, and may not be much larger than they were.
#[test]
fn oracle_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = std::fs::read_to_string(&path).unwrap();
    let table = table();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("ASSAY_WRITE_TABLES").is_some_and(|value| value == "1") {
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    let stale =
        "docs/adaptive.md is not what the tests check: run this test with ASSAY_WRITE_TABLES=1";
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
    let mut text = "| quantity | of | oracle | compared | allowed | largest |\n\
        |---|---|---|--:|--:|--:|\n"
        .to_owned();
    for check in SECTIONS.into_iter().flatten() {
        let found = check.found();
        let versions: Vec<String> = check.by.iter().map(|library| version(library)).collect();
        let number = |value: f64| match value {
            0.0 => "0".to_owned(),
            value => format!("{value:.0e}"),
        };
        let allowed = check.allowed.map_or("Monte Carlo".to_owned(), number);
        let _ = writeln!(
            text,
            "| {} | `{}` | {} ({}) | {} | {allowed} | {} |",
            check.quantity,
            check.of,
            check.oracle,
            versions.join(", "),
            found.compared,
            number(found.largest),
        );
    }
    text
}
