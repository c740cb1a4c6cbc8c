//! Reports in every format.

#![allow(
    clippy::unwrap_used,
    reason = "a panic in a test's helper is a failed test too"
)]

mod support;

use std::collections::BTreeMap;

use assay_analytics::{
    CompareOptions, Evidence, GroupBy, PublishedScore, ScoreOptions, compare, reproductions,
};
use assay_core::*;
use assay_report::{FailureRow, Report, csv, html, markdown, pdf, transport_word};
use support::report::{report_of, section, show};
use support::{RUN, comparison, evidence, row, run};

/// A report with as many series as will not fit on one page.
fn long_report() -> Report {
    let rows = (0..26_usize)
        .flat_map(|m| {
            (0..40_usize).map(move |i| {
                let passed = u32::from((i * 7 + m * 3) % 40 < 3 + m);
                row(
                    RUN,
                    &format!("openai:vendor/model-number-{m}-with-a-long-name-instruct"),
                    i,
                    4,
                    passed * 2,
                )
            })
        })
        .collect();
    let evidence = Evidence {
        runs: vec![run(RUN, "Many")],
        rows,
    };
    let options = CompareOptions {
        score: ScoreOptions {
            k: vec![1, 2, 4],
            resamples: 100,
            ..ScoreOptions::default()
        },
        baseline: Some("openai:vendor/model-number-12-with-a-long-name-instruct".to_owned()),
        ..CompareOptions::default()
    };
    report_of(compare(&evidence, GroupBy::Model, &options).unwrap())
}

/// Without what is long and says nothing of the report: fonts and style.
fn without_style(html: &str) -> String {
    let (head, rest) = html.split_once("<style>").unwrap();
    let (_, body) = rest.split_once("</style>").unwrap();
    format!("{head}<style>…</style>{body}")
}

#[test]
fn a_report_as_html() {
    let text = html(&report_of(comparison(None))).unwrap();
    show("report.html", text.as_bytes());
    insta::assert_snapshot!(without_style(&text));
}

#[test]
fn html_needs_nothing_else_and_lets_no_name_out_of_its_place() {
    let mut report = report_of(comparison(None));
    report.title = "</title><script>alert(1)</script>".to_owned();
    report.notes = vec!["<img src=x onerror=alert(1)> \" ' &".to_owned()];
    report.failures[0].label = "<svg onload=alert(1)>".to_owned();
    report.runs[0].name = "<b>".to_owned();
    let text = html(&report).unwrap();
    for forbidden in [
        "<script",
        "<img",
        "<svg onload",
        "<b>&lt;",
        " src=\"http",
        "@import",
        "<link",
    ] {
        assert!(!text.contains(forbidden), "{forbidden}");
    }
    let addresses = text.matches("http").count();
    let name_space = text.matches("http://www.w3.org/2000/svg").count();
    let equiv = text.matches("http-equiv").count();
    assert_eq!(addresses, name_space + equiv);
    for needed in [
        "<html lang=\"en\">",
        "scope=\"col\"",
        "scope=\"row\"",
        "<caption>",
        "<figcaption>",
        "role=\"img\"",
    ] {
        assert!(text.contains(needed), "{needed}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report_of(comparison(Some("local:smollm2-135m")));
    assert_eq!(html(&report).unwrap(), html(&report.clone()).unwrap());
    let bytes = pdf(&report).unwrap();
    assert_eq!(bytes, pdf(&report.clone()).unwrap());
    assert_eq!(&bytes[..5], b"%PDF-");
    assert!(bytes.len() < 400_000, "{} bytes", bytes.len());
    show("report-baseline.pdf", &bytes);
}

#[test]
fn long_reports_take_more_pages() {
    let pages = |report: &Report, name: &str| {
        let bytes = pdf(report).unwrap();
        show(name, &bytes);
        let text = String::from_utf8_lossy(&bytes);
        text.matches("/Type/Page/").count() + text.matches("/Type /Page\n").count()
    };
    let short = pages(&report_of(comparison(None)), "report.pdf");
    let long = pages(&long_report(), "report-long.pdf");
    assert!(short >= 2 && long > short, "{short} {long}");
}

#[test]
fn a_report_as_markdown_and_csv() {
    let report = report_of(comparison(Some("local:smollm2-135m")));
    insta::assert_snapshot!(markdown(&report));
    let text = csv(&report);
    show("report.csv", text.as_bytes());
    assert_eq!(text.lines().next().unwrap().split(',').count(), 18);
    let (scores, pairs) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(scores.lines().count(), 6);
    assert_eq!(pairs.lines().count(), 5);
}

#[test]
fn published_scores_stand_beside_the_measured_ones() {
    let published = |model: &str, value: f64, source: &str| PublishedScore {
        model: model.to_owned(),
        dataset: DatasetId::from("humaneval"),
        language: Language::python(),
        k: 1,
        value,
        source: source.to_owned(),
    };
    let asked = [
        published("Qwen2.5-Coder-7B-Instruct", 0.62, "its makers' report"),
        published("local:smollm2-135m", 0.25, "a blog"),
        published("a model that nobody asked", 0.5, "a blog"),
    ];
    let mut report = report_of(comparison(None));
    report.published = reproductions(&evidence(), &asked, &ScoreOptions::default()).unwrap();
    let text = markdown(&report);
    let begin = text.find("## Beside published scores").unwrap();
    let end = begin + text[begin..].find("## How samples ended").unwrap();
    insta::assert_snapshot!(&text[begin..end]);
    let page = html(&report).unwrap();
    show("report-published.html", page.as_bytes());
    assert!(page.contains("Measured minus published scores"));
    pdf(&report).unwrap();
    let table = csv(&report);
    assert!(table.contains("nobody asked"));
    assert_eq!(table.split("\r\n\r\n").count(), 3);
}

#[test]
fn programs_and_requests_that_took_too_long_are_counted_apart() {
    let mut report = report_of(comparison(None));
    report.failures = vec![FailureRow {
        label: "one".to_owned(),
        counts: BTreeMap::from([
            (Verdict::Timeout.as_str().to_owned(), 7),
            (transport_word(Transport::Timeout).to_owned(), 2),
        ]),
    }];
    let text = markdown(&report);
    assert!(
        text.contains("| Series | Timeout | Request timeout |"),
        "{text}"
    );
    assert!(text.contains("| one | 7 | 2 |"), "{text}");
}

#[test]
fn a_graded_run_says_so_and_an_example_is_not_repeated() {
    let mut report = report_of(comparison(None));
    report.runs = vec![section(RunOrigin::Graded)];
    let graded = markdown(&report);
    assert!(graded.contains("assay grade --dataset humaneval --samples FILE --language python"));
    assert!(!graded.contains("Temperature:"));
    report.runs = vec![section(RunOrigin::SampleWorkspace)];
    let example = markdown(&report);
    assert!(!example.contains("assay grade") && !example.contains("assay eval"));

    // A merged run has no temperature where its sources have two.
    let mut merged = section(RunOrigin::Merged);
    merged.sources = vec!["first (1)".to_owned(), "second (2)".to_owned()];
    merged.differences = vec![("temperature".to_owned(), "0 / 0.8".to_owned())];
    report.runs = vec![merged];
    let merged = markdown(&report);
    assert!(merged.contains("Merged of: second (2)"), "{merged}");
    assert!(
        merged.contains("Not the same: temperature: 0 / 0.8"),
        "{merged}"
    );
    assert!(!merged.contains("Temperature:") && !merged.contains("assay eval"));
}

#[test]
fn a_report_on_one_series_or_without_a_value_stands_too() {
    let one = Evidence {
        runs: vec![run(RUN, "One")],
        rows: (0..5)
            .map(|i| row(RUN, "local:a", i, 1, u32::from(i < 2)))
            .collect(),
    };
    let none = Evidence {
        runs: vec![run(RUN, "None")],
        rows: (0..5).map(|i| row(RUN, "local:a", i, 0, 0)).collect(),
    };
    for evidence in [one, none] {
        let comparison = compare(&evidence, GroupBy::Series, &CompareOptions::default()).unwrap();
        let report = report_of(comparison);
        assert!(!html(&report).unwrap().contains("Differences"));
        pdf(&report).unwrap();
        markdown(&report);
    }
}

#[test]
fn a_shared_best_score_is_no_one_series_win() {
    let rows = |second: u32| {
        (0..4)
            .flat_map(|problem| {
                [
                    row(RUN, "local:a", problem, 1, 0),
                    row(RUN, "local:b", problem, 1, second),
                ]
            })
            .collect()
    };
    let first_finding = |second: u32| {
        let evidence = Evidence {
            runs: vec![run(RUN, "r")],
            rows: rows(second),
        };
        let made = compare(&evidence, GroupBy::Model, &CompareOptions::default()).unwrap();
        assay_report::methods::findings(&made).remove(0)
    };
    let tied = first_finding(0);
    assert!(
        tied.contains("share the highest") && tied.contains("a and"),
        "{tied}"
    );
    let won = first_finding(1);
    assert!(
        won.contains("has the highest") && won.starts_with('b'),
        "{won}"
    );
}
