//! Reports as PDF, set with the fonts that ship with the program, figures as vectors.

mod figure;
mod flow;
mod table;
mod write;

use crate::ReportError;
use crate::figure::Figure;
use crate::fonts::Font;
use crate::png;
use crate::report::{Block, Report};
use crate::run_section::Setting;
use crate::svg::{Frame, Style, Theme};
pub use figure::figure_pdf;
use flow::{Color, Flow, Text, WIDTH};

const BODY: Text = Text {
    font: Font::Regular,
    size: 9.6,
    leading: 14.0,
    color: Color::Text,
};
const SMALL: Text = Text {
    size: 8.2,
    leading: 11.6,
    color: Color::Secondary,
    ..BODY
};
const CODE: Text = Text {
    font: Font::Mono,
    size: 8.0,
    leading: 11.8,
    ..BODY
};
const TITLE: Text = Text {
    font: Font::SemiBold,
    size: 20.0,
    leading: 25.0,
    ..BODY
};

/// A figure is laid out this wide, in CSS pixels, and then fitted to the page.
const FIGURE_WIDTH: u32 = 660;

/// The report as PDF, A4, with bookmarks and page numbers. The same report gives the same bytes.
///
/// # Errors
/// When a figure cannot be drawn or the file cannot be written.
pub fn pdf(report: &Report) -> Result<Vec<u8>, ReportError> {
    let mut flow = Flow::default();
    flow.paragraph(&report.title, TITLE);
    flow.space(4.0);
    let facts: Vec<String> = report
        .headline()
        .iter()
        .map(|fact| format!("{}: {}", fact.label, fact.value))
        .collect();
    flow.paragraph(&facts.join("   ·   "), SMALL);
    let mut numbers = Numbers::default();
    let blocks = report.blocks();
    for (i, block) in blocks.iter().enumerate() {
        match block {
            Block::Heading { level, text } => {
                let following = least_below(&blocks[i + 1..])?;
                heading(&mut flow, *level, text, following);
            }
            Block::Paragraph(text) => {
                flow.paragraph(text, BODY);
                flow.space(6.0);
            }
            Block::List(items) => {
                for item in items {
                    flow.item("•", item, BODY, 12.0);
                }
                flow.space(5.0);
            }
            Block::Sources(sources) => {
                for (i, source) in sources.iter().enumerate() {
                    flow.item(&format!("[{}]", i + 1), source, SMALL, 22.0);
                }
                flow.space(5.0);
            }
            Block::Facts(settings) => facts_list(&mut flow, settings),
            Block::Table(table) => {
                numbers.tables += 1;
                table::set(&mut flow, table, numbers.tables);
            }
            // Who reads paper reads the figure.
            Block::Cells(_) => {}
            Block::Figure(figure) => {
                numbers.figures += 1;
                set_figure(&mut flow, figure, numbers.figures)?;
            }
            Block::Code(lines) => code(&mut flow, lines),
        }
    }
    write::write(report, flow)
}

#[derive(Default)]
struct Numbers {
    figures: usize,
    tables: usize,
}

/// How much must stand below a heading: its paragraphs, and the beginning of what comes after them.
fn least_below(blocks: &[Block]) -> Result<f32, ReportError> {
    let mut height = 0.0;
    for block in blocks {
        let Block::Paragraph(text) = block else {
            return Ok(height + least_height(block)?);
        };
        if height > MOST_KEPT {
            break;
        }
        let lines = BODY.font.wrap(text, BODY.size, WIDTH).len() as f32;
        height += lines * BODY.leading + 6.0;
    }
    Ok(height.min(40.0))
}

/// Paragraphs higher than this are a text of their own, which may begin at the end of a page.
const MOST_KEPT: f32 = 80.0;

/// How much of a block must stand below its heading.
fn least_height(block: &Block) -> Result<f32, ReportError> {
    Ok(match block {
        Block::Figure(figure) => figure_size(figure)?.1 + 6.0 + 3.0 * SMALL.leading,
        Block::Heading { .. } => 0.0,
        Block::Table(_) => 80.0,
        _ => 40.0,
    })
}

fn heading(flow: &mut Flow, level: u8, text: &str, following: f32) {
    let (size, leading, above, below) = match level {
        2 => (13.5, 18.0, 20.0, 6.0),
        _ => (10.2, 14.0, 9.0, 4.0),
    };
    let style = Text {
        font: Font::SemiBold,
        size,
        leading,
        color: Color::Text,
    };
    let lines = style.font.wrap(text, size, WIDTH).len() as f32;
    flow.keep(above + lines * leading + below + following);
    if !flow.is_at_top() {
        flow.space(above);
    }
    flow.bookmark(level, text);
    flow.paragraph(text, style);
    flow.space(below);
}

fn facts_list(flow: &mut Flow, settings: &[Setting]) {
    const LABELS: f32 = 118.0;
    let label_style = Text {
        color: Color::Secondary,
        size: 8.8,
        leading: 12.6,
        ..BODY
    };
    for setting in settings {
        let value_style = if setting.is_code {
            Text {
                leading: 12.6,
                ..CODE
            }
        } else {
            Text {
                color: Color::Text,
                ..label_style
            }
        };
        let labels = label_style
            .font
            .wrap(&setting.label, label_style.size, LABELS - 10.0);
        let values = value_style
            .font
            .wrap(&setting.value, value_style.size, WIDTH - LABELS);
        for i in 0..labels.len().max(values.len()) {
            flow.keep(label_style.leading);
            if let Some(label) = labels.get(i) {
                flow.put(label, 0.0, label_style);
            }
            if let Some(value) = values.get(i) {
                flow.put(value, LABELS, value_style);
            }
            flow.space(label_style.leading);
        }
    }
    flow.space(6.0);
}

fn code(flow: &mut Flow, lines: &[String]) {
    const PADDING: f32 = 8.0;
    let wrapped: Vec<String> = lines
        .iter()
        .flat_map(|line| CODE.font.wrap(line, CODE.size, WIDTH - 2.0 * PADDING))
        .collect();
    let last = wrapped.len().saturating_sub(1);
    for (i, line) in wrapped.iter().enumerate() {
        let above = if i == 0 { PADDING } else { 0.0 };
        let below = if i == last { PADDING } else { 0.0 };
        let height = above + CODE.leading + below;
        flow.keep(height);
        flow.fill(0.0, WIDTH, height, Color::Tint);
        flow.space(above);
        flow.put(line, PADDING, CODE);
        flow.space(CODE.leading + below);
    }
    flow.space(8.0);
}

fn figure_style() -> Style {
    Style {
        theme: Theme::Print,
        frame: Frame::Bare,
        width: FIGURE_WIDTH,
    }
}

/// Width and height on the page: as wide as the text, and never higher than a page.
fn figure_size(figure: &Figure) -> Result<(f32, f32), ReportError> {
    let tree = png::tree(figure, figure_style())?;
    Ok(fitted(tree.size().width(), tree.size().height()))
}

fn fitted(width: f32, height: f32) -> (f32, f32) {
    let scale = (WIDTH / width).min(flow::HEIGHT * 0.9 / height);
    (width * scale, height * scale)
}

fn set_figure(flow: &mut Flow, figure: &Figure, number: usize) -> Result<(), ReportError> {
    let tree = png::tree(figure, figure_style())?;
    let (width, height) = fitted(tree.size().width(), tree.size().height());
    let caption = format!("{}. {}", figure.title, figure.caption);
    let caption_height = SMALL.font.wrap(&caption, SMALL.size, WIDTH).len() as f32 * SMALL.leading;
    flow.keep(height + 6.0 + caption_height.min(SMALL.leading * 3.0));
    flow.drawing(tree, (WIDTH - width) / 2.0, width, height);
    flow.space(height + 6.0);
    flow.lead_paragraph(
        &format!("Figure {number}. {}.", figure.title),
        &figure.caption,
        SMALL,
    );
    flow.space(12.0);
    Ok(())
}
