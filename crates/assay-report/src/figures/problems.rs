//! Who solves which problem, as a grid.

use assay_analytics::{Grid, GridCell, GridRow, ProblemAt};

use super::dot_interval::{dataset_line, fact, group_word};
use super::{BLANK, class};
use crate::figure::{
    Category, Cell, CellDensity, Column, Drawing, Emphasis, Figure, Matrix, Row, Sign, Table,
};
use crate::format;
use crate::palette::{NEITHER, SHARES};

const SOLVED: u32 = 0;
const PARTLY: u32 = 1;
const UNSOLVED: u32 = 2;
const UNKNOWN: u32 = 3;

/// Problems by groups, in the order of the grid.
pub fn figure(grid: &Grid) -> Figure {
    let languages = distinct_of(grid, |at| at.language.as_ref().map(|l| l.to_string()));
    let versions = distinct_of(grid, |at| Some(format!("{} {}", at.dataset, at.version)));
    let (with_language, with_version) = (languages > 1, versions > 1);
    let is_single = grid
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().flatten())
        .all(|cell| cell.judged <= 1);
    let mut cells = Vec::new();
    let mut categories = Vec::new();
    let mut rows = Vec::new();
    for (r, row) in grid.rows.iter().enumerate() {
        let (name, detail) = naming(&row.at, with_language, with_version);
        let mut texts = vec![name.clone()];
        if with_language || with_version {
            texts.push(detail.clone().unwrap_or_default());
        }
        texts.push(tally(row.all));
        for (c, cell) in row.cells.iter().enumerate() {
            texts.push(cell.map_or_else(|| "—".to_owned(), tally));
            cells.push(made(*cell, r as u32, c as u32, is_single));
        }
        rows.push(Row {
            cells: texts,
            is_muted: false,
        });
        categories.push(Category {
            key: address(&row.at, with_language),
            label: name,
            detail: Some(match detail {
                Some(detail) => format!("{detail} · {}", tally(row.all)),
                None => tally(row.all),
            }),
        });
    }
    let mut columns = vec![Column::text("Problem")];
    if with_language || with_version {
        columns.push(Column::text("Of"));
    }
    columns.push(Column::number("All"));
    columns.extend(grid.columns.iter().map(|c| Column::number(&c.label)));
    let (caption, facts) = caption(grid);
    Figure {
        id: "problems".to_owned(),
        title: if grid.options.only_differing {
            format!("Problems on which {} differ", many(grid))
        } else {
            format!("Problems by {}", group_word(grid.by))
        },
        subtitle: dataset_line(&grid.datasets),
        drawing: Drawing::Matrix(Matrix {
            row_heading: "Problem, of all".to_owned(),
            column_heading: crate::tables::group_heading(grid.by).to_owned(),
            columns: grid
                .columns
                .iter()
                .map(|column| Category {
                    key: column.key.clone(),
                    label: column.label.clone(),
                    detail: None,
                })
                .collect(),
            rows: categories,
            density: CellDensity::Dense,
            fills: vec![
                class("all samples pass", SHARES[3], Some(Sign::Check)),
                class("some pass", SHARES[1], Some(Sign::Half)),
                class("none passes", NEITHER, Some(Sign::Cross)),
                class("not judged", BLANK, Some(Sign::Dash)),
            ],
            cells,
        }),
        caption: caption.clone(),
        facts,
        summary: words(grid),
        table: Table {
            caption,
            columns,
            rows,
        },
    }
}

/// Where a problem's page is, behind `/problems/`.
pub fn address(at: &ProblemAt, with_language: bool) -> String {
    let path = format!("{}/{}", at.dataset, at.problem);
    match (&at.language, with_language) {
        (Some(language), true) => format!("{path}?languages={language}"),
        _ => path,
    }
}

fn many(grid: &Grid) -> String {
    match &grid.columns[..] {
        [a, b] => format!("{} and {}", a.label, b.label),
        _ => format!("the {} shown", grid.columns.len()),
    }
}

fn distinct_of(grid: &Grid, of: impl Fn(&ProblemAt) -> Option<String>) -> usize {
    let found: std::collections::BTreeSet<String> =
        grid.rows.iter().filter_map(|row| of(&row.at)).collect();
    found.len()
}

/// The problem's name, and what tells it from another of the same name.
pub(super) fn naming(
    at: &ProblemAt,
    with_language: bool,
    with_version: bool,
) -> (String, Option<String>) {
    let language = at.language.as_ref().filter(|_| with_language);
    let detail: Vec<String> = language
        .map(|l| l.title().to_owned())
        .into_iter()
        .chain(with_version.then(|| format!("{} {}", at.dataset, at.version)))
        .collect();
    (
        at.problem.to_string(),
        (!detail.is_empty()).then(|| detail.join(", ")),
    )
}

/// `3/5`.
pub(super) fn tally(cell: GridCell) -> String {
    format!("{}/{}", cell.passed, cell.judged)
}

fn made(cell: Option<GridCell>, row: u32, column: u32, is_single: bool) -> Cell {
    let known = cell.filter(|cell| cell.judged > 0);
    let (fill, description) = match (cell, known) {
        (_, Some(cell)) if cell.passed == cell.judged => (SOLVED, said(cell)),
        (_, Some(cell)) if cell.passed == 0 => (UNSOLVED, said(cell)),
        (_, Some(cell)) => (PARTLY, said(cell)),
        (Some(_), None) => (UNKNOWN, "no judged sample".to_owned()),
        (None, None) => (UNKNOWN, "not asked".to_owned()),
    };
    Cell {
        row,
        column,
        fill,
        label: known.filter(|_| !is_single).map(tally),
        annotation: None,
        emphasis: Emphasis::Normal,
        description,
    }
}

fn said(cell: GridCell) -> String {
    match (cell.passed, cell.judged) {
        (1, 1) => "passed".to_owned(),
        (0, 1) => "did not pass".to_owned(),
        (passed, judged) => format!("{passed} of {judged} samples passed"),
    }
}

fn caption(grid: &Grid) -> (String, Vec<crate::figure::Fact>) {
    let samples: u64 = grid
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().flatten())
        .map(|cell| u64::from(cell.judged))
        .sum();
    let shown = format::counted(grid.rows.len() as u64, "problem");
    let order = if grid.options.easiest_first {
        "easiest"
    } else {
        "hardest"
    };
    let of = if grid.options.only_differing {
        format!(
            "{shown} of {} on which they differ",
            format::thousands(u64::from(grid.n_problems))
        )
    } else {
        shown.clone()
    };
    let mut caption = format!(
        "{of}, the {order} first: by the share of all samples of the chosen runs that pass. Each cell \
         counts samples and is no estimate, so it has no interval; {} shown",
        format::counted(samples, "judged sample"),
    );
    let mut facts = vec![
        fact("Problems", shown),
        fact("Problems before filtering", grid.n_problems.to_string()),
        fact("Judged samples", format::thousands(samples)),
        fact("Order", format!("{order} first")),
    ];
    if let Some(line) = dataset_line(&grid.datasets) {
        caption.push_str(&format!("; data set {line}"));
        facts.push(fact("Data set", line));
    }
    caption.push('.');
    (caption, facts)
}

/// In words, how many problems each group solves, and how many all or none do: a reader is not told
/// hundreds of cells.
fn words(grid: &Grid) -> String {
    let all_of = |row: &&GridRow, fits: &dyn Fn(&GridCell) -> bool| {
        row.cells.iter().all(|cell| {
            cell.as_ref()
                .is_some_and(|cell| cell.judged > 0 && fits(cell))
        })
    };
    let by_all = grid
        .rows
        .iter()
        .filter(|row| all_of(row, &|c| c.is_solved()))
        .count();
    let by_none = grid
        .rows
        .iter()
        .filter(|row| all_of(row, &|c| c.passed == 0))
        .count();
    let mut text = format!(
        "{}, {} columns. {by_all} solved by all, {by_none} by none.",
        format::counted(grid.rows.len() as u64, "problem"),
        grid.columns.len(),
    );
    for (i, column) in grid.columns.iter().enumerate() {
        let of_column = || {
            grid.rows
                .iter()
                .filter_map(|row| row.cells.get(i).copied().flatten())
        };
        let judged = of_column().filter(|cell| cell.judged > 0).count();
        let solved = of_column().filter(|cell| cell.is_solved()).count();
        text.push_str(&format!(" {} solves {solved} of {judged}.", column.label));
    }
    text
}
