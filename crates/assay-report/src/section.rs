//! Sections that a report has where they are asked for: the other figures of what it compares.

use std::collections::BTreeMap;

use crate::figure::{Cell, CellDensity, Drawing, Figure, Matrix, Sign, Table};
use crate::format;
use crate::report::Block;

/// A section beside those that every report has.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    pub heading: String,
    /// Said below the heading.
    pub paragraphs: Vec<String>,
    /// As the window draws them, whole. On paper many rows are set on several pages, and of very many
    /// only the first that tell columns apart; CSV has all.
    pub figures: Vec<Figure>,
    /// What no figure shows.
    pub tables: Vec<Table>,
}

/// Rows of a matrix that fit on a page of paper beside its caption, with signs in its cells and with two
/// lines of text.
const DENSE_ROWS: usize = 48;
const ROOMY_ROWS: usize = 17;
/// Pages that rows with signs take at most.
const DENSE_PAGES: usize = 4;

impl Section {
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![Block::Heading {
            level: 2,
            text: self.heading.clone(),
        }];
        blocks.extend(self.paragraphs.iter().cloned().map(Block::Paragraph));
        for figure in &self.figures {
            let (left_out, parts) = parts(figure);
            blocks.extend(left_out.map(Block::Paragraph));
            for part in parts {
                let table = Table {
                    caption: format!("{}, in numbers.", part.title),
                    ..part.table.clone()
                };
                let is_cells = matches!(part.drawing, Drawing::Matrix(_));
                blocks.push(Block::Figure(Box::new(part)));
                blocks.push(if is_cells {
                    Block::Cells(table)
                } else {
                    Block::Table(table)
                });
            }
        }
        blocks.extend(self.tables.iter().cloned().map(Block::Table));
        blocks
    }
}

/// The figure in parts that each fit on a page, and what is said of rows that are in none.
fn parts(figure: &Figure) -> (Option<String>, Vec<Figure>) {
    let Drawing::Matrix(matrix) = &figure.drawing else {
        return (None, vec![figure.clone()]);
    };
    let all = matrix.rows.len();
    let (size, most) = match matrix.density {
        CellDensity::Dense => (DENSE_ROWS, DENSE_ROWS * DENSE_PAGES),
        CellDensity::Roomy => (ROOMY_ROWS, usize::MAX),
    };
    let mut kept: Vec<usize> = (0..all).collect();
    let mut left_out = None;
    if all > most {
        let of = format::thousands(all as u64);
        let mut which = format!("the first {most} of {of} rows");
        let differ = differing(matrix);
        if !differ.is_empty() {
            kept = differ;
            let differ = format::thousands(kept.len() as u64);
            which = if kept.len() > most {
                format!("the first {most} of the {differ} rows, of {of}, whose columns differ")
            } else {
                format!("the {differ} of {of} rows whose columns differ")
            };
        }
        kept.truncate(most);
        left_out = Some(format!(
            "Drawn are {which}. This report as CSV has all of them."
        ));
    }
    if kept.len() <= size {
        return match left_out {
            None => (None, vec![figure.clone()]),
            Some(_) => (left_out, vec![rows_of(figure, matrix, &kept)]),
        };
    }
    // Parts of about the same length, so that none has a row or two alone.
    let n = kept.len().div_ceil(size);
    let chunks = kept.chunks(kept.len().div_ceil(n));
    let made = chunks
        .enumerate()
        .map(|(i, rows)| {
            let mut part = rows_of(figure, matrix, rows);
            part.title = format!("{} ({} of {n})", figure.title, i + 1);
            if i > 0 {
                part.id = format!("{}-{}", figure.id, i + 1);
                part.caption = format!("Goes on from part {i}, where its caption stands.");
            }
            part
        })
        .collect();
    (left_out, made)
}

/// Rows in which not all cells are of the same class and text; of those of which something is known.
fn differing(matrix: &Matrix) -> Vec<usize> {
    let mut seen: BTreeMap<u32, (u32, Option<&str>, bool)> = BTreeMap::new();
    let is_known = |cell: &Cell| {
        let fill = matrix.fills.get(cell.fill as usize);
        fill.is_none_or(|fill| fill.sign != Some(Sign::Dash))
    };
    for cell in matrix.cells.iter().filter(|cell| is_known(cell)) {
        let label = cell.label.as_deref();
        seen.entry(cell.row)
            .and_modify(|(fill, first, differs)| *differs |= (*fill, *first) != (cell.fill, label))
            .or_insert((cell.fill, label, false));
    }
    let differing = seen.into_iter().filter(|(_, (.., differs))| *differs);
    differing.map(|(row, _)| row as usize).collect()
}

/// The figure with these rows alone.
fn rows_of(figure: &Figure, matrix: &Matrix, rows: &[usize]) -> Figure {
    let places: BTreeMap<usize, u32> = rows.iter().copied().zip(0_u32..).collect();
    let drawing = Drawing::Matrix(Matrix {
        rows: rows.iter().map(|&row| matrix.rows[row].clone()).collect(),
        cells: matrix
            .cells
            .iter()
            .filter_map(|cell| {
                let row = *places.get(&(cell.row as usize))?;
                Some(Cell {
                    row,
                    ..cell.clone()
                })
            })
            .collect(),
        ..matrix.clone()
    });
    // A table of a matrix has a row for each of its own, or is of another kind and stays whole.
    let table = if figure.table.rows.len() == matrix.rows.len() {
        Table {
            rows: rows
                .iter()
                .map(|&row| figure.table.rows[row].clone())
                .collect(),
            ..figure.table.clone()
        }
    } else {
        figure.table.clone()
    };
    Figure {
        drawing,
        table,
        ..figure.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Category, Emphasis, Row};

    /// `n` rows by two columns, whose cells differ in every `stride`th row.
    fn figure(n: u32, stride: u32, density: CellDensity) -> Figure {
        let category = |key: String| Category {
            label: key.clone(),
            key,
            detail: None,
        };
        let cells = (0..n).flat_map(|row| {
            (0..2).map(move |column| Cell {
                row,
                column,
                fill: u32::from(column == 1 && row % stride == 0),
                label: None,
                annotation: None,
                emphasis: Emphasis::Normal,
                description: row.to_string(),
            })
        });
        Figure {
            id: "problems".to_owned(),
            title: "Problems".to_owned(),
            subtitle: None,
            drawing: Drawing::Matrix(Matrix {
                row_heading: String::new(),
                column_heading: String::new(),
                columns: vec![category("a".to_owned()), category("b".to_owned())],
                rows: (0..n).map(|row| category(row.to_string())).collect(),
                density,
                fills: Vec::new(),
                cells: cells.collect(),
            }),
            caption: "All of it.".to_owned(),
            facts: Vec::new(),
            summary: String::new(),
            table: Table {
                rows: (0..n)
                    .map(|row| Row {
                        cells: vec![row.to_string()],
                        is_muted: false,
                    })
                    .collect(),
                ..Table::default()
            },
        }
    }

    /// The names of a part's rows; those of its cells and of its table are the same.
    fn rows(part: &Figure) -> Vec<String> {
        let Drawing::Matrix(matrix) = &part.drawing else {
            panic!("{:?}", part.drawing)
        };
        let names: Vec<String> = matrix.rows.iter().map(|row| row.key.clone()).collect();
        assert_eq!(matrix.cells.len(), 2 * names.len());
        for cell in &matrix.cells {
            assert_eq!(cell.description, names[cell.row as usize]);
        }
        let told: Vec<String> = part.table.rows.iter().map(|r| r.cells[0].clone()).collect();
        assert_eq!(told, names);
        names
    }

    #[test]
    fn what_fits_on_a_page_stays_whole() {
        for (n, density) in [
            (DENSE_ROWS, CellDensity::Dense),
            (ROOMY_ROWS, CellDensity::Roomy),
        ] {
            let whole = figure(n as u32, 3, density);
            assert_eq!(parts(&whole), (None, vec![whole.clone()]));
        }
    }

    #[test]
    fn many_rows_take_pages_of_about_the_same_length() {
        for (n, density, sizes) in [
            (164, CellDensity::Dense, vec![41, 41, 41, 41]),
            (49, CellDensity::Dense, vec![25, 24]),
            (40, CellDensity::Roomy, vec![14, 14, 12]),
        ] {
            let (left_out, made) = parts(&figure(n, 3, density));
            assert_eq!(left_out, None);
            let found: Vec<Vec<String>> = made.iter().map(rows).collect();
            assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
            let expected: Vec<String> = (0..n).map(|row| row.to_string()).collect();
            assert_eq!(found.concat(), expected);
            let ids: std::collections::BTreeSet<&str> =
                made.iter().map(|f| f.id.as_str()).collect();
            assert_eq!(ids.len(), made.len());
            assert_eq!(made[0].caption, "All of it.");
        }
    }

    #[test]
    fn of_very_many_rows_those_that_tell_columns_apart_are_drawn() {
        let (said, made) = parts(&figure(1_000, 10, CellDensity::Dense));
        let found: Vec<String> = made.iter().flat_map(rows).collect();
        assert_eq!(found.len(), 100);
        assert_eq!(found[1], "10");
        let said = said.unwrap();
        assert!(
            said.contains("the 100 of 1,000 rows whose columns differ"),
            "{said}"
        );

        let (said, made) = parts(&figure(1_000, 2, CellDensity::Dense));
        assert_eq!(made.iter().flat_map(rows).count(), 192);
        let said = said.unwrap();
        assert!(said.contains("192 of the 500 rows, of 1,000,"), "{said}");
        // One row tells the columns apart, and then none.
        let (said, made) = parts(&figure(1_000, 1_000, CellDensity::Dense));
        assert_eq!(rows(&made[0]), ["0"]);
        assert!(said.unwrap().contains("CSV"));
        let mut same = figure(1_000, 1_000, CellDensity::Dense);
        if let Drawing::Matrix(matrix) = &mut same.drawing {
            matrix.cells[1].fill = 0;
        }
        let (said, made) = parts(&same);
        assert_eq!(made.iter().flat_map(rows).count(), 192);
        assert!(said.unwrap().contains("the first 192 of 1,000 rows."));
    }
}
