//! `assay compare`

use std::path::Path;

use assay_app::dto::{
    CompareBy, CompareFigure, CompareQuery, ComparisonView, Correction, FigureFormat, FigureQuery,
    FigureSource, FlipView, FlipsView,
};
use assay_app::{App, AppError, Figure};

use crate::Ending;
use crate::args::{By, CompareArgs, CorrectionArg, FigureArg};
use crate::output::{Output, p_value, percent, table};

pub async fn run(app: &App, args: CompareArgs, output: Output) -> Result<Ending, AppError> {
    let format = args.figure.as_deref().map(format_of).transpose()?;
    let mut runs = Vec::new();
    for prefix in &args.runs {
        runs.push(app.resolve_run(prefix).await?);
    }
    let compare = CompareQuery {
        runs,
        by: compare_by(args.by),
        baseline: args.baseline,
        alpha: args.alpha,
        correction: match args.correction {
            CorrectionArg::Holm => Correction::Holm,
            CorrectionArg::Bh => Correction::BenjaminiHochberg,
        },
        k: args.k,
    };
    if let [a, b] = args.flips.as_slice() {
        let found = app.flips(&compare, a, b).await?;
        output.answer(&found, flips_text);
        return Ok(Ending::Done);
    }
    let query = FigureQuery {
        columns: args.columns,
        only_differing: args.only_differing,
        easiest_first: args.easiest_first,
        ..FigureQuery::new(
            compare,
            args.show.map_or(CompareFigure::Scores, compare_figure),
        )
    };
    match args.show {
        Some(_) => output.answer(&app.compare_figure(&query).await?, figure_text),
        None => output.answer(&app.compare(&query.compare).await?, text),
    }
    if let Some((path, format)) = args.figure.as_deref().zip(format) {
        let source = FigureSource::Comparison(query);
        let written = app.export_figure(&source, format, Some(path)).await?;
        output.note(&format!("{} ({} bytes)", written.path, written.bytes));
    }
    Ok(Ending::Done)
}

pub(super) fn compare_by(by: By) -> CompareBy {
    match by {
        By::Series => CompareBy::Series,
        By::Model => CompareBy::Model,
        By::Strategy => CompareBy::Strategy,
        By::Language => CompareBy::Language,
    }
}

fn compare_figure(figure: FigureArg) -> CompareFigure {
    match figure {
        FigureArg::Scores => CompareFigure::Scores,
        FigureArg::Differences => CompareFigure::Differences,
        FigureArg::Languages => CompareFigure::Languages,
        FigureArg::Significance => CompareFigure::Significance,
        FigureArg::Cost => CompareFigure::Cost,
        FigureArg::Time => CompareFigure::Time,
        FigureArg::Problems => CompareFigure::Problems,
    }
}

/// A figure's format by its file's name.
pub(super) fn format_of(path: &Path) -> Result<FigureFormat, AppError> {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default()
        .to_ascii_lowercase();
    match extension.as_str() {
        "svg" => Ok(FigureFormat::Svg),
        "png" => Ok(FigureFormat::Png),
        "pdf" => Ok(FigureFormat::Pdf),
        "csv" => Ok(FigureFormat::Csv),
        _ => Err(AppError::usage(
            "bad-figure-format",
            format!("{} is no file of a figure", path.display()),
            "let its name end in .svg, .png, .pdf or .csv",
        )),
    }
}

/// A figure in numbers.
pub(super) fn figure_text(figure: &Figure) -> String {
    let headings: Vec<String> = figure.table.columns.iter().map(|c| c.heading()).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = figure.table.rows.iter().map(|r| r.cells.clone()).collect();
    format!(
        "{}\n\n{}\n\n{}",
        figure.title,
        table(&headings, &rows),
        figure.caption
    )
}

fn flips_text(found: &FlipsView) -> String {
    let mut text = format!(
        "{} against {}, on {} problems: {} solved by both, {} by neither",
        found.label_a, found.label_b, found.n, found.both, found.neither
    );
    for (one, other, flips) in [
        (&found.label_a, &found.label_b, &found.only_a),
        (&found.label_b, &found.label_a, &found.only_b),
    ] {
        text.push_str(&format!(
            "\n\n{} that {one} solves and {other} does not",
            flips.len()
        ));
        if flips.is_empty() {
            continue;
        }
        let rows: Vec<Vec<String>> = flips.iter().map(flip_row).collect();
        text.push_str(":\n");
        text.push_str(&table(
            &[
                "problem",
                "language",
                &found.label_a,
                &found.label_b,
                "all pass",
            ],
            &rows,
        ));
    }
    text
}

fn flip_row(flip: &FlipView) -> Vec<String> {
    vec![
        flip.problem.to_string(),
        flip.language
            .as_ref()
            .map(|l| l.title().to_owned())
            .unwrap_or_default(),
        format!("{}/{}", flip.passed_a, flip.judged_a),
        format!("{}/{}", flip.passed_b, flip.judged_b),
        percent(flip.share),
    ]
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
                let power = p.power.as_ref().filter(|_| !p.significant);
                let needed = power.and_then(|power| power.problems_needed);
                vec![
                    format!("{} − {}", label(&p.a), label(&p.b)),
                    format!("{:+.1}", p.diff * 100.0),
                    format!("{:+.1} … {:+.1}", p.low * 100.0, p.high * 100.0),
                    p.test.clone(),
                    p.n.to_string(),
                    p_value(p.p),
                    p_value(p.p_adjusted),
                    if p.significant { "yes" } else { "no" }.to_owned(),
                    power
                        .and_then(|power| power.detectable)
                        .map(|points| format!("{:.1}", points * 100.0))
                        .unwrap_or_default(),
                    needed.map(|n| n.to_string()).unwrap_or_default(),
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
                "detectable",
                "problems needed",
            ],
            &pairs,
        ));
        if view
            .pairs
            .iter()
            .any(|p| !p.significant && p.power.is_some())
        {
            text.push_str(
                "\n\ndetectable: the smallest true difference, in points, that so many problems show with 80 % \
                 power\nproblems needed: to show a difference as large as the one seen",
            );
        }
    }
    for warning in &view.warnings {
        text.push_str(&format!("\nwarning: {warning}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figures_format_is_told_by_its_files_name() {
        assert_eq!(format_of(Path::new("a/b.SVG")).unwrap(), FigureFormat::Svg);
        assert_eq!(format_of(Path::new("b.pdf")).unwrap(), FigureFormat::Pdf);
        for name in ["b", "b.jpg", "svg"] {
            assert_eq!(
                format_of(Path::new(name)).unwrap_err().info.code,
                "bad-figure-format"
            );
        }
    }
}
