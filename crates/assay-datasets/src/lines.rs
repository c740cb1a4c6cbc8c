//! JSON lines, plain or gzipped, with errors that say where.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use crate::{BadLine, DatasetError};

/// Faults told at most; the rest is counted.
const TOLD: usize = 20;

/// Opens a file of lines; gzip is known by its first bytes, whatever the file is called.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>, DatasetError> {
    let file = File::open(path).map_err(DatasetError::file(path))?;
    unzipped(BufReader::new(file)).map_err(DatasetError::file(path))
}

pub(crate) fn unzipped(mut reader: impl BufRead + 'static) -> std::io::Result<Box<dyn BufRead>> {
    let zipped = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if zipped {
        Box::new(BufReader::new(
            MultiGzDecoder::new(reader).take(MAX_UNZIPPED),
        ))
    } else {
        Box::new(reader)
    })
}

/// Faults of one file, gathered so that a person mends them in one go.
pub(crate) struct Faults {
    file: String,
    lines: Vec<BadLine>,
    more: usize,
}

impl Faults {
    pub(crate) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            lines: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn add(&mut self, line: usize, field: Option<&str>, why: impl Into<String>) {
        if self.lines.len() < TOLD {
            let field = field.map(str::to_owned);
            self.lines.push(BadLine {
                line,
                field,
                why: why.into(),
            });
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn none(self) -> Result<(), DatasetError> {
        if self.lines.is_empty() {
            Ok(())
        } else {
            Err(DatasetError::BadLines {
                file: self.file,
                lines: self.lines,
                more: self.more,
            })
        }
    }
}

/// Calls `take` with each object and its line's number. Lines that are no object become faults; blank
/// lines are passed over.
pub(crate) fn objects(
    reader: Box<dyn BufRead>,
    faults: &mut Faults,
    mut take: impl FnMut(usize, &Map<String, Value>, &mut Faults),
) {
    let mut reader = reader;
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        bytes.clear();
        // A line without an end would fill the memory; no problem or sample is near this size.
        let mut limited = (&mut reader).take(MAX_LINE);
        match limited.read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                faults.add(number + 1, None, format!("cannot be read: {error}"));
                return;
            }
        }
        number += 1;
        if bytes.len() as u64 == MAX_LINE {
            faults.add(number, None, "is longer than 64 MiB");
            return;
        }
        let Ok(text) = std::str::from_utf8(&bytes) else {
            faults.add(number, None, "is not UTF-8 text");
            continue;
        };
        let text = if number == 1 {
            text.trim_start_matches('\u{feff}')
        } else {
            text
        };
        if text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(object)) => take(number, &object, faults),
            Ok(_) => faults.add(number, None, "is JSON, but not an object"),
            Err(error) => {
                // serde_json counts lines inside the one line it was given.
                let why = error.to_string();
                let why = why.split(" at line ").next().unwrap_or(&why).to_owned();
                faults.add(
                    number,
                    None,
                    format!("is not JSON: {why} (column {})", error.column()),
                );
            }
        }
    }
}

/// What a file may unpack to: a small one must not fill the memory. What lies beyond is cut, and the last
/// line told as bad.
const MAX_UNZIPPED: u64 = 1024 * 1024 * 1024;

const MAX_LINE: u64 = 64 * 1024 * 1024;

/// A field that must be a text.
pub(crate) fn text<'a>(
    object: &'a Map<String, Value>,
    field: &str,
    line: usize,
    faults: &mut Faults,
) -> Option<&'a str> {
    match object.get(field) {
        Some(Value::String(text)) => Some(text),
        Some(other) => {
            faults.add(
                line,
                Some(field),
                format!("must be a text and is {}", kind(other)),
            );
            None
        }
        None => {
            faults.add(line, Some(field), "is missing");
            None
        }
    }
}

/// A field that may be absent or null, and is a text else.
pub(crate) fn optional<'a>(
    object: &'a Map<String, Value>,
    field: &str,
    line: usize,
    faults: &mut Faults,
) -> Option<&'a str> {
    match object.get(field) {
        None | Some(Value::Null) => None,
        Some(_) => text(object, field, line, faults),
    }
}

pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
