//! Sections of a report that are there where they are asked for: the figures of the pages Compare and Trends.

use std::collections::BTreeMap;

use assay_analytics::{Comparison, TrendSeries};
use assay_core::RunId;
use assay_report::figure::Drawing;
use assay_report::figures::{flips, trend};
use assay_report::{Figure, Section};

use crate::compare::group_by;
use crate::dto::{CompareFigure, CompareQuery, FigureQuery, ReportSection};
use crate::figures::blocking;
use crate::{App, AppError};

/// Pairs of which a report says who solves what, and problems of each either way: what can be read through.
const PAIRS: usize = 6;
const FLIPS: usize = 25;
/// Lines in a figure over time that can still be told apart.
const LINES: usize = 8;

impl App {
    /// The sections that are asked for, in the order of [`ReportSection::ALL`].
    pub(crate) async fn report_sections(
        &self,
        asked: &[ReportSection],
        query: &CompareQuery,
        comparison: &Comparison,
    ) -> Result<Vec<Section>, AppError> {
        let mut sections = Vec::new();
        for section in ReportSection::ALL {
            if asked.contains(&section) {
                sections.push(self.report_section(section, query, comparison).await?);
            }
        }
        Ok(sections)
    }

    async fn report_section(
        &self,
        section: ReportSection,
        query: &CompareQuery,
        comparison: &Comparison,
    ) -> Result<Section, AppError> {
        let is_alone = comparison.scores.len() < 2;
        let of_pairs = matches!(section, ReportSection::Significance | ReportSection::Flips);
        if of_pairs && is_alone {
            return Ok(without(
                section,
                "There is one series, and none to set it against.",
            ));
        }
        let figure = match section {
            ReportSection::Significance => CompareFigure::Significance,
            ReportSection::Languages => CompareFigure::Languages,
            ReportSection::Cost => CompareFigure::Cost,
            ReportSection::Time => CompareFigure::Time,
            ReportSection::Problems => CompareFigure::Problems,
            ReportSection::Flips => return self.flips_section(query, comparison).await,
            ReportSection::Trends => return self.trends_section(&query.runs).await,
        };
        let figure = self
            .compare_figure(&FigureQuery::new(query.clone(), figure))
            .await?;
        Ok(match &figure.drawing {
            // An empty plot says less than its caption.
            Drawing::Scatter(plot) if plot.points.is_empty() => without(section, &figure.caption),
            Drawing::Matrix(matrix)
                if section == ReportSection::Languages && matrix.columns.len() < 2 =>
            {
                without(section, "All of it is in one language.")
            }
            _ => Section {
                figures: vec![figure],
                ..titled(section)
            },
        })
    }

    async fn flips_section(
        &self,
        query: &CompareQuery,
        comparison: &Comparison,
    ) -> Result<Section, AppError> {
        let mut pairs: Vec<_> = comparison.pairs.iter().collect();
        pairs.sort_by(|one, other| {
            one.p_adjusted
                .total_cmp(&other.p_adjusted)
                .then(one.p.total_cmp(&other.p))
        });
        let mut section = titled(ReportSection::Flips);
        if pairs.len() > PAIRS {
            section.paragraphs.push(format!(
                "Of {} pairs, the {PAIRS} with the smallest p.",
                pairs.len()
            ));
        }
        let evidence = self.evidence(&query.runs).await?;
        let by = group_by(query.by);
        let keys: Vec<(String, String)> = pairs
            .iter()
            .take(PAIRS)
            .map(|pair| (pair.a.clone(), pair.b.clone()))
            .collect();
        section.tables = blocking(move || {
            keys.iter()
                .map(|(a, b)| {
                    let found = assay_analytics::flips(&evidence, by, a, b)?;
                    Ok(flips::table(&found, FLIPS))
                })
                .collect()
        })
        .await?;
        Ok(section)
    }

    /// A figure for each data set in each language, of the series that several of the runs are of.
    async fn trends_section(&self, runs: &[RunId]) -> Result<Section, AppError> {
        let (trends, colors) = self.trends_among(runs).await?;
        let mut suites: BTreeMap<_, Vec<&TrendSeries>> = BTreeMap::new();
        for series in &trends.series {
            let suite = (&series.dataset, &series.dataset_version, &series.language);
            suites.entry(suite).or_default().push(series);
        }
        if suites.is_empty() {
            return Ok(without(
                ReportSection::Trends,
                "No series has two of the chosen runs: what is asked once has no course over time.",
            ));
        }
        let lines = suites.values().flat_map(|series| series.chunks(LINES));
        let figures = lines
            .enumerate()
            .map(|(i, series)| {
                let keys: Vec<String> = series.iter().map(|s| s.key.clone()).collect();
                let figure = trend::figure(&trends, &keys, &colors);
                Figure {
                    id: format!("{}-{}", figure.id, i + 1),
                    title: match (&figure.subtitle, suites.len()) {
                        (Some(suite), 2..) => format!("{}: {suite}", figure.title),
                        _ => figure.title.clone(),
                    },
                    ..figure
                }
            })
            .collect();
        Ok(Section {
            figures,
            ..titled(ReportSection::Trends)
        })
    }
}

fn titled(section: ReportSection) -> Section {
    let heading = match section {
        ReportSection::Significance => "Significance",
        ReportSection::Languages => "Languages",
        ReportSection::Cost => "Score and cost",
        ReportSection::Time => "Score and time",
        ReportSection::Problems => "Problems",
        ReportSection::Flips => "One solves it, the other does not",
        ReportSection::Trends => "Over time",
    };
    Section {
        heading: heading.to_owned(),
        ..Section::default()
    }
}

/// A section that says why it shows nothing.
fn without(section: ReportSection, why: &str) -> Section {
    Section {
        paragraphs: vec![why.to_owned()],
        ..titled(section)
    }
}
