//! Up to when models were trained on data, where their makers have said so.

use std::path::Path;
use std::sync::OnceLock;

use assay_core::{ModelRef, Period};
use serde::Deserialize;

use crate::config_file::{ConfigFile, ConfigFileError};
use crate::prices::matches;

const SHIPPED: &str = include_str!("../cutoffs.toml");

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    cutoff: Period,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    model: Vec<Row>,
}

fn shipped() -> Result<Vec<Row>, ConfigFileError> {
    let file = ConfigFile::parse(Path::new("the cutoffs that ship"), SHIPPED.to_owned())?;
    Ok(file.read::<Table>()?.model)
}

/// The end of a model's training data, by the name of the model and whoever serves it; `None` where its maker has not
/// said it.
pub fn training_cutoff(model: &ModelRef) -> Option<Period> {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    // A test keeps the file sound.
    let rows = ROWS.get_or_init(|| shipped().unwrap_or_default());
    rows.iter()
        .find(|row| matches(&row.name, &model.name))
        .map(|row| row.cutoff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cutoffs_that_ship_are_sound() {
        let rows = shipped().unwrap();
        assert!(!rows.is_empty());
        for row in &rows {
            assert!(row.source.starts_with("https://"), "{row:?}");
            let name = row.name.replace('*', "");
            let first = rows.iter().find(|row| matches(&row.name, &name));
            assert_eq!(first, Some(row), "never reached");
        }
    }

    #[test]
    fn a_model_is_known_by_its_name_whoever_serves_it() {
        let cutoff = |text: &str| training_cutoff(&text.parse().unwrap()).map(|c| c.to_string());
        for model in [
            "hf:meta-llama/Llama-3.1-8B-Instruct",
            "ollama:llama3.2:1b",
            "openai:meta-llama/Llama-3.3-70B-Instruct@http://127.0.0.1:9/v1",
            "local:Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        ] {
            assert_eq!(cutoff(model).as_deref(), Some("2023-12"), "{model}");
        }
        for model in [
            "local:smollm2-135m",
            "hf:Qwen/Qwen2.5-Coder-7B-Instruct",
            "ollama:codellama",
        ] {
            assert_eq!(cutoff(model), None, "{model}");
        }
    }
}
