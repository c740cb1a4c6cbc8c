//! Replies of models to be cleaned: JSON lines with `id` and `response`.

use std::path::Path;

use assay_core::{Language, ResponseMode};
use serde_json::{Map, Value};

use crate::DatasetError;
use crate::lines::{Faults, kind, objects, open};

/// One reply, and what its line says of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenReply {
    /// Where it stands in its file, from 1.
    pub line: usize,
    /// A text or a number, given back as it came.
    pub id: Value,
    pub response: String,
    /// None: any.
    pub languages: Vec<Language>,
    /// Empty when it is not known.
    pub entry_point: String,
    pub prompt: String,
    pub mode: ResponseMode,
}

/// Calls `take` with each reply of the file, one line of it being in memory at a time. `take` answers
/// whether to go on. With faults the rest of the file is still read, so that all of them are told.
///
/// `id` may be called `task_id`, and `response` may be called `generation` or `completion`, as in files of
/// samples; the last, being a continuation, makes `completion` the mode where none is given.
///
/// # Errors
/// [`DatasetError::BadLines`] with every fault, [`DatasetError::Empty`], [`DatasetError::File`].
pub fn read_replies_file(
    path: &Path,
    mut take: impl FnMut(GivenReply) -> bool,
) -> Result<(), DatasetError> {
    let file = path.display().to_string();
    let mut faults = Faults::of(&file);
    let (mut count, mut going) = (0_usize, true);
    objects(open(path)?, &mut faults, |line, object, faults| {
        if let Some(reply) = reply(line, object, faults) {
            count += 1;
            going = going && take(reply);
        }
    });
    faults.none()?;
    if count == 0 {
        return Err(DatasetError::Empty { file });
    }
    Ok(())
}

fn reply(line: usize, object: &Map<String, Value>, faults: &mut Faults) -> Option<GivenReply> {
    let id = match object.get("id").or_else(|| object.get("task_id")) {
        Some(id @ (Value::String(_) | Value::Number(_))) => Some(id.clone()),
        Some(other) => {
            let why = format!("must be a text or a number and is {}", kind(other));
            faults.add(line, Some("id"), why);
            None
        }
        None => {
            faults.add(line, Some("id"), "is missing");
            None
        }
    };
    let given = ["response", "generation", "completion"]
        .into_iter()
        .find(|field| object.contains_key(*field));
    let response = match given {
        Some(field) => optional(line, object, field, faults),
        None => {
            faults.add(
                line,
                Some("response"),
                "is missing (generation or completion would do as well)",
            );
            None
        }
    };
    let languages = languages(line, object, faults);
    let entry_point = optional(line, object, "entry_point", faults);
    let prompt = optional(line, object, "prompt", faults);
    let mode = match object.get("mode") {
        None | Some(Value::Null) if given == Some("completion") => Some(ResponseMode::Completion),
        None | Some(Value::Null) => Some(ResponseMode::Chat),
        Some(Value::String(mode)) if mode == "chat" => Some(ResponseMode::Chat),
        Some(Value::String(mode)) if mode == "completion" => Some(ResponseMode::Completion),
        Some(_) => {
            faults.add(line, Some("mode"), "must be \"chat\" or \"completion\"");
            None
        }
    };
    Some(GivenReply {
        line,
        id: id?,
        response: response?,
        languages: languages?,
        entry_point: entry_point?,
        prompt: prompt?,
        mode: mode?,
    })
}

/// A text, empty where there is none; `None` after a fault.
fn optional(
    line: usize,
    object: &Map<String, Value>,
    field: &str,
    faults: &mut Faults,
) -> Option<String> {
    match object.get(field) {
        None => Some(String::new()),
        Some(Value::Null) if field != "response" => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(other) => {
            let why = format!("must be a text and is {}", kind(other));
            faults.add(line, Some(field), why);
            None
        }
    }
}

/// One language or a list of them; none where there is no such field.
fn languages(
    line: usize,
    object: &Map<String, Value>,
    faults: &mut Faults,
) -> Option<Vec<Language>> {
    let names: Option<Vec<&str>> = match object.get("language") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(name)) => Some(vec![name]),
        Some(Value::Array(names)) => names.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    let Some(names) = names else {
        faults.add(line, Some("language"), "must be a name or a list of names");
        return None;
    };
    Some(names.into_iter().map(Language::new).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(text: &str) -> Result<Vec<GivenReply>, DatasetError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let mut replies = Vec::new();
        read_replies_file(file.path(), |reply| {
            replies.push(reply);
            true
        })?;
        Ok(replies)
    }

    #[test]
    fn lines_say_what_they_must_and_may() {
        let replies = read(concat!(
            r#"{"id": "a", "response": "x"}"#,
            "\n\n",
            r#"{"id": 2, "response": "", "language": "Py", "entry_point": "f", "prompt": "p", "mode": "completion"}"#,
            "\n",
            r#"{"task_id": "T/1", "completion": "y", "language": ["ts", "js"]}"#,
        ))
        .unwrap();
        assert_eq!(replies.len(), 3);
        assert_eq!(replies[0].mode, ResponseMode::Chat);
        assert!(replies[0].languages.is_empty());
        assert_eq!(replies[1].languages, [Language::python()]);
        assert_eq!(
            (replies[1].line, replies[1].mode),
            (3, ResponseMode::Completion)
        );
        assert_eq!(replies[2].mode, ResponseMode::Completion);
        assert_eq!(replies[2].languages.len(), 2);
    }

    #[test]
    fn faults_name_line_and_field() {
        let error = read(concat!(
            r#"{"id": "a", "response": "x"}"#,
            "\n",
            r#"{"id": null, "response": 1, "mode": "talk"}"#,
            "\n",
            r#"{"response": "x", "language": 3}"#,
            "\nnot json\n",
        ))
        .unwrap_err();
        let DatasetError::BadLines { lines, .. } = error else {
            panic!("{error:?}")
        };
        let told: Vec<(usize, Option<&str>)> =
            lines.iter().map(|l| (l.line, l.field.as_deref())).collect();
        assert_eq!(
            told,
            [
                (2, Some("id")),
                (2, Some("response")),
                (2, Some("mode")),
                (3, Some("id")),
                (3, Some("language")),
                (4, None)
            ]
        );
        assert!(matches!(read("\n"), Err(DatasetError::Empty { .. })));
    }
}
