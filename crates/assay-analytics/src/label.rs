//! Names of series for people: as short as tells them apart.

use std::collections::{BTreeMap, BTreeSet};

use assay_core::Language;

/// The part of a model's text form that people call it by: `qwen2.5-coder:7b` of
/// `ollama:qwen2.5-coder:7b@http://127.0.0.1:11434`, `Qwen2.5-Coder-7B` of
/// `openai:Qwen/Qwen2.5-Coder-7B`. A name given to a graded file stays as it is.
pub fn short_model_name(model: &str) -> &str {
    let name = match model.split_once(':') {
        Some((provider, rest))
            if !provider.is_empty()
                && provider
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !rest.is_empty() =>
        {
            rest
        }
        _ => model,
    };
    let name = ["@http://", "@https://"]
        .iter()
        .filter_map(|mark| name.rfind(mark))
        .max()
        .map_or(name, |at| &name[..at]);
    let last = name.rsplit('/').next().unwrap_or(name);
    let last = last.strip_suffix(".gguf").unwrap_or(last);
    if last.is_empty() { model } else { last }
}

/// What a series may be named by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Names {
    pub model: String,
    pub strategy: String,
    pub run_name: String,
    pub run_id: String,
}

/// One label for each series, in the order given: the short model name, the full one where two
/// models share the short one; then the strategy, the run's name and the run's id, each only where
/// it is needed to tell two apart.
pub(crate) fn series_labels(series: &[Names]) -> Vec<String> {
    told_apart(
        series,
        |n| &n.model,
        &[
            |n| n.strategy.clone(),
            |n| n.run_name.clone(),
            |n| format!("run {}", short_run_id(&n.run_id)),
        ],
    )
}

/// What a series over time may be named by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub model: &'a str,
    pub strategy: &'a str,
    pub language: &'a str,
    pub dataset: &'a str,
    pub version: &'a str,
}

/// One label for each line, in the order given: the model's name as above, then strategy, language, data set and its
/// version, each only where it is needed to tell two apart.
pub(crate) fn line_labels(lines: &[Line<'_>]) -> Vec<String> {
    told_apart(
        lines,
        |l| l.model,
        &[
            |l| l.strategy.to_owned(),
            |l| Language::new(l.language).title().to_owned(),
            |l| l.dataset.to_owned(),
            |l| format!("version {}", l.version),
        ],
    )
}

/// The names of things' models, with the first of the parts that tell apart those that share a name.
fn told_apart<T>(things: &[T], model: fn(&T) -> &str, parts: &[fn(&T) -> String]) -> Vec<String> {
    let mut models_of_short: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for thing in things {
        let model = model(thing);
        models_of_short
            .entry(short_model_name(model))
            .or_default()
            .insert(model);
    }
    let mut labels: Vec<String> = things
        .iter()
        .map(|thing| {
            let model = model(thing);
            let short = short_model_name(model);
            if models_of_short[short].len() > 1 {
                model.to_owned()
            } else {
                short.to_owned()
            }
        })
        .collect();
    for part in parts {
        let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, label) in labels.iter().enumerate() {
            members.entry(label).or_default().push(i);
        }
        let mut longer = labels.clone();
        for group in members.into_values().filter(|group| group.len() > 1) {
            let told: BTreeSet<String> = group.iter().map(|&i| part(&things[i])).collect();
            if told.len() > 1 {
                for i in group {
                    longer[i] = format!("{} · {}", labels[i], part(&things[i]));
                }
            }
        }
        labels = longer;
    }
    labels
}

/// The end of a run's id: UUIDv7s of one minute share their beginning.
fn short_run_id(id: &str) -> &str {
    let start = id.char_indices().rev().nth(7).map_or(0, |(i, _)| i);
    &id[start..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(model: &str, strategy: &str, run_name: &str, run_id: &str) -> Names {
        Names {
            model: model.to_owned(),
            strategy: strategy.to_owned(),
            run_name: run_name.to_owned(),
            run_id: run_id.to_owned(),
        }
    }

    #[test]
    fn models_are_called_by_their_short_name() {
        for (text, short) in [
            ("local:smollm2-135m", "smollm2-135m"),
            (
                "ollama:qwen2.5-coder:7b@http://127.0.0.1:11434",
                "qwen2.5-coder:7b",
            ),
            ("openai:Qwen/Qwen2.5-Coder-7B", "Qwen2.5-Coder-7B"),
            ("local:models/tiny.gguf", "tiny"),
            ("Claude+", "Claude+"),
            ("file:", "file:"),
            ("", ""),
        ] {
            assert_eq!(short_model_name(text), short);
        }
    }

    #[test]
    fn labels_say_no_more_than_tells_apart() {
        assert_eq!(
            series_labels(&[
                names("local:a", "auto", "monday", "1"),
                names("openai:b", "auto", "monday", "1"),
            ]),
            ["a", "b"]
        );
        assert_eq!(
            series_labels(&[
                names("local:a", "auto", "monday", "1"),
                names("local:a", "auto", "tuesday", "2"),
                names("local:c", "auto", "tuesday", "2"),
            ]),
            ["a · monday", "a · tuesday", "c"]
        );
        assert_eq!(
            series_labels(&[
                names("local:a", "chat", "x", "0000-aaaaaaaa"),
                names("local:a", "plain", "x", "0000-aaaaaaaa"),
                names("openai:a", "plain", "x", "0000-bbbbbbbb"),
                names("local:a", "plain", "x", "0000-cccccccc"),
            ]),
            [
                "local:a · chat",
                "local:a · plain · run aaaaaaaa",
                "openai:a",
                "local:a · plain · run cccccccc",
            ]
        );
    }
}
