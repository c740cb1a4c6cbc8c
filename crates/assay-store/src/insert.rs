//! Putting samples in by the hundred: plans of runs and imported runs.

use std::collections::HashMap;

use assay_core::{Execution, Language, Quality, Sample, SampleStage, StrategyId};
use serde::Serialize;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::StoreError;
use crate::records::PlannedSample;
use crate::words::{opt_word, to_json, word};

/// Rows of one statement; SQLite binds at most 32,766 values.
const CHUNK: usize = 400;

/// A sample with what its question adds.
pub(crate) struct NewSample {
    pub sample: Sample,
    pub cluster: String,
    pub position: u32,
    /// Milliseconds since the epoch.
    pub finished_at: Option<i64>,
}

impl NewSample {
    /// A planned sample, in the stage its answer puts it in.
    pub(crate) fn planned(run: &assay_core::RunId, plan: PlannedSample, now: i64) -> Self {
        let mut sample = Sample {
            id: assay_core::SampleId(0),
            key: assay_core::SampleKey {
                run: run.clone(),
                model: plan.model,
                language: plan.language,
                problem: plan.problem,
                index: plan.index,
            },
            strategy: plan.strategy,
            stage: SampleStage::Pending,
            prompt: None,
            raw: None,
            cleaned: None,
            rule: None,
            warnings: Vec::new(),
            transport: None,
            content: None,
            transport_detail: None,
            finish: None,
            usage: assay_core::Usage::default(),
            latency_ms: None,
            first_token_ms: None,
            served_model: None,
            attempts: 0,
            detected: None,
            quality: None,
            turns: Vec::new(),
            cost_usd: None,
            answer_cached: false,
            execution_cached: false,
            fingerprint: None,
            arm: None,
            seed: plan.seed,
            execution: None,
        };
        let mut finished_at = None;
        if let Some(answer) = plan.generation {
            sample.stage = if answer.program.is_some() {
                SampleStage::Generated
            } else {
                finished_at = Some(now);
                SampleStage::Done
            };
            sample.prompt = answer.prompt;
            sample.raw = answer.raw;
            sample.cleaned = answer.program;
            sample.rule = answer.rule;
            sample.warnings = answer.warnings;
            sample.transport = Some(answer.transport);
            sample.content = Some(answer.content);
            sample.finish = answer.finish;
            sample.usage = answer.usage;
            sample.latency_ms = answer.latency_ms;
            sample.first_token_ms = answer.first_token_ms;
            sample.served_model = answer.served_model;
            sample.attempts = answer.attempts;
            sample.detected = answer.detected;
            sample.quality = answer.quality;
            sample.turns = answer.turns;
            sample.cost_usd = answer.cost_usd;
            sample.answer_cached = answer.cached;
            sample.fingerprint = answer.fingerprint;
        }
        Self {
            sample,
            cluster: plan.cluster,
            position: plan.position,
            finished_at,
        }
    }
}

/// Puts samples into one run.
pub(crate) struct Inserter {
    run: i64,
    next: i64,
    questions: HashMap<(String, Language, String), i64>,
    waiting: Vec<(i64, i64, NewSample)>,
}

impl Inserter {
    pub(crate) async fn new(
        connection: &mut SqliteConnection,
        run: i64,
    ) -> Result<Self, StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'samples'")
                .fetch_optional(connection)
                .await?;
        Ok(Self {
            run,
            next: last.unwrap_or(0) + 1,
            questions: HashMap::new(),
            waiting: Vec::with_capacity(CHUNK),
        })
    }

    pub(crate) async fn push(
        &mut self,
        connection: &mut SqliteConnection,
        new: NewSample,
    ) -> Result<(), StoreError> {
        let key = &new.sample.key;
        let question = (
            key.model.clone(),
            key.language.clone(),
            key.problem.as_str().to_owned(),
        );
        let question = match self.questions.get(&question) {
            Some(&id) => id,
            None => {
                let id: i64 = sqlx::query_scalar(
                    "INSERT INTO questions (run, model, language, problem, cluster, position)
                     VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                )
                .bind(self.run)
                .bind(&question.0)
                .bind(question.1.as_str())
                .bind(&question.2)
                .bind(&new.cluster)
                .bind(new.position)
                .fetch_one(&mut *connection)
                .await?;
                self.questions.insert(question, id);
                id
            }
        };
        self.waiting.push((self.next, question, new));
        self.next += 1;
        if self.waiting.len() == CHUNK {
            self.flush(connection).await?;
        }
        Ok(())
    }

    pub(crate) async fn flush(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK));
        insert_samples(connection, &chunk).await?;
        insert_texts(connection, &chunk).await
    }
}

async fn insert_samples(
    connection: &mut SqliteConnection,
    chunk: &[(i64, i64, NewSample)],
) -> Result<(), StoreError> {
    let mut words = Vec::with_capacity(chunk.len());
    for (_, _, NewSample { sample, .. }) in chunk {
        words.push((
            word(&sample.stage)?,
            opt_word(sample.transport.as_ref())?,
            opt_word(sample.content.as_ref())?,
            opt_word(sample.finish.as_ref())?,
        ));
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO samples (id, question, sample_index, strategy, stage, seed, transport, content, rule, finish, prompt_tokens, completion_tokens, latency_ms, first_token_ms, attempts, verdict, exit_code, signal, truncated, duration_ms, cpu_ms, peak_memory_kb, compile_ok, compile_ms, quality, detected, confidence, cost_usd, cached, program_hash, shape_hash, finished_at, arm) ",
    );
    query.push_values(
        chunk.iter().zip(words),
        |mut row, ((id, question, new), words)| {
            let NewSample {
                sample,
                finished_at,
                ..
            } = new;
            let execution = sample.execution.as_ref();
            let compilation = execution.and_then(|e| e.compilation.as_ref());
            row.push_bind(*id)
                .push_bind(*question)
                .push_bind(sample.key.index)
                .push_bind(sample.strategy.as_str())
                .push_bind(words.0)
                .push_bind(sample.seed.map(u64::cast_signed))
                .push_bind(words.1)
                .push_bind(words.2)
                .push_bind(sample.rule.as_deref())
                .push_bind(words.3)
                .push_bind(sample.usage.prompt_tokens)
                .push_bind(sample.usage.completion_tokens)
                .push_bind(sample.latency_ms)
                .push_bind(sample.first_token_ms)
                .push_bind(sample.attempts)
                .push_bind(execution.map(|e| e.verdict.as_str()))
                .push_bind(execution.and_then(|e| e.exit_code))
                .push_bind(execution.and_then(|e| e.signal))
                .push_bind(execution.is_some_and(|e| e.truncated))
                .push_bind(execution.map(|e| e.duration_ms))
                .push_bind(execution.and_then(|e| e.cpu_ms))
                .push_bind(execution.and_then(|e| e.peak_memory_kb))
                .push_bind(compilation.map(|c| c.ok))
                .push_bind(compilation.map(|c| c.duration_ms))
                .push_bind(sample.quality.as_ref().map(|q| q.overall))
                .push_bind(sample.detected.as_ref().map(|d| d.language.as_str()))
                .push_bind(sample.detected.as_ref().map(|d| d.confidence))
                .push_bind(sample.cost_usd)
                .push_bind(cached_column(sample.answer_cached, sample.execution_cached))
                .push_bind(sample.fingerprint.map(|f| f.program.cast_signed()))
                .push_bind(sample.fingerprint.map(|f| f.shape.cast_signed()))
                .push_bind(*finished_at)
                .push_bind(sample.arm.as_ref().map(StrategyId::as_str));
        },
    );
    let inserted = query.build().execute(connection).await;
    match inserted {
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => {
            Err(StoreError::DuplicateSample(e.message().to_owned()))
        }
        Err(e) => Err(e.into()),
        Ok(_) => Ok(()),
    }
}

async fn insert_texts(
    connection: &mut SqliteConnection,
    chunk: &[(i64, i64, NewSample)],
) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (id, _, NewSample { sample, .. }) in chunk {
        if sample.stage != SampleStage::Pending {
            rows.push((
                id,
                sample,
                list_column("warnings", &sample.warnings)?,
                quality_column(sample.quality.as_ref())?,
                list_column("turns", &sample.turns)?,
            ));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO sample_texts (sample, prompt, raw, cleaned, warnings, transport_detail, served_model, stdout, stderr, detail, diagnostics, toolchain, image, quality, turns) ",
    );
    query.push_values(rows, |mut row, (id, sample, warnings, quality, turns)| {
        let execution: Option<&Execution> = sample.execution.as_ref();
        row.push_bind(*id)
            .push_bind(sample.prompt.as_deref())
            .push_bind(sample.raw.as_deref())
            .push_bind(sample.cleaned.as_deref())
            .push_bind(warnings)
            .push_bind(sample.transport_detail.as_deref())
            .push_bind(sample.served_model.as_deref())
            .push_bind(execution.map(|e| e.stdout.as_str()))
            .push_bind(execution.map(|e| e.stderr.as_str()))
            .push_bind(execution.and_then(|e| e.detail.as_deref()))
            .push_bind(
                execution
                    .and_then(|e| e.compilation.as_ref())
                    .map(|c| c.diagnostics.as_str()),
            )
            .push_bind(execution.and_then(|e| e.toolchain.as_deref()))
            .push_bind(execution.and_then(|e| e.image.as_deref()))
            .push_bind(quality)
            .push_bind(turns);
    });
    query.build().execute(connection).await?;
    Ok(())
}

pub(crate) const ANSWER_CACHED: i64 = 1;
pub(crate) const EXECUTION_CACHED: i64 = 2;

fn cached_column(answer: bool, execution: bool) -> i64 {
    i64::from(answer) * ANSWER_CACHED + i64::from(execution) * EXECUTION_CACHED
}

/// A JSON list, nothing where it is empty.
pub(crate) fn list_column<T: Serialize>(
    what: &'static str,
    list: &[T],
) -> Result<Option<String>, StoreError> {
    if list.is_empty() {
        return Ok(None);
    }
    to_json(what, &list).map(Some)
}

pub(crate) fn quality_column(quality: Option<&Quality>) -> Result<Option<String>, StoreError> {
    quality.map(|q| to_json("quality", q)).transpose()
}
