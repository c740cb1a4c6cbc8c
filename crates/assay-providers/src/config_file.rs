//! Files a person writes by hand: TOML, whose errors say the line and the field.

use std::ops::Range;
use std::path::{Path, PathBuf};

use assay_core::Coded;
use serde::de::DeserializeOwned;
use toml_edit::{Document, Item, Value};

/// Why a file that configures providers cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFileError {
    #[error("{path} cannot be read or written")]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path}, line {line}{}: {detail}", field.as_ref().map(|f| format!(", {f}")).unwrap_or_default())]
    Invalid {
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// `program.mine.timeout_s`; missing where the text is no TOML at all.
        field: Option<String>,
        detail: String,
    },
}

impl Coded for ConfigFileError {
    fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io-error",
            Self::Invalid { .. } => "bad-config-file",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Io { .. } => "check that you may read and write the data folder".to_owned(),
            Self::Invalid { path, .. } => format!("correct that line of {}", path.display()),
        })
    }
}

/// A file that was read and is TOML.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    document: Document<String>,
}

impl ConfigFile {
    /// `None` when there is no such file.
    ///
    /// # Errors
    /// [`ConfigFileError::Io`]; [`ConfigFileError::Invalid`] when it is no TOML.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, ConfigFileError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ConfigFileError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    /// # Errors
    /// [`ConfigFileError::Invalid`] when `text` is no TOML.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self, ConfigFileError> {
        match Document::parse(text.clone()) {
            Ok(document) => Ok(Self {
                path: path.to_owned(),
                document,
            }),
            Err(error) => Err(ConfigFileError::Invalid {
                path: path.to_owned(),
                line: line_of(&text, error.span().map_or(0, |span| span.start)),
                field: None,
                detail: error.message().to_owned(),
            }),
        }
    }

    /// # Errors
    /// [`ConfigFileError::Invalid`] at the field that is missing, unknown or of another type.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, ConfigFileError> {
        toml::from_str(self.document.raw()).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let mut path = Vec::new();
            deepest(self.document.as_item(), at, &mut path);
            ConfigFileError::Invalid {
                path: self.path.clone(),
                line: line_of(self.document.raw(), at),
                field: (!path.is_empty()).then(|| path.join(".")),
                detail: error.message().trim().replace('\n', ", "),
            }
        })
    }

    /// What is wrong with the value at `keys`; a number is the index of an array. Where the value is
    /// missing, the line is that of the table it is missing from.
    pub(crate) fn invalid(&self, keys: &[&str], detail: impl Into<String>) -> ConfigFileError {
        let mut at = 0;
        let mut item = self.document.as_item();
        for key in keys {
            let next = match item.as_table_like() {
                Some(table) => table.get_key_value(key).map(|(key, item)| {
                    at = key.span().or_else(|| item.span()).map_or(at, |s| s.start);
                    item
                }),
                None => key
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| item.get(index))
                    .inspect(|item| at = item.span().map_or(at, |span| span.start)),
            };
            match next {
                Some(next) => item = next,
                None => break,
            }
        }
        ConfigFileError::Invalid {
            path: self.path.clone(),
            line: line_of(self.document.raw(), at),
            field: Some(keys.join(".")),
            detail: detail.into(),
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let end = at.min(text.len());
    text.as_bytes()[..end]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// The path to the innermost value whose text, or whose key's text, holds the byte `at`.
fn deepest(item: &Item, at: usize, path: &mut Vec<String>) -> bool {
    let holds = |span: Option<Range<usize>>| span.is_some_and(|span| span.contains(&at));
    if let Some(table) = item.as_table_like() {
        for (name, child) in table.iter() {
            path.push(name.to_owned());
            let key = table.get_key_value(name).map(|(key, _)| key);
            if deepest(child, at, path) || holds(key.and_then(toml_edit::Key::span)) {
                return true;
            }
            path.pop();
        }
    } else if let Item::ArrayOfTables(tables) = item {
        for (index, table) in tables.iter().enumerate() {
            path.push(index.to_string());
            if deepest(&Item::Table(table.clone()), at, path) {
                return true;
            }
            path.pop();
        }
    } else if let Item::Value(Value::Array(array)) = item {
        let inside = array.iter().position(|value| holds(value.span()));
        path.extend(inside.map(|index| index.to_string()));
    }
    holds(item.span())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Shape {
        #[serde(default)]
        program: BTreeMap<String, Inner>,
        #[serde(default)]
        row: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        command: Vec<String>,
        limit: Option<u32>,
    }

    fn error_of(text: &str) -> String {
        let file = ConfigFile::parse(Path::new("p.toml"), text.to_owned());
        match file.and_then(|file| file.read::<Shape>()) {
            Ok(shape) => panic!("{shape:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn errors_name_file_line_and_field() {
        for (text, expected) in [
            ("# a\n[program.a\n", "p.toml, line 2: "),
            (
                "[program.a]\ncommand = [\"x\"]\nlimit = \"much\"\n",
                "p.toml, line 3, program.a.limit: invalid type",
            ),
            (
                "[program.a]\ncommand = [\"x\",\n  3]\n",
                "p.toml, line 3, program.a.command.1: invalid type",
            ),
            (
                "\n[program.a]\nlimit = 3\n",
                "p.toml, line 2, program.a: missing field `command`",
            ),
            (
                "[program.a]\ncommand = []\nlimits = 3\n",
                "p.toml, line 3, program.a.limits: unknown field `limits`",
            ),
            (
                "[[row]]\ncommand = []\n[[row]]\ncommand = 3\n",
                "p.toml, line 4, row.1.command: invalid type",
            ),
            ("x = 1\n", "p.toml, line 1, x: unknown field `x`"),
        ] {
            let error = error_of(text);
            assert!(error.starts_with(expected), "{error}\nis not {expected}");
        }
    }

    #[test]
    fn a_value_is_found_by_its_keys() {
        let text = "[program.a]\n\ncommand = [\"x\",\n\"y\"]\n[[row]]\n[[row]]\nlimit = 2\n";
        let file = ConfigFile::parse(Path::new("p.toml"), text.to_owned()).unwrap();
        for (keys, line) in [
            (&["program", "a", "command"][..], 3),
            (&["program", "a", "command", "1"], 4),
            (&["program", "a", "nothing"], 1),
            (&["row", "1"], 6),
            (&["row", "1", "limit"], 7),
            (&["nothing"], 1),
        ] {
            let ConfigFileError::Invalid {
                line: found, field, ..
            } = file.invalid(keys, "no")
            else {
                panic!("it is invalid");
            };
            assert_eq!((found, field), (line, Some(keys.join("."))));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[a-c\\[\\]=\"'.#\n 0-9{},]{0,60}") {
            if let Ok(file) = ConfigFile::parse(Path::new("p.toml"), text) {
                let _ = file.read::<Shape>();
                let _ = file.invalid(&["a", "0", "b"], "no");
            }
        }
    }
}
