//! Scores over time, over the example runs: each is a series of one run in each of its languages.

use assay_app::{App, AppConfig};

use crate::support::Home;

#[tokio::test(flavor = "multi_thread")]
async fn series_are_listed_drawn_and_asked_for_by_what_they_are() {
    let home = Home::empty();
    let nothing = home.run(&["trends"]);
    assert_eq!(nothing.code, Some(0), "{nothing:?}");
    assert!(nothing.out.contains("no series: 0 runs were looked at"));

    let app = App::open(AppConfig::new(home.path())).await.unwrap();
    app.restore_sample_workspace().await.unwrap();
    let runs = app.list_runs().await.unwrap();
    let languages: usize = runs.iter().map(|run| run.languages.len()).sum();
    app.close().await;
    assert!(runs.len() > 5 && languages > 40);
    let said = home.run(&["trends", "--fail-on-regression"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    for expected in [
        "smollm2-135m · completion",
        "gemma3-270m",
        "95 % interval",
        "One run is no trend yet.",
    ] {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    let all = home.json(0, &["trend"]);
    let series = all["series"].as_array().unwrap();
    assert_eq!(
        (series.len(), &all["n_runs"]),
        (languages, &runs.len().into())
    );
    let one = home.json(
        0,
        &[
            "trends",
            "--model",
            "llamacpp:gemma3-270m",
            "--strategy",
            "completion",
            "--language",
            "python",
            "--dataset",
            "starter",
        ],
    );
    let key = one["series"][0]["key"].as_str().unwrap();
    assert!(
        key.starts_with("starter/") && key.ends_with("/python/completion/llamacpp:gemma3-270m")
    );
    assert_eq!(one["series"][0]["latest"], serde_json::Value::Null);
    let none = home.json(0, &["trends", "--language", "csharp"]);
    assert_eq!(none["series"], serde_json::json!([]));

    for (name, begins) in [
        ("t.svg", "<svg"),
        ("t.pdf", "%PDF-"),
        ("t.csv", "Series,Run"),
    ] {
        let path = home.path().join(name);
        let path = path.to_str().unwrap();
        let said = home.run(&["trends", "--series", key, "--figure", path]);
        assert_eq!(said.code, Some(0), "{said:?}");
        let written = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        assert!(written.starts_with(begins), "{name}");
    }
    for wrong in [
        &["trends", "--figure", "t.jpg"][..],
        &["trends", "--alpha", "2"],
        &["trends", "--tolerate", "-5"],
        &["trends", "--dataset-version", "1"],
    ] {
        assert_eq!(home.run(wrong).code, Some(2), "{wrong:?}");
    }
}
