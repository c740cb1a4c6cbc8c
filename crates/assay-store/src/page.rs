//! Lists of samples, filtered, sorted and cut into pages by SQLite.

use assay_core::{SampleId, StrategyId, Usage};
use sqlx::sqlite::SqliteRow;
use sqlx::{Connection, QueryBuilder, Row, Sqlite};

use crate::records::{SampleFilter, SamplePage, SampleQuery, SampleRow, SampleSort};
use crate::samples::{read_detected, read_key};
use crate::words::{count, opt_parse, opt_time, parse, word};
use crate::{Store, StoreError};

impl Store {
    /// One page of the samples that fit a filter, and how many fit it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn samples_page(&self, query: &SampleQuery) -> Result<SamplePage, StoreError> {
        let mut connection = self.reader().await?;
        // One transaction: rows and total are of the same moment.
        let mut transaction = connection.begin().await?;
        let mut counting = QueryBuilder::<Sqlite>::new(
            "SELECT count(*) FROM samples s JOIN questions q ON q.id = s.question JOIN runs r ON r.pk = q.run",
        );
        push_filter(&mut counting, &query.filter)?;
        let total: i64 = counting
            .build_query_scalar()
            .fetch_one(&mut *transaction)
            .await?;
        let mut listing = QueryBuilder::<Sqlite>::new(
            "SELECT s.*, q.model, q.language, q.problem, r.id AS run_id, substr(coalesce(t.detail, t.transport_detail), 1, 240) AS detail FROM samples s JOIN questions q ON q.id = s.question JOIN runs r ON r.pk = q.run LEFT JOIN sample_texts t ON t.sample = s.id",
        );
        push_filter(&mut listing, &query.filter)?;
        listing
            .push(" ORDER BY ")
            .push(order(query.sort, query.descending));
        listing
            .push(" LIMIT ")
            .push_bind(query.limit)
            .push(" OFFSET ")
            .push_bind(query.offset);
        let rows = listing.build().fetch_all(&mut *transaction).await?;
        transaction.rollback().await?;
        Ok(SamplePage {
            rows: rows.iter().map(read_row).collect::<Result<_, _>>()?,
            total: count(total),
        })
    }
}

fn order(sort: SampleSort, descending: bool) -> String {
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

fn push_filter(query: &mut QueryBuilder<Sqlite>, filter: &SampleFilter) -> Result<(), StoreError> {
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
    if let Some(text) = filter.text.as_deref().filter(|t| !t.is_empty()) {
        query.push(" AND (q.problem LIKE ");
        query.push_bind(pattern(text)).push(" ESCAPE '\\'");
        query.push(" OR EXISTS (SELECT 1 FROM sample_texts x WHERE x.sample = s.id AND (");
        let mut any = query.separated(" OR ");
        for column in [
            "raw",
            "cleaned",
            "prompt",
            "detail",
            "transport_detail",
            "stdout",
            "stderr",
        ] {
            any.push("x.")
                .push_unseparated(column)
                .push_unseparated(" LIKE ")
                .push_bind_unseparated(pattern(text))
                .push_unseparated(" ESCAPE '\\'");
        }
        query.push(")))");
    }
    Ok(())
}

/// A LIKE pattern that finds `text` itself, wherever it stands.
fn pattern(text: &str) -> String {
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
