//! Published scores, read from a file of the user's.

use std::path::Path;

use assay_analytics::{PublishedScore, Reproduction, ScoreOptions, reproductions};
use assay_core::{DatasetId, Language, RunId};
use serde::Deserialize;
use toml::Spanned;

use crate::{App, AppError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    score: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    model: String,
    dataset: String,
    #[serde(default = "python")]
    language: String,
    #[serde(default = "one")]
    k: u32,
    /// In percent, as such scores are published.
    score: f64,
    source: String,
}

fn python() -> String {
    "python".to_owned()
}

fn one() -> u32 {
    1
}

impl App {
    /// The scores that `file` names, beside what these runs measured.
    ///
    /// # Errors
    /// When the file cannot be read or says what is undefined (with line and field), or as
    /// [`assay_analytics::scores`].
    pub(crate) async fn reproductions(
        &self,
        file: &Path,
        runs: &[RunId],
    ) -> Result<Vec<Reproduction>, AppError> {
        let text =
            std::fs::read_to_string(file).map_err(|error| AppError::file("read", file, &error))?;
        let published = parse(file, &text)?;
        let evidence = self.evidence(runs).await?;
        let made = tokio::task::spawn_blocking(move || {
            reproductions(&evidence, &published, &ScoreOptions::default())
        })
        .await;
        match made {
            Ok(found) => Ok(found?),
            Err(error) => Err(AppError::failed("comparison-failed", error.to_string())),
        }
    }
}

fn parse(file: &Path, text: &str) -> Result<Vec<PublishedScore>, AppError> {
    let bad = |at: usize, what: &str| {
        let line = text.get(..at).unwrap_or(text).matches('\n').count() + 1;
        AppError::usage(
            "bad-published-scores",
            format!("{}, line {line}: {what}", file.display()),
            "each [[score]] has model, dataset, score (in percent) and source, and may have language and k",
        )
    };
    let parsed: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        bad(at, &error.message().trim().replace('\n', ", "))
    })?;
    if parsed.score.is_empty() {
        return Err(bad(0, "there is no [[score]] in it"));
    }
    parsed
        .score
        .into_iter()
        .map(|entry| {
            let at = entry.span().start;
            let entry = entry.into_inner();
            if !(0.0..=100.0).contains(&entry.score) {
                return Err(bad(
                    at,
                    &format!("score: {} is no percentage between 0 and 100", entry.score),
                ));
            }
            if entry.k == 0 {
                return Err(bad(at, "k: pass@0 is undefined"));
            }
            for (field, value) in [
                ("model", &entry.model),
                ("dataset", &entry.dataset),
                ("language", &entry.language),
                ("source", &entry.source),
            ] {
                if value.trim().is_empty() {
                    return Err(bad(at, &format!("{field}: it is empty")));
                }
            }
            Ok(PublishedScore {
                model: entry.model,
                dataset: DatasetId::new(entry.dataset),
                language: Language::new(&entry.language),
                k: entry.k,
                value: entry.score / 100.0,
                source: entry.source,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

    use super::*;

    const GOOD: &str =
        "[[score]]\nmodel = \"m\"\ndataset = \"humaneval\"\nscore = 61.6\nsource = \"a paper\"\n";

    fn error(text: &str) -> (String, String) {
        let error = parse(Path::new("scores.toml"), text).unwrap_err();
        let info = error.info;
        (info.code.to_string(), info.message)
    }

    #[test]
    fn scores_are_percentages_and_what_is_left_out_is_usual() {
        let read = parse(Path::new("scores.toml"), GOOD).unwrap();
        assert_eq!(read.len(), 1);
        assert!((read[0].value - 0.616).abs() < 1e-12);
        assert_eq!((read[0].language.as_str(), read[0].k), ("python", 1));
    }

    #[test]
    fn what_is_wrong_is_named_by_file_line_and_field() {
        let cases = [
            (GOOD.replace("61.6", "616"), "line 1: score"),
            (GOOD.replace("61.6", "\"high\""), "line 4"),
            (GOOD.replace("model", "modle"), "line 2"),
            (format!("{GOOD}k = 0\n"), "k: pass@0"),
            (GOOD.replace("\"m\"", "\" \""), "model: it is empty"),
            (String::new(), "no [[score]]"),
            ("[[score".to_owned(), "line 1"),
        ];
        for (text, expected) in cases {
            let (code, message) = error(&text);
            assert_eq!(code, "bad-published-scores");
            assert!(message.starts_with("scores.toml, line "), "{message}");
            assert!(message.contains(expected), "{message}");
        }
    }
}
