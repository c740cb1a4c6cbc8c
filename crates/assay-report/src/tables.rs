//! Tables of scores and pairs, and tables as Markdown and CSV.

use assay_analytics::{Comparison, Correction, GroupBy, Pair, Score};

use crate::figure::{Column, Row, Table};
use crate::figures::dot_interval::distinct;
use crate::format;

/// The heading of the column that names what is compared.
pub fn group_heading(by: GroupBy) -> &'static str {
    match by {
        GroupBy::Series => "Series",
        GroupBy::Model => "Model",
        GroupBy::Strategy => "Strategy",
        GroupBy::Language => "Language",
    }
}

/// Every score at every k it has, with interval, n and what is missing.
pub fn scores(scores: &[Score], by: GroupBy) -> Table {
    let mut ks: Vec<u32> = scores
        .iter()
        .flat_map(|s| s.pass_at.iter().map(|p| p.k))
        .collect();
    ks.sort_unstable();
    ks.dedup();
    // Beside several ks there is no room for a column of intervals each.
    let is_joined = ks.len() > 1;
    let level = scores
        .iter()
        .find_map(|s| s.pass_at.first())
        .map_or(0.95, |p| p.level);
    let level = format::level(level);
    let with_unjudged = scores.iter().any(|s| !s.incomplete.is_complete());
    let mut columns = vec![Column::text(group_heading(by))];
    for k in &ks {
        let heading = format!("pass@{k}");
        columns.push(Column::number(&heading).with_unit("%"));
        if !is_joined {
            columns.push(Column::number(&format!("{level} interval")));
        }
    }
    columns.extend([Column::number("Problems"), Column::number("Samples")]);
    if !is_joined {
        columns.push(Column::number("Passed"));
    }
    if with_unjudged {
        columns.push(Column::number("Not judged"));
    }
    let row = |score: &Score| {
        let mut cells = vec![score.label.clone()];
        for k in &ks {
            let Some(pass) = score.at(*k) else {
                cells.extend((0..=usize::from(!is_joined)).map(|_| "—".to_owned()));
                continue;
            };
            let value = format::percent_bare(pass.value);
            let interval = format::percent_interval(pass.low, pass.high);
            if is_joined {
                cells.push(format!("{value} ({interval})"));
            } else {
                cells.extend([value, interval]);
            }
        }
        let mut counts = vec![score.n_problems, score.n_samples];
        if !is_joined {
            counts.push(score.n_passed);
        }
        if with_unjudged {
            counts.push(score.incomplete.samples());
        }
        cells.extend(counts.into_iter().map(|n| format::thousands(u64::from(n))));
        Row {
            cells,
            is_muted: false,
        }
    };
    let joined = if is_joined {
        format!(" In brackets: the {level} interval.")
    } else {
        String::new()
    };
    Table {
        caption: format!(
            "Scores: mean of the unbiased per-problem estimate, each on its own problems.{joined}"
        ),
        columns,
        rows: scores.iter().map(row).collect(),
    }
}

/// Every pair of a comparison, with difference, interval, test and effect.
pub fn pairs(comparison: &Comparison) -> Table {
    let baseline = comparison
        .baseline
        .as_deref()
        .and_then(|key| comparison.score(key));
    let tests = distinct(comparison.pairs.iter().map(|p| p.test.label()));
    let with_test = tests.contains("; ");
    let with_discordant = comparison.pairs.iter().any(|p| p.only_a.is_some());
    let mut columns = match baseline {
        Some(_) => vec![Column::text(group_heading(comparison.by))],
        None => vec![Column::text("First"), Column::text("Second")],
    };
    columns.extend([
        Column::number("n"),
        Column::number("Difference").with_unit("points"),
        Column::number(&format!("{} interval", format::level(comparison.level))),
    ]);
    if with_discordant {
        columns.push(Column::number(match baseline {
            Some(_) => "Only this : only baseline",
            None => "Only first : only second",
        }));
    }
    if with_test {
        columns.push(Column::text("Test"));
    }
    columns.extend([
        Column::number("p"),
        Column::number("p").with_unit(match comparison.correction {
            Correction::Holm => "Holm",
            Correction::Bh => "BH",
        }),
    ]);
    let power = comparison
        .pairs
        .iter()
        .find_map(|p| p.power.filter(|_| !p.significant));
    if power.is_some() {
        columns.push(Column::number("Detectable").with_unit("points"));
    }
    let row = |pair: &Pair| {
        let mut cells = vec![pair.label_a.clone()];
        if baseline.is_none() {
            cells.push(pair.label_b.clone());
        }
        cells.extend([
            format::thousands(u64::from(pair.n)),
            format::signed_points(pair.diff),
            format::points_interval(pair.low, pair.high),
        ]);
        if with_discordant {
            cells.push(match (pair.only_a, pair.only_b) {
                (Some(a), Some(b)) => format!("{a} : {b}"),
                _ => "—".to_owned(),
            });
        }
        if with_test {
            cells.push(pair.test.label().to_owned());
        }
        cells.extend([format::p_value(pair.p), format::p_value(pair.p_adjusted)]);
        if power.is_some() {
            let detectable = pair.power.and_then(|p| p.detectable);
            cells.push(
                detectable
                    .filter(|_| !pair.significant)
                    .map_or_else(|| "—".to_owned(), format::points),
            );
        }
        Row {
            cells,
            is_muted: !pair.significant,
        }
    };
    let detectable = power.map_or_else(String::new, |power| {
        format!(
            " Detectable: the smallest true difference that a comparison of that size finds with {} \
             power (normal approximation for paired differences).",
            format::level(power.power)
        )
    });
    let from = match baseline {
        Some(score) => format!("from {}", score.label),
        None => "first less second".to_owned(),
    };
    Table {
        caption: format!(
            "Paired differences in pass@{}, {from}, on common problems. Test: {tests}; p adjusted \
             over {} ({}). Grey: not significant at {}.{detectable}",
            comparison.k,
            format::counted(comparison.pairs.len() as u64, "comparison"),
            comparison.correction.label(),
            comparison.alpha
        ),
        columns,
        rows: comparison.pairs.iter().map(row).collect(),
    }
}

/// A table in GitHub's Markdown, its caption below.
pub fn markdown(table: &Table) -> String {
    use crate::figure::Align;
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(
        table
            .columns
            .iter()
            .map(|c| markdown_cell(&c.heading()))
            .collect(),
    );
    text.push_str(&line(
        table
            .columns
            .iter()
            .map(|c| match c.align {
                Align::Start => "---".to_owned(),
                Align::End => "--:".to_owned(),
            })
            .collect(),
    ));
    for row in &table.rows {
        text.push_str(&line(row.cells.iter().map(|c| markdown_cell(c)).collect()));
    }
    if !table.caption.is_empty() {
        text.push_str(&format!("\n_{}_\n", markdown_text(&table.caption)));
    }
    text
}

/// Text that Markdown shows as it is.
pub(crate) fn markdown_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn markdown_cell(text: &str) -> String {
    markdown_text(text).replace('|', "\\|")
}

/// A table as CSV (RFC 4180) with a heading line. A cell that a spreadsheet would take for a formula
/// is preceded by an apostrophe; numbers are not.
pub fn csv(table: &Table) -> String {
    let mut text = csv_line(table.columns.iter().map(Column::heading));
    for row in &table.rows {
        text.push_str(&csv_line(row.cells.iter().cloned()));
    }
    text
}

pub(crate) fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| csv_cell(&cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn csv_cell(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '@', '\t', '\r'])
        || cell
            .strip_prefix(['+', '-'])
            .is_some_and(|rest| rest.parse::<f64>().is_err());
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

/// The scores as CSV with full precision, one line a score and k: for other programs, where the
/// tables above are for people.
pub fn scores_csv(scores: &[Score]) -> String {
    let mut text = csv_line(
        [
            "key",
            "label",
            "k",
            "value",
            "low",
            "high",
            "level",
            "interval",
            "resamples",
            "seed",
            "standard_error",
            "problems",
            "problems_missing",
            "samples",
            "passed",
            "infrastructure",
            "unanswered",
            "outstanding",
        ]
        .map(str::to_owned)
        .into_iter(),
    );
    for score in scores {
        for pass in &score.pass_at {
            let or_empty = |n: Option<String>| n.unwrap_or_default();
            text.push_str(&csv_line(
                [
                    score.key.clone(),
                    score.label.clone(),
                    pass.k.to_string(),
                    pass.value.to_string(),
                    pass.low.to_string(),
                    pass.high.to_string(),
                    pass.level.to_string(),
                    pass.kind.label().to_owned(),
                    or_empty(pass.resamples.map(|n| n.to_string())),
                    or_empty(pass.seed.map(|n| n.to_string())),
                    or_empty(pass.standard_error.map(|n| n.to_string())),
                    pass.n_problems.to_string(),
                    pass.n_missing.to_string(),
                    score.n_samples.to_string(),
                    score.n_passed.to_string(),
                    score.incomplete.infrastructure.to_string(),
                    score.incomplete.unanswered.to_string(),
                    score.incomplete.outstanding.to_string(),
                ]
                .into_iter(),
            ));
        }
    }
    text
}

/// The pairs as CSV with full precision.
pub fn pairs_csv(comparison: &Comparison) -> String {
    let mut text = csv_line(
        [
            "a",
            "b",
            "label_a",
            "label_b",
            "n",
            "score_a",
            "score_b",
            "diff",
            "low",
            "high",
            "level",
            "interval",
            "test",
            "only_a",
            "only_b",
            "p",
            "p_adjusted",
            "correction",
            "significant",
            "odds_ratio",
            "cohens_g",
        ]
        .map(str::to_owned)
        .into_iter(),
    );
    for pair in &comparison.pairs {
        let or_empty = |n: Option<String>| n.unwrap_or_default();
        let effect = |of: fn(&assay_analytics::Effect) -> Option<f64>| {
            or_empty(pair.effect.as_ref().and_then(of).map(|n| n.to_string()))
        };
        text.push_str(&csv_line(
            [
                pair.a.clone(),
                pair.b.clone(),
                pair.label_a.clone(),
                pair.label_b.clone(),
                pair.n.to_string(),
                pair.score_a.to_string(),
                pair.score_b.to_string(),
                pair.diff.to_string(),
                pair.low.to_string(),
                pair.high.to_string(),
                pair.level.to_string(),
                pair.kind.label().to_owned(),
                pair.test.label().to_owned(),
                or_empty(pair.only_a.map(|n| n.to_string())),
                or_empty(pair.only_b.map(|n| n.to_string())),
                pair.p.to_string(),
                pair.p_adjusted.to_string(),
                comparison.correction.label().to_owned(),
                pair.significant.to_string(),
                effect(|e| e.odds_ratio),
                effect(|e| e.cohens_g),
            ]
            .into_iter(),
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_and_defuses() {
        let line = csv_line(
            [
                "a,b",
                "say \"hi\"",
                "=1+1",
                "-0.5",
                "+7.9",
                "−7.9",
                "@x",
                "plain",
                "-",
                "é",
            ]
            .map(str::to_owned)
            .into_iter(),
        );
        assert_eq!(
            line,
            "\"a,b\",\"say \"\"hi\"\"\",'=1+1,-0.5,+7.9,−7.9,'@x,plain,'-,é\r\n"
        );
    }

    #[test]
    fn markdown_shows_names_as_they_are() {
        let table = Table {
            caption: String::new(),
            columns: vec![Column::text("a|b"), Column::number("n")],
            rows: vec![Row {
                cells: vec!["<b>*x*_y_</b>\n`z`".to_owned(), "1".to_owned()],
                is_muted: false,
            }],
        };
        assert_eq!(
            markdown(&table),
            "| a\\|b | n |\n| --- | --: |\n| \\<b\\>\\*x\\*\\_y\\_\\</b\\> \\`z\\` | 1 |\n"
        );
    }
}
