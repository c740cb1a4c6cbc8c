//! Lists of samples, filtered, sorted and cut into pages.

use assay_core::{SampleId, StrategyId, Usage};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use crate::listing::json;
use crate::records::{SampleFilter, SamplePage, SampleQuery, SampleRow, SampleSort};
use crate::samples::{read_detected, read_key};
use crate::words::{opt_parse, opt_time, parse, word};
use crate::{Store, StoreError};

impl Store {
    /// One page of the samples that fit a filter, and how many fit it. The first page of a list costs as much as the
    /// list, any other one as much as its rows, wherever it lies, for as long as nobody writes.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn samples_page(&self, query: &SampleQuery) -> Result<SamplePage, StoreError> {
        let mut page = self.page_once(query).await?;
        // A run that was removed after the list was found: what has been written makes it be found anew.
        if page.1 {
            page = self.page_once(query).await?;
        }
        Ok(page.0)
    }

    /// A page, and whether some of its samples are gone.
    async fn page_once(&self, query: &SampleQuery) -> Result<(SamplePage, bool), StoreError> {
        let ids = self.listing(query).await?;
        let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX).min(ids.len());
        let wanted = &ids[place(query.offset)..place(query.offset.saturating_add(query.limit))];
        let rows = if wanted.is_empty() {
            Vec::new()
        } else {
            self.rows(wanted).await?
        };
        let gone = rows.len() < wanted.len();
        let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Ok((SamplePage { rows, total }, gone))
    }

    async fn rows(&self, ids: &[i64]) -> Result<Vec<SampleRow>, StoreError> {
        let mut connection = self.reader().await?;
        let rows = sqlx::query(
            "SELECT s.id, s.sample_index, s.strategy, s.stage, s.transport, s.content, s.verdict, s.rule, s.finish,
                    s.prompt_tokens, s.completion_tokens, s.latency_ms, s.duration_ms, s.peak_memory_kb, s.attempts,
                    s.detected, s.confidence, s.quality, s.cost_usd, s.finished_at, s.arm, q.model, q.language, q.problem,
                    r.id AS run_id, substr(coalesce(t.detail, t.transport_detail), 1, 240) AS detail
             FROM json_each(?) j CROSS JOIN samples s ON s.id = j.value CROSS JOIN questions q ON q.id = s.question
             CROSS JOIN runs r ON r.pk = q.run LEFT JOIN sample_texts t ON t.sample = s.id
             WHERE r.deleted_at IS NULL ORDER BY j.key",
        )
        .bind(json(ids))
        .fetch_all(&mut *connection)
        .await?;
        rows.iter().map(read_row).collect()
    }
}

pub(crate) fn order(sort: SampleSort, descending: bool) -> String {
    let direction = if descending { "DESC" } else { "ASC" };
    let column = match sort {
        SampleSort::Plan => return format!("s.id {direction}"),
        SampleSort::Model => "q.model",
        SampleSort::Language => "q.language",
        SampleSort::Problem => {
            return format!("q.position {direction}, q.problem {direction}, s.id {direction}");
        }
        SampleSort::Verdict => "s.verdict",
        SampleSort::Latency => "s.latency_ms",
        SampleSort::Duration => "s.duration_ms",
        SampleSort::CompletionTokens => "s.completion_tokens",
        SampleSort::Quality => "s.quality",
        SampleSort::Cost => "s.cost_usd",
        SampleSort::FinishedAt => "s.finished_at",
    };
    // What has no value comes last, whichever way the list is sorted.
    format!("{column} IS NULL, {column} {direction}, s.id {direction}")
}

/// What is asked of a sample, but for the text that is to stand in it.
pub(crate) fn push_filter(
    query: &mut QueryBuilder<Sqlite>,
    filter: &SampleFilter,
) -> Result<(), StoreError> {
    // What is deleted is in no list.
    query.push(" WHERE r.deleted_at IS NULL");
    if filter.runs.is_empty() {
        query.push(" AND r.archived = 0");
    }
    let one_of = |query: &mut QueryBuilder<Sqlite>, column: &str, values: Vec<String>| {
        if values.is_empty() {
            return;
        }
        query.push(" AND ").push(column).push(" IN (");
        let mut list = query.separated(", ");
        for value in values {
            list.push_bind(value);
        }
        query.push(")");
    };
    let texts = |values: &mut dyn Iterator<Item = &str>| values.map(str::to_owned).collect();
    one_of(
        query,
        "r.id",
        texts(&mut filter.runs.iter().map(|r| r.as_str())),
    );
    one_of(query, "q.model", filter.models.clone());
    one_of(
        query,
        "q.language",
        texts(&mut filter.languages.iter().map(|l| l.as_str())),
    );
    one_of(
        query,
        "s.strategy",
        texts(&mut filter.strategies.iter().map(|s| s.as_str())),
    );
    one_of(
        query,
        "s.stage",
        filter.stages.iter().map(word).collect::<Result<_, _>>()?,
    );
    one_of(
        query,
        "s.verdict",
        texts(&mut filter.verdicts.iter().map(|v| v.as_str())),
    );
    one_of(
        query,
        "s.transport",
        texts(&mut filter.transports.iter().map(|t| t.as_str())),
    );
    one_of(
        query,
        "s.content",
        texts(&mut filter.contents.iter().map(|c| c.as_str())),
    );
    one_of(query, "s.rule", filter.rules.clone());
    if let Some(problem) = filter.problem.as_deref().filter(|p| !p.is_empty()) {
        query.push(" AND q.problem LIKE ");
        query.push_bind(pattern(problem)).push(" ESCAPE '\\'");
    }
    Ok(())
}

/// A LIKE pattern that finds `text` itself, wherever it stands.
pub(crate) fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

pub(crate) fn read_row(row: &SqliteRow) -> Result<SampleRow, StoreError> {
    let text = |column: &str| row.try_get::<Option<String>, _>(column);
    Ok(SampleRow {
        id: SampleId(row.try_get("id")?),
        key: read_key(row)?,
        strategy: StrategyId::new(row.try_get::<String, _>("strategy")?),
        arm: row
            .try_get::<Option<String>, _>("arm")?
            .map(StrategyId::new),
        stage: parse("stage", row.try_get("stage")?)?,
        transport: opt_parse("transport", text("transport")?.as_deref())?,
        content: opt_parse("content", text("content")?.as_deref())?,
        verdict: opt_parse("verdict", text("verdict")?.as_deref())?,
        detail: text("detail")?,
        rule: text("rule")?,
        finish: opt_parse("finish", text("finish")?.as_deref())?,
        usage: Usage {
            prompt_tokens: row.try_get("prompt_tokens")?,
            completion_tokens: row.try_get("completion_tokens")?,
        },
        latency_ms: row.try_get("latency_ms")?,
        duration_ms: row.try_get("duration_ms")?,
        peak_memory_kb: row.try_get("peak_memory_kb")?,
        attempts: row.try_get("attempts")?,
        detected: read_detected(row)?,
        quality: row.try_get("quality")?,
        cost_usd: row.try_get("cost_usd")?,
        finished_at: opt_time("time", row.try_get("finished_at")?)?,
    })
}
