//! What is printed: one JSON document, or text for people.

use std::io::{IsTerminal, Write};

use assay_app::AppError;
use serde::Serialize;

#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub json: bool,
}

impl Output {
    /// Prints `value` as JSON, or what `text` makes of it for people.
    pub fn answer<T: Serialize>(self, value: &T, text: impl FnOnce(&T) -> String) {
        let text = if self.json {
            serde_json::to_string_pretty(value)
                .unwrap_or_else(|error| format!("{{\"error\": \"not serialisable: {error}\"}}"))
        } else {
            text(value)
        };
        self.line(&text);
    }

    /// A line to standard output. A reader that has gone away (`| head`) is no error of ours.
    pub fn line(self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out
            .write_all(text.trim_end().as_bytes())
            .and_then(|()| out.write_all(b"\n"));
    }

    /// A remark to standard error.
    pub fn note(self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    pub fn error(self, error: &AppError) {
        if self.json {
            self.line(&serde_json::json!({ "error": error.info }).to_string());
        }
        let mut err = std::io::stderr().lock();
        let (bold, plain) = if std::io::stderr().is_terminal() {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        let _ = writeln!(err, "{bold}error{plain}: {}", error.info.message);
        if let Some(hint) = &error.info.hint {
            let _ = writeln!(err, "  hint: {hint}");
        }
    }
}

/// A plain table: columns padded to their widest cell, numbers to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let columns = header.len();
    let width = |text: &str| text.chars().count();
    let mut widths: Vec<usize> = header.iter().map(|h| width(h)).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate().take(columns) {
            widths[column] = widths[column].max(width(cell));
        }
    }
    let numeric: Vec<bool> = (0..columns)
        .map(|c| {
            !rows.is_empty()
                && rows.iter().all(|row| {
                    row.get(c).is_some_and(|cell| {
                        cell.is_empty()
                            || cell.starts_with(|d: char| d.is_ascii_digit() || "+-−<–".contains(d))
                    })
                })
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (column, cell) in cells.enumerate().take(columns) {
            let pad = " ".repeat(widths[column].saturating_sub(width(cell)));
            if column > 0 {
                text.push_str("  ");
            }
            if numeric[column] {
                text.push_str(&pad);
                text.push_str(cell);
            } else {
                text.push_str(cell);
                text.push_str(&pad);
            }
        }
        text.truncate(text.trim_end().len());
        text
    };
    let mut lines = vec![line(&mut header.iter().copied())];
    lines.push(
        widths
            .iter()
            .map(|w| "─".repeat(*w))
            .collect::<Vec<_>>()
            .join("  "),
    );
    for row in rows {
        lines.push(line(&mut row.iter().map(String::as_str)));
    }
    lines.join("\n")
}

/// A share as people read it: `61.6 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A p-value as people read it.
pub fn p_value(p: f64) -> String {
    if p < 0.0001 {
        "<0.0001".to_owned()
    } else {
        format!("{p:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_align_numbers_to_the_right_and_texts_to_the_left() {
        let rows = vec![
            vec!["a".into(), "5".into()],
            vec!["long name".into(), "12.5".into()],
        ];
        let text = table(&["model", "score"], &rows);
        assert_eq!(
            text,
            "model      score\n─────────  ─────\na              5\nlong name   12.5"
        );
    }
}
