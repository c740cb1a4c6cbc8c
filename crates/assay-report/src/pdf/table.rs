//! Tables: columns as wide as their content needs, the heading repeated on every page.

use super::flow::{Color, Flow, Text, WIDTH};
use super::{BODY, SMALL};
use crate::figure::{Align, Table};
use crate::fonts::Font;

const GAP: f32 = 11.0;
const PADDING: f32 = 3.2;
/// A column of texts is not made narrower than this while a smaller size is left to try.
const NARROWEST: f32 = 92.0;
/// Sizes to try, from the one that is wanted.
const SIZES: [f32; 4] = [8.6, 8.0, 7.4, 6.8];

pub(super) fn set(flow: &mut Flow, table: &Table, number: usize) {
    let (size, widths) = fit(table);
    let body = Text {
        size,
        leading: size * 1.36,
        ..BODY
    };
    let head = Text {
        font: Font::SemiBold,
        ..body
    };
    let headings: Vec<String> = table.columns.iter().map(|c| c.heading()).collect();
    let head_lines = wrap_cells(&headings, &widths, head);
    let head_height = height(&head_lines, head);
    let rows: Vec<Vec<Vec<String>>> = table
        .rows
        .iter()
        .map(|row| wrap_cells(&row.cells, &widths, body))
        .collect();
    let first = rows.first().map_or(0.0, |row| height(row, body));

    let caption = SMALL.font.wrap(&table.caption, SMALL.size, WIDTH).len() as f32 * SMALL.leading;
    flow.keep(caption + 4.0 + head_height + first);
    flow.lead_paragraph(&format!("Table {number}."), &table.caption, SMALL);
    flow.space(4.0);
    put_head(flow, table, &head_lines, &widths, head, head_height);
    for (i, (row, lines)) in table.rows.iter().zip(&rows).enumerate() {
        let row_height = height(lines, body);
        let page = flow.page();
        flow.keep(row_height);
        if flow.page() != page {
            put_head(flow, table, &head_lines, &widths, head, head_height);
        } else if i > 0 {
            flow.rule(0.0, WIDTH, 0.4, Color::Hairline);
        }
        let style = if row.is_muted {
            Text {
                color: Color::Secondary,
                ..body
            }
        } else {
            body
        };
        put_row(flow, table, lines, &widths, style, 0.0);
        flow.space(row_height);
    }
    flow.rule(0.0, WIDTH, 0.9, Color::Rule);
    flow.space(16.0);
}

fn put_head(
    flow: &mut Flow,
    table: &Table,
    lines: &[Vec<String>],
    widths: &[f32],
    style: Text,
    head_height: f32,
) {
    flow.rule(0.0, WIDTH, 0.9, Color::Rule);
    put_row(flow, table, lines, widths, style, head_height);
    flow.space(head_height);
    flow.rule(0.0, WIDTH, 0.5, Color::Rule);
}

/// One row without going down; with a height, its cells stand at the bottom of it.
fn put_row(
    flow: &mut Flow,
    table: &Table,
    cells: &[Vec<String>],
    widths: &[f32],
    style: Text,
    bottom_of: f32,
) {
    let mut x = 0.0;
    for ((lines, column), width) in cells.iter().zip(&table.columns).zip(widths) {
        let own = lines.len() as f32 * style.leading + 2.0 * PADDING;
        let mut down = PADDING + (bottom_of - own).max(0.0);
        for line in lines {
            let at = match column.align {
                Align::Start => x,
                Align::End => x + width - style.font.width(line, style.size),
            };
            flow.space(down);
            flow.put(line, at, style);
            flow.space(-down);
            down += style.leading;
        }
        x += width + GAP;
    }
}

fn wrap_cells(cells: &[String], widths: &[f32], style: Text) -> Vec<Vec<String>> {
    cells
        .iter()
        .zip(widths)
        // Half a point of grace: a width that was measured must not wrap what it was measured for.
        .map(|(cell, width)| style.font.wrap(cell, style.size, width + 0.5))
        .collect()
}

fn height(cells: &[Vec<String>], style: Text) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
    lines as f32 * style.leading + 2.0 * PADDING
}

/// The largest size at which the columns fit, and their widths, which fill the line.
fn fit(table: &Table) -> (f32, Vec<f32>) {
    let gaps = GAP * table.columns.len().saturating_sub(1) as f32;
    let room = WIDTH - gaps;
    for size in SIZES {
        let wanted = wanted_widths(table, size);
        let total: f32 = wanted.iter().sum();
        if total <= room {
            return (size, spread(table, wanted, room - total));
        }
        let spare = |i: usize, width: f32| match table.columns[i].align {
            Align::Start => (width - NARROWEST).max(0.0),
            Align::End => 0.0,
        };
        let shrinkable: f32 = wanted.iter().enumerate().map(|(i, w)| spare(i, *w)).sum();
        if shrinkable >= total - room {
            let share = (total - room) / shrinkable;
            let widths = wanted
                .iter()
                .enumerate()
                .map(|(i, w)| w - spare(i, *w) * share)
                .collect();
            return (size, widths);
        }
    }
    // Too many columns for a page: texts give way first, then every cell is wrapped as narrow as it
    // takes.
    let size = SIZES[SIZES.len() - 1];
    let wanted: Vec<f32> = wanted_widths(table, size)
        .into_iter()
        .zip(&table.columns)
        .map(|(width, column)| match column.align {
            Align::Start => width.min(NARROWEST / 2.0),
            Align::End => width,
        })
        .collect();
    let scale = room / wanted.iter().sum::<f32>();
    (size, wanted.into_iter().map(|w| w * scale).collect())
}

/// As wide as the widest cell, and as the heading on two lines or so.
fn wanted_widths(table: &Table, size: f32) -> Vec<f32> {
    table
        .columns
        .iter()
        .enumerate()
        .map(|(i, column)| {
            let heading = column.heading();
            let whole = Font::SemiBold.width(&heading, size);
            let longest_word = heading
                .split(' ')
                .map(|word| Font::SemiBold.width(word, size))
                .fold(0.0, f32::max);
            let cells = table
                .rows
                .iter()
                .filter_map(|row| row.cells.get(i))
                .map(|cell| Font::Regular.width(cell, size))
                .fold(0.0, f32::max);
            cells.max(longest_word).max(whole * 0.55)
        })
        .collect()
}

/// Gives what is left to the columns of texts, or between all columns where there are none.
fn spread(table: &Table, mut widths: Vec<f32>, left: f32) -> Vec<f32> {
    let takers: Vec<usize> = (0..widths.len())
        .filter(|&i| table.columns[i].align == Align::Start)
        .collect();
    let takers = if takers.is_empty() {
        (0..widths.len()).collect()
    } else {
        takers
    };
    for i in &takers {
        widths[*i] += left / takers.len() as f32;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Column, Row};
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn columns_fill_the_line_and_never_leave_it(
            cells in prop::collection::vec("[a-zA-Z0-9./ -]{0,70}", 1..14),
            numbers in 0_usize..14,
        ) {
            let columns: Vec<Column> = (0..cells.len())
                .map(|i| if i < numbers { Column::number("n of all") } else { Column::text("Series") })
                .collect();
            let table = Table {
                caption: String::new(),
                columns,
                rows: vec![Row { cells, is_muted: false }],
            };
            let (size, widths) = fit(&table);
            let total = widths.iter().sum::<f32>() + GAP * (widths.len() - 1) as f32;
            prop_assert!((total - WIDTH).abs() < 0.1, "{total}");
            let style = Text { size, ..BODY };
            for (lines, width) in wrap_cells(&table.rows[0].cells, &widths, style).iter().zip(&widths) {
                for line in lines {
                    prop_assert!(
                        style.font.width(line, size) <= width + 0.6 || line.chars().count() == 1
                    );
                }
            }
        }
    }
}
