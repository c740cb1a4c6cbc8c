//! Reports as Markdown and CSV.

use crate::report::{Block, Report};
use crate::tables::{self, markdown_text};

/// The report in GitHub's Markdown. Figures stand as their summary in words; export them as SVG or
/// PNG beside it.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("# {}\n\n", markdown_text(&report.title));
    let facts: Vec<String> = report
        .headline()
        .iter()
        .map(|fact| format!("{}: {}", fact.label, markdown_text(&fact.value)))
        .collect();
    text.push_str(&format!("{}\n", facts.join(" · ")));
    for block in report.blocks() {
        text.push('\n');
        match block {
            Block::Heading { level, text: title } => {
                let marks = "#".repeat(usize::from(level));
                text.push_str(&format!("{marks} {}\n", markdown_text(&title)));
            }
            Block::Paragraph(paragraph) => {
                text.push_str(&format!("{}\n", markdown_text(&paragraph)));
            }
            Block::List(items) => {
                for item in items {
                    text.push_str(&format!("- {}\n", markdown_text(&item)));
                }
            }
            Block::Sources(sources) => {
                for (i, source) in sources.iter().enumerate() {
                    text.push_str(&format!("{}. {}\n", i + 1, markdown_text(source)));
                }
            }
            Block::Facts(settings) => {
                for setting in settings {
                    let value = if setting.is_code && !setting.value.contains('`') {
                        format!("`{}`", setting.value.replace('\n', " "))
                    } else {
                        markdown_text(&setting.value)
                    };
                    text.push_str(&format!("- {}: {value}\n", markdown_text(&setting.label)));
                }
            }
            Block::Table(table) | Block::Cells(table) => text.push_str(&tables::markdown(&table)),
            Block::Figure(figure) => text.push_str(&format!(
                "**{}.** {}\n",
                markdown_text(&figure.title),
                markdown_text(&figure.summary)
            )),
            Block::Code(lines) => {
                let longest = lines.iter().map(|l| backticks(l)).max().unwrap_or(0);
                let fence = "`".repeat(longest.max(2) + 1);
                text.push_str(&format!("{fence}sh\n{}\n{fence}\n", lines.join("\n")));
            }
        }
    }
    text
}

/// The longest run of backticks in a line.
fn backticks(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The report's tables as CSV for other programs, scores and pairs with full precision: scores,
/// then pairs, then what the sections that were asked for show, then published scores beside the
/// measured ones; a blank line between them.
pub fn csv(report: &Report) -> String {
    let mut text = tables::scores_csv(&report.comparison.scores);
    if !report.comparison.pairs.is_empty() {
        text.push_str("\r\n");
        text.push_str(&tables::pairs_csv(&report.comparison));
    }
    for section in &report.sections {
        let of_figures = section.figures.iter().map(|figure| &figure.table);
        for table in of_figures.chain(&section.tables) {
            text.push_str("\r\n");
            text.push_str(&tables::csv(table));
        }
    }
    if !report.published.is_empty() {
        text.push_str("\r\n");
        text.push_str(&tables::csv(&crate::figures::published::table(
            &report.published,
        )));
    }
    text
}
