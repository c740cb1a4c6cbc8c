//! Reports as one HTML file that needs nothing else: styles, fonts and figures are inside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ReportError;
use crate::figure::{Align, Column, Figure, Table};
use crate::fonts;
use crate::report::{Block, Report};
use crate::run_section::Setting;
use crate::svg::canvas::escape;
use crate::svg::{self, Frame, Style, Theme};

const STYLE: &str = include_str!("html/report.css");

/// The report as a self-contained HTML document: light and dark after the reader's system, light in
/// print. The same report gives the same bytes.
///
/// # Errors
/// When a figure cannot be drawn.
pub fn html(report: &Report) -> Result<String, ReportError> {
    let mut body = String::new();
    body.push_str(&format!(
        "<header>\n<h1>{}</h1>\n<p class=\"meta\">",
        escape(&report.title)
    ));
    let facts: Vec<String> = report
        .headline()
        .iter()
        .map(|fact| {
            format!(
                "<span>{}: {}</span>",
                escape(&fact.label),
                escape(&fact.value)
            )
        })
        .collect();
    body.push_str(&facts.join(" "));
    body.push_str("</p>\n</header>\n<main>\n");
    let mut figures = 0;
    let mut tables = 0;
    for block in report.blocks() {
        match block {
            Block::Heading { level, text } => {
                body.push_str(&format!("<h{level}>{}</h{level}>\n", escape(&text)));
            }
            Block::Paragraph(text) => body.push_str(&format!("<p>{}</p>\n", escape(&text))),
            Block::List(items) => push_list(&mut body, "ul", "", &items),
            Block::Sources(sources) => push_list(&mut body, "ol", " class=\"sources\"", &sources),
            Block::Facts(settings) => push_settings(&mut body, &settings),
            Block::Table(table) => {
                tables += 1;
                push_table(&mut body, &table, tables);
            }
            Block::Cells(table) => {
                tables += 1;
                body.push_str(&format!(
                    "<details>\n<summary>Figure {figures} as a table</summary>\n"
                ));
                push_table(&mut body, &table, tables);
                body.push_str("</details>\n");
            }
            Block::Figure(figure) => {
                figures += 1;
                push_figure(&mut body, &figure, figures)?;
            }
            Block::Code(lines) => {
                let text = escape(&lines.join("\n"));
                body.push_str(&format!("<pre tabindex=\"0\"><code>{text}</code></pre>\n"));
            }
        }
    }
    body.push_str("</main>\n");
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"{}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; font-src data:; img-src data:\">\n\
         <title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(&report.generator),
        escape(&report.title),
        font_faces(),
    ))
}

fn font_faces() -> String {
    [(400, fonts::REGULAR_WOFF2), (600, fonts::SEMI_BOLD_WOFF2)]
        .map(|(weight, data)| {
            // Figures ask for bold, which the half-bold stands for.
            let weights = if weight == 600 { "600 700" } else { "400 500" };
            format!(
                "@font-face {{ font-family: \"Inter\"; font-weight: {weights}; \
                 src: url(data:font/woff2;base64,{}) format(\"woff2\"); }}\n",
                STANDARD.encode(data)
            )
        })
        .concat()
}

fn push_list(body: &mut String, tag: &str, attributes: &str, items: &[String]) {
    body.push_str(&format!("<{tag}{attributes}>\n"));
    for item in items {
        body.push_str(&format!("<li>{}</li>\n", escape(item)));
    }
    body.push_str(&format!("</{tag}>\n"));
}

fn push_settings(body: &mut String, settings: &[Setting]) {
    body.push_str("<dl>\n");
    for setting in settings {
        let value = escape(&setting.value);
        let value = if setting.is_code {
            format!("<code>{value}</code>")
        } else {
            value
        };
        body.push_str(&format!(
            "<dt>{}</dt><dd>{value}</dd>\n",
            escape(&setting.label)
        ));
    }
    body.push_str("</dl>\n");
}

fn push_figure(body: &mut String, figure: &Figure, number: usize) -> Result<(), ReportError> {
    body.push_str("<figure>\n");
    for (theme, class) in [(Theme::Light, "on-light"), (Theme::Dark, "on-dark")] {
        let style = Style {
            theme,
            frame: Frame::Bare,
            width: 760,
        };
        body.push_str(&format!(
            "<div class=\"drawing {class}\">\n{}</div>\n",
            svg::draw(figure, style)?
        ));
    }
    body.push_str(&format!(
        "<figcaption><b>Figure {number}. {}.</b> {}</figcaption>\n</figure>\n",
        escape(&figure.title),
        escape(&figure.caption)
    ));
    Ok(())
}

fn push_table(body: &mut String, table: &Table, number: usize) {
    let class = |column: &Column| match column.align {
        Align::Start => "",
        Align::End => " class=\"number\"",
    };
    body.push_str(&format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table {number}\">\n<table>\n\
         <caption><b>Table {number}.</b> {}</caption>\n<thead><tr>",
        escape(&table.caption)
    ));
    for column in &table.columns {
        let unit = column
            .unit
            .as_deref()
            .map(|unit| format!(" <span class=\"unit\">({})</span>", escape(unit)))
            .unwrap_or_default();
        body.push_str(&format!(
            "<th scope=\"col\"{}>{}{unit}</th>",
            class(column),
            escape(&column.label)
        ));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        body.push_str(if row.is_muted {
            "<tr class=\"muted\">"
        } else {
            "<tr>"
        });
        for (i, (cell, column)) in row.cells.iter().zip(&table.columns).enumerate() {
            let (tag, scope) = if i == 0 {
                ("th", " scope=\"row\"")
            } else {
                ("td", "")
            };
            body.push_str(&format!(
                "<{tag}{scope}{}>{}</{tag}>",
                class(column),
                escape(cell)
            ));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody>\n</table>\n</div>\n");
}
