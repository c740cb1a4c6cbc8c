//! Providers a person defines: `<data dir>/providers.toml`, with a table for each.

mod definition;
mod open;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml_edit::{DocumentMut, Item, Table};

pub use definition::{Capability, HttpDefinition, ProgramDefinition};
pub(crate) use definition::{is_variable, looks_secret};
pub(crate) use open::{Defined, capabilities, defined};

use crate::config_file::{ConfigFile, ConfigFileError};

const FILE: &str = "providers.toml";

/// All that a person has defined, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomProviders {
    /// `program:NAME`.
    #[serde(default, rename = "program")]
    pub programs: BTreeMap<String, ProgramDefinition>,
    /// `http:NAME`.
    #[serde(default)]
    pub http: BTreeMap<String, HttpDefinition>,
}

/// One definition, to be saved under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Definition {
    Program(ProgramDefinition),
    Http(HttpDefinition),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefinitionKind {
    Program,
    Http,
}

impl DefinitionKind {
    /// The provider's name in a model's, and the table's in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Http => "http",
        }
    }
}

impl Definition {
    pub fn kind(&self) -> DefinitionKind {
        match self {
            Self::Program(_) => DefinitionKind::Program,
            Self::Http(_) => DefinitionKind::Http,
        }
    }
}

impl CustomProviders {
    /// The file they are kept in.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join(FILE)
    }

    /// Reads and checks the file; none at all defines none.
    ///
    /// # Errors
    /// [`ConfigFileError`], which names the line and the field.
    pub fn load(data_dir: &Path) -> Result<Self, ConfigFileError> {
        match ConfigFile::open(&Self::path(data_dir))? {
            Some(file) => Self::read(&file),
            None => Ok(Self::default()),
        }
    }

    fn read(file: &ConfigFile) -> Result<Self, ConfigFileError> {
        let all: Self = file.read()?;
        let bad = |kind: DefinitionKind, name: &str, problem: definition::Problem| {
            let mut keys = vec![kind.as_str(), name];
            keys.extend(problem.field.iter().map(String::as_str));
            file.invalid(&keys, problem.detail)
        };
        for (name, program) in &all.programs {
            definition::check_name(name)
                .and_then(|()| program.check())
                .map_err(|problem| bad(DefinitionKind::Program, name, problem))?;
        }
        for (name, http) in &all.http {
            definition::check_name(name)
                .and_then(|()| http.check())
                .map_err(|problem| bad(DefinitionKind::Http, name, problem))?;
        }
        Ok(all)
    }

    /// Writes one definition into the file, over an earlier one of that kind and name. Everything else in
    /// the file stays as it is, comments included. The file is replaced whole.
    ///
    /// # Errors
    /// A definition that does not hold, a file that cannot be read as it is, or not be written.
    pub fn save(
        data_dir: &Path,
        name: &str,
        definition: &Definition,
    ) -> Result<(), ConfigFileError> {
        edit(data_dir, |document| {
            let new = match definition {
                Definition::Program(program) => toml::to_string(program),
                Definition::Http(http) => toml::to_string(http),
            };
            let new = new
                .map_err(|error| error.to_string())?
                .parse::<DocumentMut>()
                .map_err(|error| error.to_string())?;
            let kind = document
                .entry(definition.kind().as_str())
                .or_insert_with(|| {
                    let mut parent = Table::new();
                    parent.set_implicit(true);
                    Item::Table(parent)
                })
                .as_table_like_mut()
                .ok_or("it is no table")?;
            match kind.get_mut(name).and_then(Item::as_table_mut) {
                Some(old) => merge(old, new.as_table()),
                None => {
                    let mut table = Table::new();
                    merge(&mut table, new.as_table());
                    table.decor_mut().set_prefix("\n");
                    kind.insert(name, Item::Table(table));
                }
            }
            Ok(true)
        })
        .map(|_| ())
    }

    /// Takes one definition out of the file; answers whether it was there.
    ///
    /// # Errors
    /// A file that cannot be read as it is, or not be written.
    pub fn remove(
        data_dir: &Path,
        kind: DefinitionKind,
        name: &str,
    ) -> Result<bool, ConfigFileError> {
        edit(data_dir, |document| {
            Ok(document
                .get_mut(kind.as_str())
                .and_then(Item::as_table_like_mut)
                .is_some_and(|table| table.remove(name).is_some()))
        })
    }
}

/// Makes `old` say what `new` says. A value that stays where it was keeps the comments around it.
fn merge(old: &mut Table, new: &Table) {
    let gone: Vec<String> = old
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !new.contains_key(key))
        .collect();
    for key in gone {
        old.remove(&key);
    }
    for (key, item) in new {
        match (old.get_mut(key), item) {
            (Some(Item::Table(old)), Item::Table(new)) => merge(old, new),
            (Some(Item::Value(old)), Item::Value(new)) => {
                let decor = old.decor().clone();
                *old = new.clone();
                *old.decor_mut() = decor;
            }
            (_, Item::Table(new)) => {
                let mut table = Table::new();
                merge(&mut table, new);
                old.insert(key, Item::Table(table));
            }
            _ => {
                old.insert(key, item.clone());
            }
        }
    }
}

/// Changes the file by `change`, which answers whether it did. Nothing is written that could not be read.
fn edit(
    data_dir: &Path,
    change: impl FnOnce(&mut DocumentMut) -> Result<bool, String>,
) -> Result<bool, ConfigFileError> {
    let path = CustomProviders::path(data_dir);
    let io = |source| ConfigFileError::Io {
        path: path.clone(),
        source,
    };
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io(error)),
    };
    let file = ConfigFile::parse(&path, before.clone())?;
    CustomProviders::read(&file)?;
    let mut document: DocumentMut = before
        .parse()
        .map_err(|error: toml_edit::TomlError| file.invalid(&[], error.message()))?;
    let changed = change(&mut document).map_err(|detail| file.invalid(&[], detail))?;
    if !changed {
        return Ok(false);
    }
    let after = document.to_string();
    CustomProviders::read(&ConfigFile::parse(&path, after.clone())?)?;
    std::fs::create_dir_all(data_dir).map_err(io)?;
    let mut new = tempfile::NamedTempFile::new_in(data_dir).map_err(io)?;
    new.write_all(after.as_bytes()).map_err(io)?;
    new.as_file().sync_all().map_err(io)?;
    new.persist(&path).map_err(|error| io(error.error))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE_TEXT: &str = r#"# My own models.
[program.mine]   # the good one
command = ["python3", "serve.py"] # starts it
timeout_s = 30

[http.lab]
url = "https://lab.example/ask" # the lab's
body = '{"q": {{ prompt | tojson }}}'
text = "/answer"
capabilities = ["completion"]

# Kept too.
[program.other]
command = ["other"]
[program.other.env]
A = "1"
"#;

    fn folder(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), text).unwrap();
        folder
    }

    fn text(folder: &tempfile::TempDir) -> String {
        std::fs::read_to_string(folder.path().join(FILE)).unwrap()
    }

    #[test]
    fn a_file_is_read_with_its_defaults() {
        let all = CustomProviders::load(folder(FILE_TEXT).path()).unwrap();
        let mine = &all.programs["mine"];
        assert_eq!((mine.timeout_s, mine.concurrency), (30, 1));
        assert_eq!(
            mine.capabilities,
            [Capability::Completion, Capability::Chat]
        );
        assert_eq!(all.programs["other"].env["A"], "1");
        assert_eq!(all.http["lab"].method, "POST");
        let none = tempfile::tempdir().unwrap();
        assert_eq!(
            CustomProviders::load(none.path()).unwrap(),
            CustomProviders::default()
        );
    }

    #[test]
    fn saving_changes_one_definition_and_keeps_the_comments() {
        let folder = folder(FILE_TEXT);
        let mut all = CustomProviders::load(folder.path()).unwrap();
        let mine = all.programs.get_mut("mine").unwrap();
        mine.timeout_s = 31;
        mine.env.insert("B".to_owned(), "2".to_owned());
        let definition = Definition::Program(mine.clone());
        CustomProviders::save(folder.path(), "mine", &definition).unwrap();
        let after = text(&folder);
        for kept in [
            "# My own models.",
            "# the good one",
            "# starts it",
            "# the lab's",
            "# Kept too.",
        ] {
            assert!(after.contains(kept), "{kept} is gone from\n{after}");
        }
        assert_eq!(CustomProviders::load(folder.path()).unwrap(), all);

        let new = Definition::Http(all.http["lab"].clone());
        CustomProviders::save(folder.path(), "second", &new).unwrap();
        all.http
            .insert("second".to_owned(), all.http["lab"].clone());
        assert_eq!(CustomProviders::load(folder.path()).unwrap(), all);

        let removed = CustomProviders::remove(folder.path(), DefinitionKind::Program, "mine");
        assert!(removed.unwrap());
        all.programs.remove("mine");
        assert_eq!(CustomProviders::load(folder.path()).unwrap(), all);
        assert!(text(&folder).contains("# Kept too."));
        let again = CustomProviders::remove(folder.path(), DefinitionKind::Program, "mine");
        assert!(!again.unwrap());
    }

    #[test]
    fn the_first_definition_makes_the_file() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let program = ProgramDefinition {
            command: vec!["x".to_owned(), "a\"b\nc".to_owned()],
            ..ProgramDefinition::default()
        };
        CustomProviders::save(&folder, "n", &Definition::Program(program.clone())).unwrap();
        assert_eq!(
            CustomProviders::load(&folder).unwrap().programs["n"],
            program
        );
    }

    #[test]
    fn what_does_not_hold_is_not_written() {
        let folder = folder(FILE_TEXT);
        for (name, command) in [("mine", vec![]), ("no name", vec!["x".to_owned()])] {
            let program = ProgramDefinition {
                command,
                ..ProgramDefinition::default()
            };
            CustomProviders::save(folder.path(), name, &Definition::Program(program)).unwrap_err();
            assert_eq!(text(&folder), FILE_TEXT);
        }
        std::fs::write(folder.path().join(FILE), "[program.a]\n").unwrap();
        let removed = CustomProviders::remove(folder.path(), DefinitionKind::Http, "a");
        assert!(removed.is_err(), "a broken file is left to its owner");
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let http = |line: &str| {
            format!(
                "[http.h]\nurl = \"http://h/x\"\ntext = \"/a\"\nbody = '{{\"q\":{{{{ prompt | tojson }}}}}}'\ncapabilities = [\"completion\"]\n{line}\n"
            )
        };
        let program = |line: &str| format!("[program.p]\n{line}\n");
        for (text, expected) in [
            (program("command = []"), "line 2, program.p.command: "),
            (program("command = [\"\"]"), "line 2, program.p.command: "),
            (
                program("command = [\"x\"]\nconcurrency = 0"),
                "line 3, program.p.concurrency: ",
            ),
            (
                program("command = [\"x\"]\ntimeout_s = 0"),
                "line 3, program.p.timeout_s: ",
            ),
            (
                program("command = [\"x\"]\ncapabilities = [\"seed\"]"),
                "line 3, program.p.capabilities: ",
            ),
            (
                program("command = [\"x\"]\ncapabilities = [\"sing\"]"),
                "line 3, program.p.capabilities.0: unknown variant `sing`",
            ),
            (
                program("command = [\"x\"]\nenv = { MY_API_KEY = \"s3cret\" }"),
                "line 3, program.p.env.MY_API_KEY: ",
            ),
            (
                program("command = [\"x\"]\nenv_keys = [\"A=B\"]"),
                "line 3, program.p.env_keys.0: ",
            ),
            (
                "[program.\"a b\"]\ncommand = [\"x\"]".to_owned(),
                "line 1, program.a b: ",
            ),
            (http("method = \"BREW IT\""), "line 6, http.h.method: "),
            (
                http("headers = { \"a b\" = \"\" }"),
                "line 6, http.h.headers.a b: ",
            ),
            (
                http("headers = { Authorization = \"Bearer s3cret\" }"),
                "line 6, http.h.headers.Authorization: ",
            ),
            (
                http("headers = { x = \"${A\" }"),
                "line 6, http.h.headers.x: ",
            ),
            (http("finish = \"a\""), "line 6, http.h.finish: "),
            (http("").replace("| tojson", "|"), "line 4, http.h.body: "),
            (
                http("").replace("http://h/x", "h/x"),
                "line 2, http.h.url: ",
            ),
            (
                http("").replace("http://h/x", "http://h/x?api_key=s3cret"),
                "line 2, http.h.url: ",
            ),
            (
                http("headers = { Cookie = \"s3cret\" }"),
                "line 6, http.h.headers.Cookie: ",
            ),
            (http("").replace("/a", "a"), "line 3, http.h.text: "),
        ] {
            let folder = folder(&text);
            let error = CustomProviders::load(folder.path())
                .unwrap_err()
                .to_string();
            let expected = format!("{}, {expected}", folder.path().join(FILE).display());
            assert!(error.starts_with(&expected), "{error}\nis not {expected}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }
}
