//! What is estimated from a log of choices.

use assay_store::DecisionRecord;

use super::*;

#[tokio::test]
async fn translations_of_a_problem_are_one_cluster_of_the_log() {
    let (_folder, app) = app().await;
    // As in data sets whose translations have ids of their own.
    let of_language =
        |problem: &Problem| ProblemId::new(format!("{}-{}", problem.language, problem.id));
    let run = put_as(&app, "adaptive", "1", of_language, |_, n| {
        n.is_multiple_of(2)
    })
    .await;
    let usual = app.usual_policy_setup();
    app.create_policy("mine", &usual).await.unwrap();
    let store = app.store().await.unwrap();
    let policy = store.policy("mine").await.unwrap();
    let arms: Vec<StrategyId> = ["instruct", "restated"].map(StrategyId::from).to_vec();
    let context = vec![1.0; assay_prompting::FEATURES.len()];
    let known = assay_bandit::Policy::new(
        assay_bandit::PolicyConfig {
            exploration: 0.5,
            ..assay_bandit::PolicyConfig::default()
        },
        context.len(),
    )
    .unwrap();
    for outcome in store.outcomes(&run).await.unwrap() {
        let seed = outcome.sample.0.unsigned_abs();
        let decision = known.decide(&context, &arms, seed).unwrap();
        let record = DecisionRecord {
            sample: outcome.sample,
            policy: policy.id,
            seen: 0,
            context_version: assay_prompting::CONTEXT_VERSION,
            context: context.clone(),
            arm: decision.arm,
            greedy: decision.greedy,
            explored: decision.explored,
            exploration: 0.5,
            frozen: false,
            propensity: decision.propensity,
            scores: serde_json::to_string(&decision.scores).unwrap(),
            seed,
        };
        store.record_decision(record).await.unwrap();
    }
    let log = app.logged(&policy).await.unwrap();
    let clusters: std::collections::BTreeSet<&str> =
        log.iter().map(|one| one.round.cluster.as_str()).collect();
    assert_eq!((log.len(), clusters.len()), (40, 20));
    let estimates = app.log_estimates(&policy).await.unwrap();
    assert!(estimates.iter().any(|one| one.arm == arms[0]));

    // Beside other strategies, its score is told for what it is.
    let note = |runs: Vec<RunId>| {
        let app = &app;
        async move {
            let query = crate::dto::CompareQuery {
                runs,
                by: crate::dto::CompareBy::Strategy,
                baseline: None,
                alpha: 0.05,
                correction: crate::dto::Correction::Holm,
                k: 1,
            };
            let view = app.compare(&query).await.unwrap();
            view.warnings.iter().any(|w| w.contains("cross-fitted"))
        }
    };
    let fixed = put(&app, "instruct", |_, _| true).await;
    assert!(note(vec![run, fixed.clone()]).await);
    assert!(!note(vec![fixed]).await);
    app.close().await;
}
