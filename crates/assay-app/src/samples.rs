//! Samples: the table and the detail.

use assay_core::SampleId;
use assay_store::{SampleFilter, SampleQuery as StoreQuery, SampleSort as StoreSort};

use crate::dto::{SampleDetail, SamplePage, SampleQuery, SampleRow, SampleSort};
use crate::{App, AppError};

/// Rows of one page at most: a page is what a window can show soon.
const MAX_PAGE: u32 = 1_000;

impl App {
    /// # Errors
    /// When the store cannot be read.
    pub async fn list_samples(&self, query: &SampleQuery) -> Result<SamplePage, AppError> {
        let query = query.clone();
        let page = self
            .store()
            .await?
            .samples_page(&StoreQuery {
                filter: SampleFilter {
                    runs: query.runs,
                    models: query.models,
                    languages: query.languages,
                    strategies: query.strategies,
                    verdicts: query.verdicts,
                    transports: query.transports,
                    contents: query.contents,
                    rules: query.rules,
                    text: query.text.filter(|text| !text.trim().is_empty()),
                    ..SampleFilter::default()
                },
                sort: match query.sort {
                    SampleSort::Natural => StoreSort::Plan,
                    SampleSort::Model => StoreSort::Model,
                    SampleSort::Problem => StoreSort::Problem,
                    SampleSort::Verdict => StoreSort::Verdict,
                    SampleSort::Duration => StoreSort::Duration,
                    SampleSort::Latency => StoreSort::Latency,
                    SampleSort::Quality => StoreSort::Quality,
                    SampleSort::Cost => StoreSort::Cost,
                },
                descending: query.descending,
                offset: query.offset,
                limit: query.limit.min(MAX_PAGE),
            })
            .await?;
        Ok(SamplePage {
            total: page.total,
            rows: page.rows.into_iter().map(row_view).collect(),
        })
    }

    /// # Errors
    /// When there is no such sample.
    pub async fn sample(&self, id: SampleId) -> Result<SampleDetail, AppError> {
        let store = self.store().await?;
        let sample = store.sample(id).await?;
        let run = store.get_run(&sample.key.run).await?;
        // The data set may have been removed since; the sample is whole without it.
        let problem = self
            .problems(&run.dataset, std::slice::from_ref(&sample.key.language))
            .await
            .ok()
            .and_then(|problems| problems.into_iter().find(|p| p.id == sample.key.problem));
        Ok(SampleDetail {
            sample,
            run_name: run.name,
            problem,
        })
    }
}

pub(crate) fn row_view(row: assay_store::SampleRow) -> SampleRow {
    SampleRow {
        id: row.id,
        run: row.key.run,
        model: row.key.model,
        language: row.key.language,
        problem: row.key.problem,
        index: row.key.index,
        strategy: row.strategy,
        stage: row.stage,
        transport: row.transport,
        content: row.content,
        verdict: row.verdict,
        detail: row.detail,
        duration_ms: row.duration_ms,
        latency_ms: row.latency_ms,
        completion_tokens: row.usage.completion_tokens,
        rule: row.rule,
        detected: row.detected,
        quality: row.quality,
        cost_usd: row.cost_usd,
    }
}
