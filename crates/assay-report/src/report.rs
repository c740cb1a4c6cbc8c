//! A report: figures, tables and everything needed to do the runs again.

use std::collections::{BTreeMap, BTreeSet};

use assay_analytics::{Comparison, Reproduction};
use assay_core::{Content, Transport, Verdict};

use crate::figure::{Column, Fact, Figure, Row, Table};
use crate::methods::{Methods, findings};
use crate::palette::Colors;
use crate::run_section::{RunSection, Setting};
use crate::section::Section;
use crate::{figures, format, tables};

/// How often the samples of one series ended in each way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureRow {
    /// Label of the series.
    pub label: String,
    /// Samples by the words of [`Verdict`], [`Content`] (`as_str`) and [`Transport`] ([`transport_word`]); what has
    /// no word there comes last.
    pub counts: BTreeMap<String, u32>,
}

/// The word a transport stands under in a [`FailureRow`]: programs that take too long have a verdict of the same name.
pub fn transport_word(transport: Transport) -> &'static str {
    match transport {
        Transport::Timeout => "request_timeout",
        other => other.as_str(),
    }
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
    /// What was asked for beside what every report has, in reading order.
    pub sections: Vec<Section>,
    /// Scores of others that stand beside the measured ones.
    pub published: Vec<Reproduction>,
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
    /// What the cells of the figure above say already: set where the figure itself cannot be read.
    Cells(Table),
    Figure(Box<Figure>),
    Code(Vec<String>),
}

impl Report {
    /// The figures, as the window shows them for the same comparison.
    pub fn figures(&self) -> Vec<Figure> {
        let (mut figures, differences) = self.own_figures();
        figures.extend(differences);
        figures.extend(self.sections.iter().flat_map(|s| s.figures.iter().cloned()));
        figures
    }

    /// The figures that every report has: of scores, and of differences where there are any.
    fn own_figures(&self) -> (Vec<Figure>, Option<Figure>) {
        let comparison = &self.comparison;
        let mut ks: Vec<u32> = comparison
            .scores
            .iter()
            .flat_map(|s| s.pass_at.iter().map(|p| p.k))
            .collect();
        ks.sort_unstable();
        ks.dedup();
        let scores: Vec<Figure> = ks
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
        let differences = (!comparison.pairs.is_empty())
            .then(|| figures::dot_interval::differences(comparison, &self.colors));
        (scores, differences)
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
        let (scores, differences) = self.own_figures();
        blocks.extend(scores.into_iter().map(|f| Block::Figure(Box::new(f))));
        blocks.push(Block::Table(tables::scores(
            &comparison.scores,
            comparison.by,
        )));
        let notes = self.score_notes();
        if !notes.is_empty() {
            blocks.push(Block::List(notes));
        }
        if let Some(figure) = differences {
            blocks.push(heading(2, "Differences"));
            blocks.push(Block::Figure(Box::new(figure)));
            blocks.push(Block::Table(tables::pairs(comparison)));
        }
        blocks.extend(self.sections.iter().flat_map(Section::blocks));
        if !self.published.is_empty() {
            blocks.push(heading(2, "Beside published scores"));
            let figure = figures::published::differences(&self.published, &self.colors);
            let table = figure.table.clone();
            blocks.push(Block::Figure(Box::new(figure)));
            blocks.push(Block::Table(table));
            blocks.push(Block::Sources(figures::published::sources(&self.published)));
        }
        if let Some(table) = self.failure_table() {
            blocks.push(heading(2, "How samples ended"));
            blocks.push(Block::Table(table));
        }
        let mut methods = Methods::of(comparison);
        let drawings = self.sections.iter().flat_map(|s| &s.figures);
        methods.add_figures(drawings.map(|f| &f.drawing));
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
        .chain(transports.map(transport_word))
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
