//! A report: figures, tables and everything needed to do the runs again.

use std::collections::{BTreeMap, BTreeSet};

use assay_analytics::Comparison;
use assay_core::{
    Content, Environment, ProblemSelection, RunId, RunOrigin, RunSpec, RunStatus, Transport,
    Verdict,
};

use crate::figure::{Column, Fact, Figure, Row, Table};
use crate::methods::{Methods, findings};
use crate::palette::Colors;
use crate::{figures, format, tables};

/// A run as it stands in a report.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSection {
    pub id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub origin: RunOrigin,
    /// RFC 3339.
    pub started_at: Option<String>,
    pub finished_at: Option<String>,
    pub spec: RunSpec,
    pub environment: Environment,
}

/// How often the samples of one series ended in each way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureRow {
    /// Label of the series.
    pub label: String,
    /// Samples by the words of [`Verdict`], [`Content`] and [`Transport`] (`as_str`); what has no
    /// word there comes last.
    pub counts: BTreeMap<String, u32>,
}

/// What a report is about; [`Report`] sets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub title: String,
    /// RFC 3339; given, so that the same input gives the same bytes.
    pub generated_at: String,
    /// `Assay 0.1.0`.
    pub generator: String,
    pub comparison: Comparison,
    pub runs: Vec<RunSection>,
    pub failures: Vec<FailureRow>,
    /// What its author adds, a paragraph each.
    pub notes: Vec<String>,
    /// Colours of the models, the same as on screen.
    pub colors: Colors,
}

/// A part of the document, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    Heading {
        level: u8,
        text: String,
    },
    Paragraph(String),
    List(Vec<String>),
    /// Sources, numbered from 1.
    Sources(Vec<String>),
    Facts(Vec<Setting>),
    Table(Table),
    Figure(Box<Figure>),
    Code(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub label: String,
    pub value: String,
    /// A digest or an id: set in a fixed width.
    pub is_code: bool,
}

impl Report {
    /// The figures, as the window shows them for the same comparison.
    pub fn figures(&self) -> Vec<Figure> {
        let comparison = &self.comparison;
        let mut ks: Vec<u32> = comparison
            .scores
            .iter()
            .flat_map(|s| s.pass_at.iter().map(|p| p.k))
            .collect();
        ks.sort_unstable();
        ks.dedup();
        let mut figures: Vec<Figure> = ks
            .into_iter()
            .map(|k| {
                figures::dot_interval::scores(
                    &comparison.scores,
                    comparison.by,
                    k,
                    &comparison.datasets,
                    &self.colors,
                )
            })
            .collect();
        if !comparison.pairs.is_empty() {
            figures.push(figures::dot_interval::differences(comparison, &self.colors));
        }
        figures
    }

    /// The facts below the title.
    pub(crate) fn headline(&self) -> Vec<Fact> {
        let mut facts = vec![Fact {
            label: "Generated".to_owned(),
            value: self.generated_at.clone(),
        }];
        let datasets: Vec<String> = self
            .comparison
            .datasets
            .iter()
            .map(|d| format!("{} {}", d.id, d.version))
            .collect();
        if !datasets.is_empty() {
            facts.push(Fact {
                label: "Data set".to_owned(),
                value: datasets.join(", "),
            });
        }
        facts.push(Fact {
            label: "Program".to_owned(),
            value: self.generator.clone(),
        });
        facts
    }

    pub(crate) fn blocks(&self) -> Vec<Block> {
        let comparison = &self.comparison;
        let mut blocks = Vec::new();
        let heading = |level, text: &str| Block::Heading {
            level,
            text: text.to_owned(),
        };
        let found = findings(comparison);
        if !found.is_empty() {
            blocks.push(heading(2, "Summary"));
            blocks.push(Block::List(found));
        }
        blocks.extend(self.notes.iter().cloned().map(Block::Paragraph));

        blocks.push(heading(2, "Scores"));
        let (score_figures, pair_figures): (Vec<Figure>, Vec<Figure>) = self
            .figures()
            .into_iter()
            .partition(|f| f.id.starts_with("scores"));
        blocks.extend(
            score_figures
                .into_iter()
                .map(|f| Block::Figure(Box::new(f))),
        );
        blocks.push(Block::Table(tables::scores(
            &comparison.scores,
            comparison.by,
        )));
        let notes = self.score_notes();
        if !notes.is_empty() {
            blocks.push(Block::List(notes));
        }
        if !comparison.pairs.is_empty() {
            blocks.push(heading(2, "Differences"));
            blocks.extend(pair_figures.into_iter().map(|f| Block::Figure(Box::new(f))));
            blocks.push(Block::Table(tables::pairs(comparison)));
        }
        if let Some(table) = self.failure_table() {
            blocks.push(heading(2, "How samples ended"));
            blocks.push(Block::Table(table));
        }
        let methods = Methods::of(comparison);
        blocks.push(heading(2, "Methods"));
        blocks.extend(methods.paragraphs.into_iter().map(Block::Paragraph));
        blocks.push(Block::Sources(methods.sources));

        blocks.push(heading(2, "Runs and settings"));
        for run in &self.runs {
            blocks.push(heading(3, &run.name));
            blocks.push(Block::Facts(run.settings()));
        }
        let commands: Vec<String> = self.runs.iter().filter_map(RunSection::command).collect();
        if !commands.is_empty() {
            blocks.push(heading(2, "How to repeat this"));
            blocks.push(Block::Paragraph(
                "With the same version of the program, data set, models and images as listed above:"
                    .to_owned(),
            ));
            blocks.push(Block::Code(commands));
        }
        blocks
    }

    /// Warnings of the comparison, and notes of the scores under the name of their series.
    fn score_notes(&self) -> Vec<String> {
        let warnings = self.comparison.warnings.iter().map(|w| w.message.clone());
        let notes = self.comparison.scores.iter().flat_map(|s| {
            s.notes
                .iter()
                .map(move |note| format!("{}: {note}", s.label))
        });
        warnings.chain(notes).collect()
    }

    pub(crate) fn failure_table(&self) -> Option<Table> {
        let present: BTreeSet<&str> = self
            .failures
            .iter()
            .flat_map(|row| {
                row.counts
                    .iter()
                    .filter(|(_, n)| **n > 0)
                    .map(|(kind, _)| kind.as_str())
            })
            .collect();
        if present.is_empty() {
            return None;
        }
        let mut kinds: Vec<&str> = kinds_in_order()
            .filter(|kind| present.contains(kind))
            .collect();
        kinds.dedup();
        let unknown: Vec<&str> = present.into_iter().filter(|k| !kinds.contains(k)).collect();
        kinds.extend(unknown);
        let mut columns = vec![Column::text(tables::group_heading(self.comparison.by))];
        columns.extend(kinds.iter().map(|kind| Column::number(&words(kind))));
        Some(Table {
            caption: "Samples by how they ended.".to_owned(),
            columns,
            rows: self
                .failures
                .iter()
                .map(|row| {
                    let mut cells = vec![row.label.clone()];
                    cells.extend(kinds.iter().map(|kind| {
                        format::thousands(u64::from(row.counts.get(*kind).copied().unwrap_or(0)))
                    }));
                    Row {
                        cells,
                        is_muted: false,
                    }
                })
                .collect(),
        })
    }
}

/// The words samples end with, from what passed to what was never answered.
fn kinds_in_order() -> impl Iterator<Item = &'static str> {
    let contents = [
        Content::NoCode,
        Content::WrongLanguage,
        Content::SyntaxError,
        Content::Incomplete,
        Content::Placeholder,
    ];
    let transports = [
        Transport::HttpError,
        Transport::Timeout,
        Transport::Refused,
        Transport::RateLimited,
        Transport::Truncated,
        Transport::Empty,
    ];
    Verdict::ALL
        .iter()
        .map(|v| v.as_str())
        .chain(contents.map(Content::as_str))
        .chain(transports.map(Transport::as_str))
}

/// `Compile error` of `compile_error`.
fn words(kind: &str) -> String {
    let text = kind.replace('_', " ");
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

impl RunSection {
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let spec = &self.spec;
        let environment = &self.environment;
        let mut settings = Vec::new();
        let mut add = |label: &str, value: String, is_code: bool| {
            if !value.is_empty() {
                settings.push(Setting {
                    label: label.to_owned(),
                    value,
                    is_code,
                });
            }
        };
        add("Run", self.id.to_string(), true);
        add("Status", self.status.as_str().to_owned(), false);
        add(
            "Answers",
            match self.origin {
                RunOrigin::Evaluated => "generated and executed by this program".to_owned(),
                RunOrigin::Graded => "generated elsewhere, executed by this program".to_owned(),
                RunOrigin::SampleWorkspace => "an example that ships with the program".to_owned(),
            },
            false,
        );
        add(
            "Started",
            self.started_at.clone().unwrap_or_default(),
            false,
        );
        add(
            "Finished",
            self.finished_at.clone().unwrap_or_default(),
            false,
        );
        for model in &spec.models {
            add("Model", model.to_string(), true);
            // Digests may be kept under the text form or under the bare name.
            let digest = environment
                .models
                .get(&model.to_string())
                .or_else(|| environment.models.get(&model.name));
            if let Some(digest) = digest {
                add("Model digest", digest.clone(), true);
            }
        }
        add(
            "Data set",
            format!("{} {}", spec.dataset, environment.dataset_version),
            false,
        );
        add("Data set digest", environment.dataset_sha256.clone(), true);
        add(
            "Problems",
            match &spec.problems {
                ProblemSelection::All => "all".to_owned(),
                ProblemSelection::First { count } => format!("the first {count}"),
                ProblemSelection::Ids { ids } => {
                    let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
                    ids.join(", ")
                }
            },
            false,
        );
        let languages: Vec<&str> = spec.languages.iter().map(|l| l.title()).collect();
        add("Languages", languages.join(", "), false);
        if self.origin != RunOrigin::Graded {
            add("Strategy", spec.strategy.to_string(), false);
            add("Samples per problem", spec.samples.to_string(), false);
            add("Temperature", spec.sampling.temperature.to_string(), false);
            add(
                "Top-p",
                spec.sampling
                    .top_p
                    .map(|p| p.to_string())
                    .unwrap_or_default(),
                false,
            );
            add(
                "Tokens at most",
                spec.sampling.max_tokens.to_string(),
                false,
            );
            add("Seed", spec.seed.to_string(), false);
        }
        let limits = &spec.limits;
        let scale = environment
            .timeout_scale
            .map(|s| format!(" (× {s:.2} on this machine)"))
            .unwrap_or_default();
        add(
            "Limits of a program",
            format!(
                "{} s wall clock{scale}, {} MiB memory, {} processes, {} KiB output, {} MiB disk",
                f64::from(limits.wall_ms) / 1_000.0,
                limits.memory_mb,
                limits.processes,
                limits.output_bytes / 1_024,
                limits.disk_mb
            ),
            false,
        );
        add(
            "Program",
            format!("Assay {}", environment.assay_version),
            false,
        );
        add("Platform", environment.platform.clone(), false);
        add(
            "Container engine",
            environment.engine.clone().unwrap_or_default(),
            false,
        );
        for (language, toolchain) in &environment.toolchains {
            add(&format!("Toolchain, {language}"), toolchain.clone(), false);
        }
        for (language, image) in &environment.images {
            add(&format!("Image, {language}"), image.clone(), true);
        }
        settings
    }

    /// The command that does the run again; `None` for one that ships as an example.
    pub fn command(&self) -> Option<String> {
        let spec = &self.spec;
        let mut options: Vec<String> = Vec::new();
        let mut option = |name: &str, value: String| {
            options.push(format!("{name} {}", shell_word(&value)));
        };
        let languages = spec
            .languages
            .iter()
            .map(|l| l.as_str())
            .collect::<Vec<_>>()
            .join(",");
        let verb = match self.origin {
            RunOrigin::SampleWorkspace => return None,
            RunOrigin::Graded => {
                option("--dataset", spec.dataset.to_string());
                option("--samples", "FILE".to_owned());
                if !languages.is_empty() {
                    option("--language", languages);
                }
                "grade"
            }
            RunOrigin::Evaluated => {
                for model in &spec.models {
                    option("--model", model.to_string());
                }
                option("--dataset", spec.dataset.to_string());
                if !languages.is_empty() {
                    option("--languages", languages);
                }
                match &spec.problems {
                    ProblemSelection::All => {}
                    ProblemSelection::First { count } => option("--problems", count.to_string()),
                    ProblemSelection::Ids { ids } => {
                        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
                        option("--problems", ids.join(","));
                    }
                }
                option("--strategy", spec.strategy.to_string());
                option("--samples", spec.samples.to_string());
                option("--temperature", spec.sampling.temperature.to_string());
                if let Some(top_p) = spec.sampling.top_p {
                    option("--top-p", top_p.to_string());
                }
                option("--max-tokens", spec.sampling.max_tokens.to_string());
                option("--seed", spec.seed.to_string());
                "eval"
            }
        };
        Some(command_lines(&format!("assay {verb}"), &options))
    }
}

/// A command on one line, or on lines of readable length that a shell takes as one.
fn command_lines(verb: &str, options: &[String]) -> String {
    const LENGTH: usize = 88;
    let mut text = verb.to_owned();
    let mut length = text.len();
    for option in options {
        if length + option.len() + 3 > LENGTH {
            text.push_str(" \\\n   ");
            length = 3;
        }
        text.push(' ');
        text.push_str(option);
        length += option.len() + 1;
    }
    text
}

/// A word as a POSIX shell takes it.
fn shell_word(text: &str) -> String {
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_./:@,+=".contains(c));
    if is_plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell_are_quoted_where_they_must_be() {
        assert_eq!(shell_word("local:smollm2-135m"), "local:smollm2-135m");
        assert_eq!(shell_word("a b"), "'a b'");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn long_commands_go_on_below() {
        let options = [
            "--model a".to_owned(),
            format!("--model {}", "b".repeat(80)),
            "--seed 1".to_owned(),
        ];
        assert_eq!(
            command_lines("assay eval", &options),
            format!(
                "assay eval --model a \\\n    --model {} \\\n    --seed 1",
                "b".repeat(80)
            )
        );
    }
}
