//! `assay compare`

use assay_app::dto::{CompareBy, CompareQuery, ComparisonView, Correction};
use assay_app::{App, AppError};

use crate::Ending;
use crate::args::{By, CompareArgs, CorrectionArg};
use crate::output::{Output, p_value, percent, table};

pub async fn run(app: &App, args: CompareArgs, output: Output) -> Result<Ending, AppError> {
    let mut runs = Vec::new();
    for prefix in &args.runs {
        runs.push(app.resolve_run(prefix).await?);
    }
    let query = CompareQuery {
        runs,
        by: match args.by {
            By::Series => CompareBy::Series,
            By::Model => CompareBy::Model,
            By::Strategy => CompareBy::Strategy,
            By::Language => CompareBy::Language,
        },
        baseline: args.baseline,
        alpha: args.alpha,
        correction: match args.correction {
            CorrectionArg::Holm => Correction::Holm,
            CorrectionArg::Bh => Correction::BenjaminiHochberg,
        },
        k: args.k,
    };
    let view = app.compare(&query).await?;
    output.answer(&view, text);
    Ok(Ending::Done)
}

fn text(view: &ComparisonView) -> String {
    let label = |key: &str| {
        view.scores
            .iter()
            .find(|score| score.key == key)
            .map_or_else(|| key.to_owned(), |score| score.label.clone())
    };
    let ranking: Vec<Vec<String>> = view
        .scores
        .iter()
        .map(|s| {
            vec![
                s.rank.map(|r| r.to_string()).unwrap_or_default(),
                s.label.clone(),
                s.value.map(percent).unwrap_or_default(),
                match (s.low, s.high) {
                    (Some(low), Some(high)) => format!("{} – {}", percent(low), percent(high)),
                    _ => "not judged yet".to_owned(),
                },
                s.n_problems.to_string(),
                s.n_samples.to_string(),
            ]
        })
        .collect();
    let k = view.query.k;
    let score = format!("pass@{k}");
    let mut text = table(
        &[
            "rank",
            "series",
            &score,
            "95 % interval",
            "problems",
            "samples",
        ],
        &ranking,
    );
    if !view.pairs.is_empty() {
        let pairs: Vec<Vec<String>> = view
            .pairs
            .iter()
            .map(|p| {
                vec![
                    format!("{} − {}", label(&p.a), label(&p.b)),
                    format!("{:+.1}", p.diff * 100.0),
                    format!("{:+.1} … {:+.1}", p.low * 100.0, p.high * 100.0),
                    p.test.clone(),
                    p.n.to_string(),
                    p_value(p.p),
                    p_value(p.p_adjusted),
                    if p.significant { "yes" } else { "no" }.to_owned(),
                ]
            })
            .collect();
        text.push_str("\n\n");
        text.push_str(&table(
            &[
                "pair",
                "points",
                "interval",
                "test",
                "n",
                "p",
                "p adjusted",
                "significant",
            ],
            &pairs,
        ));
    }
    for warning in &view.warnings {
        text.push_str(&format!("\nwarning: {warning}"));
    }
    text
}
