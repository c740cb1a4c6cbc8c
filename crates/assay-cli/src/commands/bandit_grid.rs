//! What `assay bandit evaluate` and `rules` print.

use assay_app::dto::{Bounded, FamilyRule, GridModelView, GridView, LogEstimate};

use crate::output::{p_value, percent, table};

fn share(b: Bounded) -> String {
    format!(
        "{} [{}, {}]",
        percent(b.value),
        percent(b.low),
        percent(b.high)
    )
}

fn points(b: Bounded) -> String {
    format!(
        "{:+.1} [{:+.1}, {:+.1}]",
        b.value * 100.0,
        b.low * 100.0,
        b.high * 100.0
    )
}

pub(super) fn text(view: &GridView) -> String {
    let mut parts: Vec<String> = view.models.iter().map(model_text).collect();
    parts.extend(view.notes.iter().map(|note| format!("note: {note}")));
    if view.models.is_empty() {
        parts.insert(
            0,
            "no grid: give runs that asked the same problems by two strategies or more".to_owned(),
        );
    }
    parts.join("\n\n")
}

fn model_text(model: &GridModelView) -> String {
    let datasets: Vec<String> = model.datasets.iter().map(ToString::to_string).collect();
    let languages: Vec<&str> = model.languages.iter().map(|l| l.title()).collect();
    let head = format!(
        "{} on {}: {} problems of {} source problems, in {}",
        model.model,
        datasets.join(", "),
        model.n_problems,
        model.n_clusters,
        languages.join(", ")
    );
    let choices: Vec<Vec<String>> = model
        .choices
        .iter()
        .map(|choice| {
            vec![
                if choice.is_baseline {
                    format!("{} (baseline)", choice.label)
                } else {
                    choice.label.clone()
                },
                share(choice.score),
                choice.difference.map(points).unwrap_or_default(),
                choice.p_adjusted.map(p_value).unwrap_or_default(),
                match (choice.difference, choice.significant) {
                    (Some(_), true) => "significant",
                    (Some(_), false) => "not shown",
                    (None, _) => "",
                }
                .to_owned(),
            ]
        })
        .collect();
    let estimators: Vec<Vec<String>> = model
        .estimators
        .iter()
        .map(|e| {
            vec![
                e.name.clone(),
                format!(
                    "{:.3} [{:.3}, {:.3}]",
                    e.estimate.value, e.estimate.low, e.estimate.high
                ),
                format!("{:.3}", e.truth),
                if e.covers { "within" } else { "outside" }.to_owned(),
                e.n.to_string(),
                format!("{:.1}", e.effective_n),
            ]
        })
        .collect();
    let picked: Vec<String> = model
        .picked
        .iter()
        .map(|p| format!("{} {}", p.arm, p.count))
        .collect();
    let mut text = format!(
        "{head}\n\n{}\n\nchosen: {}\n{}",
        table(
            &[
                "choice",
                "pass@1",
                "adaptive beside it, points",
                "p, Holm",
                ""
            ],
            &choices
        ),
        picked.join(", "),
        model.words
    );
    if !estimators.is_empty() {
        text.push_str("\n\n");
        text.push_str(&table(
            &[
                "off-policy estimate of the reward",
                "value",
                "truth",
                "",
                "rounds",
                "worth",
            ],
            &estimators,
        ));
    }
    text
}

pub(super) fn rules_text(rules: &[FamilyRule]) -> String {
    if rules.is_empty() {
        return "no rules: no model was run here yet".to_owned();
    }
    let parts: Vec<String> = rules
        .iter()
        .map(|rule| {
            let rows: Vec<Vec<String>> = rule
                .evidence
                .iter()
                .map(|e| {
                    vec![
                        e.strategy.to_string(),
                        e.score.map(share).unwrap_or_default(),
                        e.n.to_string(),
                        e.difference.map(points).unwrap_or_default(),
                        e.p_adjusted.map(p_value).unwrap_or_default(),
                    ]
                })
                .collect();
            format!(
                "{} ({}): {}\n{}\n\n{}",
                rule.title,
                rule.kind,
                rule.strategy,
                rule.words,
                table(
                    &[
                        "strategy",
                        "pass@1",
                        "n",
                        "beside the plain way, points",
                        "p, Holm"
                    ],
                    &rows
                )
            )
        })
        .collect();
    parts.join("\n\n")
}

pub(super) fn estimates_text(estimates: &[LogEstimate]) -> String {
    let rows: Vec<Vec<String>> = estimates
        .iter()
        .map(|one| {
            vec![
                one.arm.to_string(),
                one.estimator.clone(),
                format!(
                    "{:.3} [{:.3}, {:.3}]",
                    one.estimate.value, one.estimate.low, one.estimate.high
                ),
                one.n.to_string(),
                format!("{:.1}", one.effective_n),
                format!("{:.1}", one.largest_weight),
            ]
        })
        .collect();
    table(
        &[
            "strategy everywhere",
            "estimator",
            "reward",
            "rounds",
            "worth",
            "largest weight",
        ],
        &rows,
    )
}
