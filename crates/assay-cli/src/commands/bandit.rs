//! `assay bandit`

use assay_app::dto::{
    DecisionView, FeatureOverride, GridQuery, PolicyAlgorithm, PolicySetup, PolicySummary,
    PolicyView, WhatIf, WhatIfQuery,
};
use assay_app::{App, AppError};
use assay_core::{DatasetId, Language, ProblemId, SampleId, StrategyId};
use serde_json::json;

use super::{cancellable, task_bar};
use crate::Ending;
use crate::args::{AlgorithmArg, BanditCommand, SetupArgs};
use crate::output::{Output, percent, table};

const TASK: &str = "bandit";

pub async fn run(app: &App, command: BanditCommand, output: Output) -> Result<Ending, AppError> {
    match command {
        BanditCommand::List => output.answer(&app.policies().await?, |all| list_text(all)),
        BanditCommand::Show { policy } => output.answer(&app.policy(&policy).await?, policy_text),
        BanditCommand::Create { policy, setup } => {
            let setup = setup_of(app.usual_policy_setup(), &setup)?;
            let made = app.create_policy(&policy, &setup).await?;
            output.answer(&made, |made| {
                format!("{} is made: {}", made.name, made.algorithm)
            });
        }
        BanditCommand::Reset { policy, setup } => {
            let before = app.policy_setup(&policy).await?;
            let setup = setup_of(before, &setup)?;
            let made = app.reset_policy(&policy, Some(&setup)).await?;
            output.answer(&made, |made| {
                format!("{} begins anew: {}", made.name, made.algorithm)
            });
        }
        BanditCommand::Freeze { policy } => {
            let frozen = app.freeze_policy(&policy, true).await?;
            output.answer(&frozen, |p| format!("{} learns nothing more", p.name));
        }
        BanditCommand::Unfreeze { policy } => {
            let learns = app.freeze_policy(&policy, false).await?;
            output.answer(&learns, |p| format!("{} goes on learning", p.name));
        }
        BanditCommand::Delete { policy } => {
            app.delete_policy(&policy).await?;
            output.answer(&json!({ "policy": policy, "deleted": true }), |_| {
                format!("{policy} is no longer used")
            });
        }
        BanditCommand::Export { policy, to } => {
            app.export_policy(&policy, &to).await?;
            output.answer(&json!({ "policy": policy, "path": to }), |_| {
                format!("{policy} is written to {}", to.display())
            });
        }
        BanditCommand::Import { file, name } => {
            let made = app.import_policy(&file, name.as_deref()).await?;
            output.answer(&made, |made| format!("{} is there", made.name));
        }
        BanditCommand::Teach { policy, runs } => {
            let mut ids = Vec::with_capacity(runs.len());
            for run in &runs {
                ids.push(app.resolve_run(run).await?);
            }
            let taught = app.teach_policy(&policy, &ids).await?;
            output.answer(&json!({ "policy": policy, "lessons": taught }), |_| {
                format!("{policy} learned {taught} outcomes")
            });
        }
        BanditCommand::Why { sample } => {
            let Some(decision) = app.decision(SampleId(sample)).await? else {
                // A sample that is not there is an error of its own.
                let sample = app.sample(SampleId(sample)).await?.sample;
                output.answer(&json!(null), |_| match sample.arm {
                    Some(arm) => format!(
                        "no decision is stored for this sample: it is a copy, asked by {arm} as a policy chose where it was copied from"
                    ),
                    None => format!(
                        "no policy chose for this sample: its run asked by {}",
                        sample.strategy
                    ),
                });
                return Ok(Ending::Done);
            };
            output.answer(&decision, decision_text);
        }
        BanditCommand::WhatIf {
            model,
            dataset,
            problem,
            language,
            policy,
            instead,
        } => {
            let query = WhatIfQuery {
                policy,
                model,
                dataset: DatasetId::new(dataset),
                language: language.as_deref().map(Language::new),
                problem: ProblemId::new(problem),
                instead: pairs(&instead, "feature")?
                    .into_iter()
                    .map(|(feature, value)| FeatureOverride { feature, value })
                    .collect(),
            };
            output.answer(&app.what_if(&query).await?, what_if_text);
        }
        BanditCommand::Features => output.answer(&app.features(), |all| {
            let rows: Vec<Vec<String>> = all
                .iter()
                .map(|f| vec![f.feature.clone(), f.title.clone(), f.rule.clone()])
                .collect();
            table(&["feature", "a high value says", "rule"], &rows)
        }),
        BanditCommand::Replay { policy } => {
            let (bar, show) = task_bar();
            let replayed = cancellable(app, TASK, app.replay_policy(&policy, TASK, show)).await;
            bar.finish();
            let replayed = replayed?;
            output.answer(&replayed, |r| {
                let mut text = format!(
                    "{} decisions made again, {} the same to the last bit",
                    r.decisions, r.same
                );
                for one in &r.differing {
                    text.push_str(&format!(
                        "\nsample {}: {} then, {} now",
                        one.sample.0, one.stored, one.again
                    ));
                }
                if !r.estimates.is_empty() {
                    text.push_str("\n\n");
                    text.push_str(&super::bandit_grid::estimates_text(&r.estimates));
                }
                text
            });
            if replayed.same < replayed.decisions {
                return Ok(Ending::SomethingFailed);
            }
        }
        BanditCommand::Evaluate(args) => {
            let mut runs = Vec::with_capacity(args.runs.len());
            for run in &args.runs {
                runs.push(app.resolve_run(run).await?);
            }
            let query = GridQuery {
                runs,
                policy: args.policy,
                baseline: args.baseline.map(StrategyId::new),
                folds: args.folds,
                seed: args.seed,
                own_choices: args.own_choices,
            };
            let (bar, show) = task_bar();
            let made = cancellable(app, TASK, app.evaluate_grid(&query, TASK, show)).await;
            bar.finish();
            output.answer(&made?, super::bandit_grid::text);
        }
        BanditCommand::Rules { set, clear } => {
            if let Some(set) = set {
                let (family, strategy) = set.split_once('=').ok_or_else(|| {
                    AppError::usage(
                        "bad-rule",
                        format!("'{set}' is no rule"),
                        "write FAMILY=STRATEGY",
                    )
                })?;
                app.set_family_rule(family.trim(), Some(&StrategyId::new(strategy.trim())))
                    .await?;
            }
            if let Some(family) = clear {
                app.set_family_rule(&family, None).await?;
            }
            output.answer(&app.family_rules().await?, |rules| {
                super::bandit_grid::rules_text(rules)
            });
        }
    }
    Ok(Ending::Done)
}

/// A set-up with what was said on the command line in it.
fn setup_of(before: PolicySetup, args: &SetupArgs) -> Result<PolicySetup, AppError> {
    let mut setup = before;
    let unlike = |option: &str, whose: &str, hint: &str| {
        Err(AppError::usage(
            "bad-policy",
            format!("{option} is {whose}, which this policy does not choose by"),
            hint,
        ))
    };
    let number = |default: f64| args.alpha.unwrap_or(default);
    match args.algorithm {
        Some(AlgorithmArg::LinUcb) => {
            setup.algorithm = PolicyAlgorithm::LinUcb { alpha: number(0.5) };
        }
        Some(AlgorithmArg::Thompson) => {
            setup.algorithm = PolicyAlgorithm::Thompson { scale: number(0.5) };
        }
        Some(AlgorithmArg::EpsilonGreedy) => setup.algorithm = PolicyAlgorithm::EpsilonGreedy,
        Some(AlgorithmArg::Fixed) => {
            let arm = args.arm.as_deref().ok_or_else(|| {
                AppError::usage("bad-policy", "no arm is named", "add --arm STRATEGY")
            })?;
            setup.algorithm = PolicyAlgorithm::Fixed {
                arm: StrategyId::new(arm),
            };
        }
        None => match &mut setup.algorithm {
            PolicyAlgorithm::LinUcb { alpha } => *alpha = number(*alpha),
            PolicyAlgorithm::Thompson { scale } => *scale = number(*scale),
            PolicyAlgorithm::EpsilonGreedy => {}
            PolicyAlgorithm::Fixed { arm } => {
                if let Some(other) = &args.arm {
                    *arm = StrategyId::new(other);
                }
            }
        },
    }
    match setup.algorithm {
        PolicyAlgorithm::Fixed { .. } => {}
        _ if args.arm.is_none() => {}
        _ => {
            return unlike(
                "--arm",
                "the arm of the algorithm fixed",
                "add --algorithm fixed; what other algorithms choose from is named by --arms",
            );
        }
    }
    match setup.algorithm {
        PolicyAlgorithm::LinUcb { .. } | PolicyAlgorithm::Thompson { .. } => {}
        _ if args.alpha.is_none() => {}
        _ => {
            return unlike(
                "--alpha",
                "LinUCB's, or Thompson sampling's scale",
                "leave it out, or add --algorithm lin-ucb or --algorithm thompson",
            );
        }
    }
    setup.ridge = args.ridge.unwrap_or(setup.ridge);
    setup.exploration = args.exploration.unwrap_or(setup.exploration);
    for (part, weight) in pairs(&args.reward, "part")? {
        let place = match part.as_str() {
            "pass" => &mut setup.reward.pass,
            "quality" => &mut setup.reward.quality,
            "cost" => &mut setup.reward.cost,
            "latency" => &mut setup.reward.latency,
            _ => {
                return Err(AppError::usage(
                    "bad-policy",
                    format!("a reward has no part '{part}'"),
                    "its parts are pass, quality, cost and latency",
                ));
            }
        };
        *place = weight;
    }
    if !args.arms.is_empty() {
        setup.arms = args.arms.iter().map(StrategyId::new).collect();
    }
    Ok(setup)
}

/// `NAME=NUMBER`, several.
fn pairs(texts: &[String], what: &str) -> Result<Vec<(String, f64)>, AppError> {
    texts
        .iter()
        .map(|text| {
            let pair = text.split_once('=').and_then(|(name, number)| {
                Some((name.trim().to_owned(), number.trim().parse().ok()?))
            });
            pair.ok_or_else(|| {
                AppError::usage(
                    "bad-number",
                    format!("'{text}' is no {what} with a number"),
                    format!("write {}=NUMBER", what.to_uppercase()),
                )
            })
        })
        .collect()
}

fn list_text(policies: &[PolicySummary]) -> String {
    if policies.is_empty() {
        return "no policies yet; `assay eval --strategy adaptive` makes one, and so does `assay bandit create`"
            .to_owned();
    }
    let rows: Vec<Vec<String>> = policies
        .iter()
        .map(|p| {
            vec![
                p.name.clone(),
                p.algorithm.clone(),
                if p.frozen { "frozen" } else { "learning" }.to_owned(),
                p.decisions.to_string(),
                p.lessons.to_string(),
            ]
        })
        .collect();
    table(
        &["policy", "algorithm", "state", "decisions", "outcomes"],
        &rows,
    )
}

fn policy_text(policy: &PolicyView) -> String {
    let mut text = format!(
        "{}: {}, ridge {}, {} of choices random, {}\n{} decisions, {} outcomes learned\n\n",
        policy.summary.name,
        policy.summary.algorithm,
        policy.setup.ridge,
        percent(policy.setup.exploration),
        if policy.summary.frozen {
            "frozen"
        } else {
            "learning"
        },
        policy.summary.decisions,
        policy.summary.lessons,
    );
    let rows: Vec<Vec<String>> = policy
        .arms
        .iter()
        .map(|arm| {
            let bounds = |b: Option<assay_app::dto::Bounded>| match b {
                None => "—".to_owned(),
                Some(b) => format!("{:.3} [{:.3}, {:.3}]", b.value, b.low, b.high),
            };
            vec![
                arm.arm.to_string(),
                arm.pulls.to_string(),
                bounds(arm.pass_share),
                bounds(arm.reward),
            ]
        })
        .collect();
    text.push_str(&table(
        &[
            "strategy",
            "outcomes",
            "passed, Wilson 95 %",
            "reward, normal 95 %",
        ],
        &rows,
    ));
    for line in &policy.words {
        text.push_str(&format!("\n\n{line}"));
    }
    text
}

fn chances(arms: &[assay_app::dto::ArmChance]) -> String {
    let rows: Vec<Vec<String>> = arms
        .iter()
        .map(|arm| {
            vec![
                arm.arm.to_string(),
                format!("{:.3}", arm.mean),
                format!("{:.3}", arm.width),
                format!("{:.3}", arm.score),
                percent(arm.propensity),
            ]
        })
        .collect();
    table(&["strategy", "expected", "width", "score", "chance"], &rows)
}

fn features(features: &[assay_app::dto::FeatureValue]) -> String {
    let rows: Vec<Vec<String>> = features
        .iter()
        .map(|f| {
            vec![
                f.feature.clone(),
                format!("{:.3}", f.value),
                f.contribution
                    .map(|c| format!("{c:+.3}"))
                    .unwrap_or_default(),
                f.title.clone(),
            ]
        })
        .collect();
    table(
        &["feature", "value", "speaks for it by", "a high value says"],
        &rows,
    )
}

fn decision_text(decision: &DecisionView) -> String {
    let reward = decision
        .reward
        .map_or_else(|| "not learned".to_owned(), |r| format!("{r:.3}"));
    format!(
        "{}\n\npolicy {}{}, reward {reward}\n\n{}\n\n{}",
        decision.words,
        decision.policy,
        if decision.retired {
            " (begun anew since)"
        } else {
            ""
        },
        chances(&decision.arms),
        features(&decision.features)
    )
}

fn what_if_text(what_if: &WhatIf) -> String {
    format!(
        "{}\n\n{}\n\n{}",
        what_if.words,
        chances(&what_if.arms),
        features(&what_if.features)
    )
}
