//! Programs to be scored: JSON lines with a program, or a reply to take it from, and what is known of it.

use std::io::BufRead;
use std::path::Path;

use assay_core::{FinishReason, Language};
use serde_json::{Map, Value};

use crate::DatasetError;
use crate::lines::{Faults, kind, objects, open, unzipped};

/// One program, or the reply it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenProgram {
    /// Where it stands in its file, from 1.
    pub line: usize,
    /// `id`, or else `task_id`, or else the line's number.
    pub id: String,
    /// The text of `program` or `code`, or of `response`.
    pub text: String,
    /// The text is a model's reply: code is taken out of it first.
    pub is_response: bool,
    pub language: Option<Language>,
    pub entry_point: Option<String>,
    pub prompt: Option<String>,
    pub reference: Option<String>,
    pub finish: Option<FinishReason>,
}

/// Reads a whole file; `-` is standard input.
///
/// # Errors
/// [`DatasetError::BadLines`] with every fault, [`DatasetError::Empty`], [`DatasetError::File`].
pub fn read_programs_file(path: &Path) -> Result<Vec<GivenProgram>, DatasetError> {
    if path == Path::new("-") {
        let input = unzipped(std::io::BufReader::new(std::io::stdin()))
            .map_err(DatasetError::file(path))?;
        return read_programs("standard input", input);
    }
    read_programs(&path.display().to_string(), open(path)?)
}

fn read_programs(file: &str, reader: Box<dyn BufRead>) -> Result<Vec<GivenProgram>, DatasetError> {
    let mut faults = Faults::of(file);
    let mut programs = Vec::new();
    objects(reader, &mut faults, |line, object, faults| {
        programs.extend(program(object, line, faults));
    });
    faults.none()?;
    if programs.is_empty() {
        return Err(DatasetError::Empty {
            file: file.to_owned(),
        });
    }
    Ok(programs)
}

fn program(object: &Map<String, Value>, line: usize, faults: &mut Faults) -> Option<GivenProgram> {
    let given = ["program", "code", "response"]
        .into_iter()
        .find_map(|field| object.get(field).map(|value| (field, value)));
    let Some((field, value)) = given else {
        faults.add(
            line,
            Some("program"),
            "is missing (code or response would do as well)",
        );
        return None;
    };
    let Value::String(text) = value else {
        faults.add(
            line,
            Some(field),
            format!("must be a text and is {}", kind(value)),
        );
        return None;
    };
    let mut sound = true;
    let mut optional = |field: &str| match object.get(field) {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) if field == "id" => Some(number.to_string()),
        Some(other) => {
            faults.add(
                line,
                Some(field),
                format!("must be a text and is {}", kind(other)),
            );
            sound = false;
            None
        }
    };
    let id = optional("id").or_else(|| optional("task_id"));
    let language = optional("language");
    let (entry_point, prompt, reference) = (
        optional("entry_point"),
        optional("prompt"),
        optional("reference"),
    );
    let finish = optional("finish");
    let finish = match finish
        .as_deref()
        .map(|f| serde_json::from_value(Value::from(f)))
    {
        None => None,
        Some(Ok(finish)) => Some(finish),
        Some(Err(_)) => {
            faults.add(line, Some("finish"), "must be stop, length or other");
            sound = false;
            None
        }
    };
    sound.then(|| GivenProgram {
        line,
        id: id.unwrap_or_else(|| line.to_string()),
        text: text.clone(),
        is_response: field == "response",
        language: language.map(|l| Language::new(&l)),
        entry_point,
        prompt,
        reference,
        finish,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(text: &'static str) -> Result<Vec<GivenProgram>, DatasetError> {
        read_programs("p.jsonl", unzipped(Cursor::new(text)).unwrap())
    }

    #[test]
    fn what_is_known_is_read_and_what_is_not_is_left_open() {
        let programs = read(
            "{\"id\": 7, \"program\": \"x\", \"language\": \"js\", \"finish\": \"length\"}\n\n{\"response\": \"y\", \"entry_point\": \"f\", \"reference\": null}",
        )
        .unwrap();
        assert_eq!(programs[0].id, "7");
        assert_eq!(programs[0].language, Some(Language::new("javascript")));
        assert_eq!(programs[0].finish, Some(FinishReason::Length));
        assert!(!programs[0].is_response && programs[1].is_response);
        assert_eq!((programs[1].id.as_str(), programs[1].line), ("3", 3));
        assert_eq!(programs[1].reference, None);
    }

    #[test]
    fn every_fault_is_told_with_line_and_field() {
        let error = read(
            "{\"program\": 1}\n{\"id\": \"a\"}\n{\"code\": \"x\", \"prompt\": []}\n{\"code\": \"x\", \"finish\": \"eos\"}",
        )
        .unwrap_err()
        .to_string();
        for part in [
            "p.jsonl: line 1, field program: must be a text and is a number",
            "line 2, field program: is missing",
            "line 3, field prompt: must be a text",
            "line 4, field finish: must be stop, length or other",
        ] {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
        assert!(matches!(read("\n"), Err(DatasetError::Empty { .. })));
    }
}
