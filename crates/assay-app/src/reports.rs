//! Reports.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assay_report::{FailureRow, Report, RunSection};

use crate::compare::once_each;
use crate::dto::{CompareBy, CompareQuery, Correction, ExportedReport, ReportFormat, ReportQuery};
use crate::outcome::run_section;
use crate::{App, AppError, VERSION};

impl App {
    /// The report as HTML, for a preview.
    ///
    /// # Errors
    /// As [`App::compare`].
    pub async fn preview_report(&self, query: &ReportQuery) -> Result<String, AppError> {
        Ok(assay_report::html(&self.report(query).await?)?)
    }

    /// Writes a report to `path`, or into the folder of reports.
    ///
    /// # Errors
    /// As [`App::compare`], and when the file cannot be written.
    pub async fn export_report(
        &self,
        query: &ReportQuery,
        format: ReportFormat,
        path: Option<&Path>,
    ) -> Result<ExportedReport, AppError> {
        let report = self.report(query).await?;
        let figures = u32::try_from(report.figures().len()).unwrap_or(u32::MAX);
        let title = report.title.clone();
        let made = tokio::task::spawn_blocking(move || {
            Ok(match format {
                ReportFormat::Html => assay_report::html(&report)?.into_bytes(),
                ReportFormat::Pdf => assay_report::pdf(&report)?,
                ReportFormat::Markdown => assay_report::markdown(&report).into_bytes(),
                ReportFormat::Csv => assay_report::csv(&report).into_bytes(),
            })
        })
        .await;
        let bytes = match made {
            Ok(bytes) => bytes.map_err(|error: assay_report::ReportError| AppError::from(error))?,
            Err(error) => return Err(AppError::failed("report-failed", error.to_string())),
        };
        let path = match path {
            Some(path) => path.to_owned(),
            None => self.new_report_path(
                &title,
                match format {
                    ReportFormat::Html => "html",
                    ReportFormat::Pdf => "pdf",
                    ReportFormat::Markdown => "md",
                    ReportFormat::Csv => "csv",
                },
            )?,
        };
        crate::export::write_whole(&path, &bytes)?;
        self.remember_exported(&path);
        Ok(ExportedReport {
            path: path.display().to_string(),
            bytes: bytes.len() as u64,
            figures,
        })
    }

    async fn report(&self, query: &ReportQuery) -> Result<Report, AppError> {
        let chosen = once_each(&query.runs);
        let compare = CompareQuery {
            runs: chosen.clone(),
            by: CompareBy::Series,
            baseline: None,
            alpha: 0.05,
            correction: Correction::Holm,
            k: 1,
        };
        let comparison = self.comparison(&compare).await?;
        let sections = self
            .report_sections(&query.sections, &compare, &comparison)
            .await?;
        let store = self.store().await?;
        let mut runs = Vec::with_capacity(chosen.len());
        let mut failures = Vec::new();
        for id in &chosen {
            let summary = store.run_summary(id).await?;
            for (model, strategy, counters) in &summary.series {
                let label = comparison
                    .scores
                    .iter()
                    .find(|s| {
                        s.runs.contains(id)
                            && s.models.contains(model)
                            && s.strategies.contains(strategy)
                    })
                    .map_or_else(|| model.clone(), |s| s.label.clone());
                failures.push(FailureRow {
                    label,
                    counts: endings(counters),
                });
            }
            runs.push(run_section(summary.run, summary.totals.cost));
        }
        let published = match &query.published {
            Some(file) => self.reproductions(Path::new(file), &chosen).await?,
            None => Vec::new(),
        };
        let title = match &query.title {
            Some(title) if !title.trim().is_empty() => title.trim().to_owned(),
            _ => self.report_title(&runs).await,
        };
        Ok(Report {
            title,
            generated_at: jiff::Timestamp::now()
                .round(jiff::Unit::Second)
                .map_or_else(|_| jiff::Timestamp::now().to_string(), |at| at.to_string()),
            generator: format!("Assay {VERSION}"),
            colors: self.colors(&comparison).await?,
            comparison,
            runs,
            failures,
            sections,
            published,
            notes: Vec::new(),
        })
    }

    async fn report_title(&self, runs: &[RunSection]) -> String {
        match runs {
            [only] => only.name.clone(),
            [first, ..] if runs.iter().all(|r| r.spec.dataset == first.spec.dataset) => {
                let dataset = &first.spec.dataset;
                let title = self
                    .dataset_title(dataset)
                    .await
                    .unwrap_or_else(|_| dataset.to_string());
                format!("{} runs on {title}", runs.len())
            }
            _ => format!("{} runs", runs.len()),
        }
    }

    /// A path in the folder of reports that no file has yet: `<data dir>/reports/<title>.<extension>`.
    pub(crate) fn new_report_path(
        &self,
        title: &str,
        extension: &str,
    ) -> Result<PathBuf, AppError> {
        let folder = self.config.data_dir.join("reports");
        std::fs::create_dir_all(&folder).map_err(|e| AppError::file("make", &folder, &e))?;
        let stem = file_name(title);
        let mut path = folder.join(format!("{stem}.{extension}"));
        let mut number = 2;
        while path.exists() {
            path = folder.join(format!("{stem} {number}.{extension}"));
            number += 1;
        }
        Ok(path)
    }
}

/// How samples ended, each counted once: by verdict; without one by content; without an answer by transport.
fn endings(counters: &assay_store::Counters) -> BTreeMap<String, u32> {
    let mut counts = counters.verdicts.clone();
    if counters.without_code > 0 {
        counts.insert(
            assay_core::Content::NoCode.as_str().to_owned(),
            counters.without_code,
        );
    }
    for (transport, n) in &counters.transports {
        let answered = [assay_core::Transport::Ok, assay_core::Transport::Provided]
            .iter()
            .any(|t| t.as_str() == transport);
        if !answered && *n > 0 {
            let known = assay_core::Transport::ALL
                .iter()
                .find(|t| t.as_str() == transport);
            let word = known.map_or(transport.as_str(), |t| assay_report::transport_word(*t));
            counts.insert(word.to_owned(), *n);
        }
    }
    counts
}

/// A title as a file's name on every platform.
fn file_name(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || "-_., @()".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(80)
        .collect();
    let plain = plain.trim_matches(|c: char| c == '.' || c == ' ' || c == '-');
    if plain.is_empty() {
        "report".to_owned()
    } else {
        plain.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::ReportSection;

    /// A program with the example runs.
    async fn app() -> (tempfile::TempDir, App, Vec<assay_core::RunId>) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(crate::AppConfig::new(folder.path()))
            .await
            .unwrap();
        app.welcome().await.unwrap();
        let runs = app.list_runs().await.unwrap();
        (folder, app, runs.into_iter().map(|run| run.id).collect())
    }

    fn query(runs: &[assay_core::RunId], sections: &[ReportSection]) -> ReportQuery {
        ReportQuery {
            runs: runs.to_vec(),
            title: None,
            published: None,
            sections: sections.to_vec(),
        }
    }

    #[tokio::test]
    async fn sections_come_in_their_order_once_each_with_the_figures_of_the_window() {
        let (_folder, app, runs) = app().await;
        let plain = app.report(&query(&runs, &[])).await.unwrap();
        assert!(plain.sections.is_empty());
        let mut asked = ReportSection::ALL.to_vec();
        asked.reverse();
        asked.push(ReportSection::Problems);
        let report = app.report(&query(&runs, &asked)).await.unwrap();
        let headings: Vec<&str> = report.sections.iter().map(|s| s.heading.as_str()).collect();
        assert_eq!(headings.len(), ReportSection::ALL.len());
        assert_eq!((headings[0], headings[4]), ("Significance", "Problems"));
        for section in &report.sections {
            let shows = section.figures.len() + section.tables.len();
            // What cannot be shown says why.
            assert!(shows > 0 || !section.paragraphs.is_empty(), "{section:?}");
        }
        let compare = CompareQuery {
            runs: runs.clone(),
            by: CompareBy::Series,
            baseline: None,
            alpha: 0.05,
            correction: Correction::Holm,
            k: 1,
        };
        let of_window = app
            .compare_figure(&crate::dto::FigureQuery::new(
                compare,
                crate::dto::CompareFigure::Problems,
            ))
            .await
            .unwrap();
        assert_eq!(report.sections[4].figures, [of_window]);
    }

    #[tokio::test]
    async fn one_series_has_nothing_to_be_set_against_and_no_course() {
        let (_folder, app, runs) = app().await;
        let asked = [ReportSection::Flips, ReportSection::Trends];
        let report = app.report(&query(&runs[..1], &asked)).await.unwrap();
        if report.comparison.scores.len() == 1 {
            let said = &report.sections[0].paragraphs[0];
            assert!(said.contains("one series"), "{said}");
        }
        let said = &report.sections[1].paragraphs[0];
        assert!(said.contains("No series has two"), "{said}");
    }

    #[test]
    fn titles_become_names_that_every_platform_takes() {
        assert_eq!(
            file_name("HumanEval: a/b vs. c\\d"),
            "HumanEval- a-b vs. c-d"
        );
        assert_eq!(file_name("../../etc"), "etc");
        assert_eq!(file_name(""), "report");
    }
}
