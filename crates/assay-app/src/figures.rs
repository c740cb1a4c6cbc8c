//! Figures of comparisons and problems: what the window draws, and what is exported.

use std::path::Path;

use assay_analytics::{
    ByLanguage, Comparison, EffortKind, EffortRow, Evidence, Flip, Flips, Grid, GridOptions,
};
use assay_report::figures::{dot_interval, languages, problems, significance, tradeoff};
use assay_report::{Colors, Figure};

use crate::compare::{check, group_by, once_each, options};
use crate::dto::{
    CompareFigure, CompareQuery, ExportedReport, FigureFormat, FigureQuery, FigureSource, FlipView,
    FlipsView,
};
use crate::{App, AppError};

impl App {
    /// A figure of a comparison, for screen and paper alike.
    ///
    /// # Errors
    /// As [`App::compare`]; when a column is none of the lines.
    pub async fn compare_figure(&self, query: &FigureQuery) -> Result<Figure, AppError> {
        let compare = &query.compare;
        match query.figure {
            CompareFigure::Scores => {
                let comparison = self.comparison(compare).await?;
                let colors = self.colors(&comparison).await?;
                Ok(scores(&comparison, &colors))
            }
            CompareFigure::Differences => {
                let comparison = self.comparison(compare).await?;
                let colors = self.colors(&comparison).await?;
                Ok(dot_interval::differences(&comparison, &colors))
            }
            CompareFigure::Significance => {
                let comparison = self.comparison(&all_pairs(compare)).await?;
                Ok(significance::figure(&comparison))
            }
            CompareFigure::Languages => Ok(languages::figure(&self.by_language(compare).await?)),
            CompareFigure::Cost => self.tradeoff(compare, EffortKind::Cost).await,
            CompareFigure::Time => self.tradeoff(compare, EffortKind::Time).await,
            CompareFigure::Problems => Ok(problems::figure(&self.grid(query).await?)),
        }
    }

    /// The problems that one of two lines solves and the other does not.
    ///
    /// # Errors
    /// As [`App::compare`]; when one of the two is none of the lines.
    pub async fn flips(
        &self,
        query: &CompareQuery,
        a: &str,
        b: &str,
    ) -> Result<FlipsView, AppError> {
        check(query)?;
        let evidence = self.evidence(&once_each(&query.runs)).await?;
        let (by, a, b) = (group_by(query.by), a.to_owned(), b.to_owned());
        let found: Flips = blocking(move || assay_analytics::flips(&evidence, by, &a, &b)).await?;
        Ok(flips_view(found))
    }

    /// Writes a figure as the window shows it, to `path` or into the folder of reports.
    ///
    /// # Errors
    /// As what makes the figure, and when the file cannot be written.
    pub async fn export_figure(
        &self,
        source: &FigureSource,
        format: FigureFormat,
        path: Option<&Path>,
    ) -> Result<ExportedReport, AppError> {
        let figure = match source {
            FigureSource::Comparison(query) => self.compare_figure(query).await?,
            FigureSource::Problem(query) => self.problem(query).await?.figure,
            FigureSource::Trends(query) => self.trends(query).await?.figure,
            FigureSource::Policy(query) => self.policy_figure(query).await?,
            FigureSource::Grid(query) => self.grid_figure(query).await?,
        };
        let extension = match format {
            FigureFormat::Svg => "svg",
            FigureFormat::Png => "png",
            FigureFormat::Pdf => "pdf",
            FigureFormat::Csv => "csv",
        };
        let path = match path {
            Some(path) => path.to_owned(),
            None => self.new_report_path(&figure.title, extension)?,
        };
        let bytes = match format {
            FigureFormat::Svg => assay_report::figure_svg(&figure)?.into_bytes(),
            FigureFormat::Png => assay_report::figure_png(&figure)?,
            FigureFormat::Pdf => assay_report::figure_pdf(&figure)?,
            FigureFormat::Csv => assay_report::figure_csv(&figure).into_bytes(),
        };
        crate::export::write_whole(&path, &bytes)?;
        self.remember_exported(&path);
        Ok(ExportedReport {
            path: path.display().to_string(),
            bytes: bytes.len() as u64,
            figures: 1,
        })
    }

    async fn by_language(&self, query: &CompareQuery) -> Result<ByLanguage, AppError> {
        check(query)?;
        let evidence: Evidence = self.evidence(&once_each(&query.runs)).await?;
        let (by, options) = (group_by(query.by), options(query).score);
        blocking(move || assay_analytics::by_language(&evidence, by, &options)).await
    }

    async fn grid(&self, query: &FigureQuery) -> Result<Grid, AppError> {
        check(&query.compare)?;
        let evidence = self.evidence(&once_each(&query.compare.runs)).await?;
        let by = group_by(query.compare.by);
        let options = GridOptions {
            columns: query.columns.clone(),
            only_differing: query.only_differing,
            easiest_first: query.easiest_first,
        };
        blocking(move || assay_analytics::grid(&evidence, by, &options)).await
    }

    async fn tradeoff(&self, query: &CompareQuery, kind: EffortKind) -> Result<Figure, AppError> {
        let comparison = self.comparison(&all_pairs(query)).await?;
        let runs = once_each(&query.runs);
        let evidence_runs = self.run_facts(&runs).await?;
        let rows: Vec<EffortRow> = self
            .store()
            .await?
            .effort_rows(&runs)
            .await?
            .into_iter()
            .map(effort_row)
            .collect();
        let (by, score) = (comparison.by, options(query).score);
        let efforts =
            blocking(move || assay_analytics::efforts(&evidence_runs, &rows, by, kind, &score))
                .await?;
        let colors = self.colors(&comparison).await?;
        Ok(tradeoff::figure(&comparison, &efforts, kind, &colors))
    }
}

/// Work on numbers, off the threads that answer other calls.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, assay_analytics::AnalyticsError> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(made) => Ok(made?),
        Err(error) => Err(AppError::failed("comparison-failed", error.to_string())),
    }
}

/// The scores of a comparison at its k.
pub(crate) fn scores(comparison: &Comparison, colors: &Colors) -> Figure {
    dot_interval::scores(
        &comparison.scores,
        comparison.by,
        comparison.k,
        &comparison.datasets,
        colors,
    )
}

/// The same comparison with every pair in it.
fn all_pairs(query: &CompareQuery) -> CompareQuery {
    CompareQuery {
        baseline: None,
        ..query.clone()
    }
}

fn effort_row(row: assay_store::EffortRow) -> EffortRow {
    EffortRow {
        run: row.run,
        model: row.model,
        strategy: row.strategy,
        language: row.language,
        problem: row.problem,
        cluster: row.cluster,
        answers: row.answers,
        costs: row.costs,
        cost_usd: row.cost_usd,
        times: row.times,
        latency_ms: row.latency_ms,
    }
}

fn flips_view(found: Flips) -> FlipsView {
    let languages: std::collections::BTreeSet<_> = found
        .only_a
        .iter()
        .chain(&found.only_b)
        .filter_map(|flip| flip.at.language.clone())
        .collect();
    let several = languages.len() > 1;
    let view = |flip: Flip| FlipView {
        dataset: flip.at.dataset,
        problem: flip.at.problem,
        language: flip.at.language.filter(|_| several),
        passed_a: flip.a.passed,
        judged_a: flip.a.judged,
        passed_b: flip.b.passed,
        judged_b: flip.b.judged,
        share: flip.all.share().unwrap_or(0.0),
    };
    FlipsView {
        a: found.a.key,
        b: found.b.key,
        label_a: found.a.label,
        label_b: found.b.label,
        n: found.n,
        both: found.both,
        neither: found.neither,
        only_a: found.only_a.into_iter().map(view).collect(),
        only_b: found.only_b.into_iter().map(view).collect(),
    }
}

#[cfg(test)]
mod tests;
