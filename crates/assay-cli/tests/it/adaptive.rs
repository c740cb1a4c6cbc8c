//! Strategies that a policy chooses, from the run to the reasons.

use std::time::Duration;

use serde_json::Value;

use crate::eval::starter_answers;
use crate::server;
use crate::support::Home;

const LEARNED: &[&str] = &["bandit", "show"];

fn lessons(home: &Home) -> u64 {
    home.json(0, LEARNED)["summary"]["lessons"]
        .as_u64()
        .unwrap()
}

/// The arm and the number of each sample of a run.
fn samples(home: &Home, run: &Value) -> Vec<(String, String)> {
    let run = run["run_id"].as_str().unwrap();
    let said = home.run(&["runs", "export", run, "--format", "csv"]);
    let mut table = csv::Reader::from_reader(said.out.as_bytes());
    let headers = table.headers().unwrap().clone();
    let place = |name: &str| headers.iter().position(|h| h == name).unwrap();
    let (arm, id) = (place("arm"), place("id"));
    table
        .records()
        .map(Result::unwrap)
        .map(|row| (row[arm].to_owned(), row[id].to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_chooses_learns_explains_itself_and_is_measured() {
    let answers = starter_answers();
    let n = answers.len();
    let server = server::solver(answers, Duration::ZERO).await;
    let home = Home::empty();
    let model = server::model(&server);
    let eval = |strategy: &str, more: &[&str]| {
        let mut args = vec![
            "eval",
            "--model",
            &model,
            "--dataset",
            "starter",
            "--strategy",
            strategy,
        ];
        args.extend(more);
        home.json(0, &args)
    };
    tokio::task::block_in_place(|| {
        // The server answers messages alone.
        let arms = "instruct,restated,plan-then-code";
        home.json(0, &["bandit", "create", "default", "--arms", arms]);
        let run = eval("adaptive", &[]);
        assert_eq!(run["status"], "completed");
        assert_eq!(lessons(&home), n as u64);
        let samples = samples(&home, &run);
        assert_eq!(samples.len(), n);
        assert!(
            samples
                .iter()
                .all(|(arm, _)| !arm.is_empty() && arm != "adaptive")
        );

        // The reasons, and the same decisions again.
        let (arm, id) = &samples[n - 1];
        let why = home.json(0, &["bandit", "why", id]);
        assert_eq!(why["arm"], arm.as_str());
        assert!(why["features"].as_array().unwrap().len() > 5, "{why}");
        assert!(why["reward"].as_f64().unwrap() > 0.0);
        let again = home.json(0, &["bandit", "replay"]);
        assert_eq!(again["decisions"], n);
        assert_eq!(again["same"], n);

        // The same run again asks nobody, and teaches nothing it has taught.
        let before = lessons(&home);
        let chosen = eval("adaptive", &["--no-learning"]);
        assert_eq!(chosen["status"], "completed");
        assert_eq!(lessons(&home), before);

        // Beside fixed strategies, on problems it has not learned from.
        let fixed: Vec<String> = ["instruct", "restated"]
            .iter()
            .map(|strategy| eval(strategy, &[])["run_id"].as_str().unwrap().to_owned())
            .collect();
        let grid = home.json(
            0,
            &["bandit", "evaluate", &fixed[0], &fixed[1], "--folds", "5"],
        );
        // Beside them, its score is told for what it is: on the screen, and on paper.
        let compared = home.run(&["compare", run["run_id"].as_str().unwrap(), &fixed[0]]);
        assert!(compared.out.contains("not cross-fitted"), "{compared:?}");
        let alone = home.run(&["compare", &fixed[0], &fixed[1]]);
        assert!(!alone.out.contains("cross-fitted"), "{alone:?}");
        for format in ["md", "html"] {
            let file = home.path().join(format!("report.{format}"));
            let path = file.to_str().unwrap();
            let both = format!("{},{}", run["run_id"].as_str().unwrap(), fixed[0]);
            home.json(
                0,
                &["report", "--runs", &both, "--format", format, "--out", path],
            );
            let report = std::fs::read_to_string(&file).unwrap();
            assert!(report.contains("not cross-fitted"), "{report}");
        }
        let of_model = &grid["models"][0];
        assert_eq!(of_model["n_problems"], n);
        assert!(
            of_model["choices"]
                .as_array()
                .unwrap()
                .iter()
                .all(|c| c["significant"] == false),
            "all pass by either: nothing differs"
        );
        let taught = home.json(0, &["bandit", "teach", "other", &fixed[0], &fixed[1]]);
        assert_eq!(taught["lessons"], 2 * n);
        home.json(0, &["bandit", "freeze", "other"]);
        let frozen = home.json(2, &["bandit", "teach", "other", &fixed[0]]);
        assert_eq!(frozen["error"]["code"], "policy-frozen");
        let rules = home.json(0, &["bandit", "rules"]);
        assert_eq!(rules[0]["reason"], "plain", "{rules}");

        // Taken elsewhere and begun anew.
        let file = home.path().join("policy.json");
        let file = file.to_str().unwrap();
        home.json(0, &["bandit", "export", "default", "--to", file]);
        home.json(0, &["bandit", "import", file, "--name", "copy"]);
        home.json(0, &["bandit", "freeze", "copy"]);
        home.json(
            0,
            &["bandit", "reset", "default", "--algorithm", "thompson"],
        );
        assert_eq!(lessons(&home), 0);
        let listed = home.json(0, &["bandit", "list"]);
        let names: Vec<&str> = listed
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["copy", "default", "other"]);
    });
}

#[test]
fn what_is_wrong_is_said() {
    let home = Home::empty();
    let refused = |args: &[&str], code: &str| {
        let said = home.json(2, args);
        assert_eq!(said["error"]["code"], code, "{said}");
    };
    refused(&["bandit", "show", "nobody"], "policy-not-found");
    refused(
        &["bandit", "create", "p", "--exploration", "2"],
        "bad-policy",
    );
    refused(
        &["bandit", "create", "p", "--reward", "beauty=1"],
        "bad-policy",
    );
    refused(&["bandit", "create", "p", "--reward", "pass"], "bad-number");
    refused(
        &["bandit", "create", "p", "--algorithm", "fixed"],
        "bad-policy",
    );
    // Nothing that is said is passed over.
    refused(
        &["bandit", "create", "p", "--arm", "restated"],
        "bad-policy",
    );
    let (create, how) = (["bandit", "create", "p"], ["--alpha", "0.3"]);
    for algorithm in ["epsilon-greedy", "fixed"] {
        let mut args = [&create[..], &how[..], &["--algorithm", algorithm]].concat();
        if algorithm == "fixed" {
            args.extend(["--arm", "restated"]);
        }
        refused(&args, "bad-policy");
    }
    let fixed = ["--algorithm", "fixed", "--arm", "restated"];
    home.json(0, &[&create[..], &fixed[..]].concat());
    home.json(0, &["bandit", "reset", "p", "--arm", "instruct"]);
    let reset = home.json(0, &["bandit", "show", "p"]);
    assert_eq!(reset["setup"]["algorithm"]["arm"], "instruct");
    home.json(0, &["bandit", "delete", "p"]);
    let eval = ["eval", "--model", "local:m", "--dataset", "starter"];
    for more in [
        &["--policy", "p"][..],
        &["--no-learning"],
        &["--strategy", "instruct", "--policy", "p"],
    ] {
        refused(&[&eval[..], more].concat(), "not-adaptive");
    }
    refused(&["bandit", "rules", "--set", "nonsense"], "bad-rule");
    let broken = home.file("broken.json", "{}");
    refused(
        &["bandit", "import", broken.to_str().unwrap()],
        "bad-policy",
    );
    let text = home.run(&["bandit", "list"]);
    assert!(text.out.contains("no policies yet"), "{text:?}");
}
