//! Comparisons, their figures, and problems, over the example runs.

use assay_app::{App, AppConfig};
use serde_json::Value;

use crate::support::Home;

/// A data folder with the example runs, and the ids of these.
async fn with_examples() -> (Home, Vec<String>) {
    let home = Home::empty();
    let app = App::open(AppConfig::new(home.path())).await.unwrap();
    app.restore_sample_workspace().await.unwrap();
    let runs = app.list_runs().await.unwrap();
    app.close().await;
    (
        home,
        runs.into_iter().map(|run| run.id.to_string()).collect(),
    )
}

fn ok(home: &Home, args: &[&str]) -> String {
    let said = home.run(args);
    assert_eq!(said.code, Some(0), "{said:?}");
    said.out
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_shows_every_figure_in_numbers_and_writes_it() {
    let (home, runs) = with_examples().await;
    let mut args = vec!["compare"];
    args.extend(runs.iter().map(String::as_str));
    let plain = ok(&home, &args);
    assert!(
        plain.contains("detectable") && plain.contains("problems needed"),
        "{plain}"
    );
    for (show, expected) in [
        ("scores", "Interval"),
        ("differences", "points"),
        ("languages", "Python"),
        ("significance", "not significant"),
        ("cost", "no series has both a score and a known cost"),
        ("time", "On the Pareto front"),
        ("problems", "hardest first"),
    ] {
        let text = ok(&home, &[args.as_slice(), &["--show", show]].concat());
        assert!(text.contains(expected), "{show}: {text}");
    }
    for (name, begins) in [("f.svg", "<svg"), ("f.pdf", "%PDF-"), ("f.csv", "Problem")] {
        let path = home.path().join(name);
        let path = path.to_str().unwrap();
        ok(
            &home,
            &[args.as_slice(), &["--show", "problems", "--figure", path]].concat(),
        );
        let written = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        assert!(written.starts_with(begins), "{name}");
    }
    let wrong = home.run(&[args.as_slice(), &["--figure", "f.jpg"]].concat());
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_has_the_sections_that_are_asked_for() {
    let (home, runs) = with_examples().await;
    let path = home.path().join("report.md");
    let runs = runs.join(",");
    let args = ["report", "--runs", &runs, "--format", "md", "--out"];
    let write = |sections: &[&str]| {
        let out = [path.to_str().unwrap()];
        ok(&home, &[args.as_slice(), &out, sections].concat());
        std::fs::read_to_string(&path).unwrap()
    };
    let plain = write(&[]);
    let two = write(&["--sections", "problems,time"]);
    let all = write(&["--sections", "all"]);
    for (heading, in_two) in [
        ("## Significance", false),
        ("## Languages", false),
        ("## Score and cost", false),
        ("## Score and time", true),
        ("## Problems", true),
        ("## One solves it, the other does not", false),
        ("## Over time", false),
    ] {
        assert!(!plain.contains(heading), "{heading}");
        assert_eq!(two.contains(heading), in_two, "{heading}");
        assert!(all.contains(heading), "{heading}");
    }
    let wrong = home.run(&[args.as_slice(), &["x.md", "--sections", "all-of-it"]].concat());
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn flips_go_both_ways_and_a_baseline_is_named_by_its_label() {
    let (home, runs) = with_examples().await;
    let mut args = vec!["compare"];
    args.extend(runs.iter().map(String::as_str));
    let compared = home.json(0, &args);
    let label = |i: usize| compared["scores"][i]["label"].as_str().unwrap().to_owned();
    let (a, b) = (label(0), label(1));
    let flips = home.json(0, &[args.as_slice(), &["--flips", &a, &b]].concat());
    let n = |field: &str| match &flips[field] {
        Value::Array(list) => list.len() as u64,
        number => number.as_u64().unwrap(),
    };
    assert_eq!(n("n"), n("both") + n("neither") + n("only_a") + n("only_b"));
    let text = ok(&home, &[args.as_slice(), &["--flips", &a, &b]].concat());
    assert!(text.contains("solves and"), "{text}");
    let based = home.json(0, &[args.as_slice(), &["--baseline", &a]].concat());
    let pairs = based["pairs"].as_array().unwrap();
    let key = compared["scores"][0]["key"].clone();
    assert!(
        !pairs.is_empty() && pairs.iter().all(|pair| pair["b"] == key),
        "{based}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_shows_who_solves_it_and_every_program() {
    let (home, _) = with_examples().await;
    let text = ok(&home, &["problem", "starter/mask-middle", "--programs"]);
    for expected in [
        "Who solves starter/mask-middle",
        "Wilson",
        "── sample",
        "mask_middle",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let figure = home.path().join("who.png");
    ok(
        &home,
        &[
            "problem",
            "starter/mask-middle",
            "--figure",
            figure.to_str().unwrap(),
        ],
    );
    assert_eq!(&std::fs::read(figure).unwrap()[1..4], b"PNG");
    let found = home.json(0, &["problem", "starter/mask-middle", "--by", "strategy"]);
    assert!(
        found["answers"].as_array().is_some_and(|a| !a.is_empty()),
        "{found}"
    );
    let missing = home.run(&["problem", "no/such-problem"]);
    assert_eq!(missing.code, Some(3), "{missing:?}");
}
