//! Tables that are made from single samples. Groups are those of scores, by the same keys.

use std::collections::HashMap;

use assay_core::RunId;
use polars::prelude::*;
use polars_lazy::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::task::spawn_blocking;

use super::counts::{RunCounts, numbers};
use super::error::Computed;
use super::{SnapshotError, Snapshots};
use crate::group::{GroupBy, key_of};

/// Samples of a group that are done and did not pass, for the same reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    /// The key of the group, as [`Score::key`](crate::Score).
    pub key: String,
    /// What became of the request, of the answer and of the program, as [`assay_core::Transport::as_str`] and its like
    /// say it; `None` where it did not come so far.
    pub transport: Option<String>,
    pub content: Option<String>,
    pub verdict: Option<String>,
    pub n: u32,
    /// Done samples of the group, passed or not.
    pub of: u32,
}

/// What can be measured of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// From sending to the last token, in milliseconds. Of a known answer: what it took the first time.
    LatencyMs,
    /// Wall clock of the program and its tests, in milliseconds.
    DurationMs,
    /// In US dollars, all turns together. Of a known answer: what it cost the first time.
    CostUsd,
    CompletionTokens,
    PeakMemoryKb,
    /// `overall` of its quality.
    Quality,
}

impl Measure {
    pub const ALL: [Self; 6] = [
        Self::LatencyMs,
        Self::DurationMs,
        Self::CostUsd,
        Self::CompletionTokens,
        Self::PeakMemoryKb,
        Self::Quality,
    ];

    /// What is measured, and in which unit.
    pub fn label(self) -> &'static str {
        match self {
            Self::LatencyMs => "answer, ms",
            Self::DurationMs => "program, ms",
            Self::CostUsd => "cost, US dollars",
            Self::CompletionTokens => "answer, tokens",
            Self::PeakMemoryKb => "memory, KiB",
            Self::Quality => "quality",
        }
    }

    fn columns(self) -> &'static [&'static str; 2] {
        match self {
            Self::LatencyMs => &["cell", "latency_ms"],
            Self::DurationMs => &["cell", "duration_ms"],
            Self::CostUsd => &["cell", "cost_usd"],
            Self::CompletionTokens => &["cell", "completion_tokens"],
            Self::PeakMemoryKb => &["cell", "peak_memory_kb"],
            Self::Quality => &["cell", "quality"],
        }
    }
}

/// How a measure is spread over the samples of a group that have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The key of the group, as [`Score::key`](crate::Score).
    pub key: String,
    pub measure: Measure,
    pub n: u32,
    pub mean: f64,
    /// Quantiles are interpolated linearly between neighbours (Hyndman and Fan's type 7).
    pub median: f64,
    pub p90: f64,
}

/// How different the programs are that were written for one problem in one series: means over the problems with at
/// least two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiversityOfGroup {
    /// The key of the group, as [`Score::key`](crate::Score).
    pub key: String,
    /// Problems with at least two programs, of each series anew.
    pub problems: u32,
    /// Their programs together.
    pub samples: u32,
    /// Different programs as a share of all, in (0, 1].
    pub programs: f64,
    /// Different syntax trees as a share of all, names apart.
    pub shapes: f64,
}

/// Some columns of a run's samples, and its cells.
pub(crate) struct Samples {
    pub counts: RunCounts,
    pub frame: DataFrame,
}

/// The keys of groups in the order in which their first rows come.
#[derive(Default)]
struct Keys {
    places: HashMap<String, u32>,
    all: Vec<String>,
}

impl Keys {
    fn place(&mut self, key: String) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.places.entry(key).or_insert_with_key(|key| {
            self.all.push(key.clone());
            next
        })
    }

    fn of(&self, place: u32) -> String {
        self.all.get(place as usize).cloned().unwrap_or_default()
    }

    /// The group of each cell of a run.
    fn of_cells(&mut self, counts: &RunCounts, by: GroupBy) -> Vec<u32> {
        let most = counts
            .cells
            .iter()
            .max()
            .map_or(0, |cell| *cell as usize + 1);
        let mut groups = vec![0; most];
        for (row, cell) in counts.rows.iter().zip(&counts.cells) {
            let key = key_of(&row.run, &row.model, &row.strategy, &row.language, by);
            groups[*cell as usize] = self.place(key);
        }
        groups
    }
}

/// The samples with their groups, instead of their cells, in the column `group`.
fn with_groups(samples: Samples, groups: &[u32]) -> PolarsResult<DataFrame> {
    let mut of_samples = Vec::with_capacity(samples.frame.height());
    for cell in samples.frame.column("cell")?.u32()?.iter() {
        let group = cell.and_then(|cell| groups.get(cell as usize));
        of_samples.push(*group.ok_or_else(|| polars_err!(ComputeError: "a sample of no cell"))?);
    }
    let mut frame = samples.frame;
    frame.with_column(Column::new("group".into(), of_samples))?;
    frame.drop("cell")
}

impl Snapshots {
    /// What did not pass, by group and reason: groups in the order of the runs' plans, the most frequent first within.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn failures(
        &self,
        runs: &[RunId],
        by: GroupBy,
    ) -> Result<Vec<Failures>, SnapshotError> {
        type Reason = (u32, Option<String>, Option<String>, Option<String>);
        let mut keys = Keys::default();
        let mut done: HashMap<u32, u32> = HashMap::new();
        let mut counted: HashMap<Reason, u32> = HashMap::new();
        for state in self.states(runs).await? {
            let samples = self
                .samples(
                    &state,
                    &["cell", "stage", "transport", "content", "verdict"],
                )
                .await?;
            let groups = keys.of_cells(&samples.counts, by);
            for (row, cell) in samples.counts.rows.iter().zip(&samples.counts.cells) {
                *done.entry(groups[*cell as usize]).or_default() +=
                    row.judged + row.infrastructure + row.unanswered;
            }
            let found = spawn_blocking(move || {
                with_groups(samples, &groups)?
                    .lazy()
                    .filter(
                        col("stage")
                            .eq(lit("done"))
                            .and(col("verdict").neq_missing(lit("passed"))),
                    )
                    .group_by([
                        col("group"),
                        col("transport"),
                        col("content"),
                        col("verdict"),
                    ])
                    .agg([col("stage").count().cast(DataType::UInt32).alias("n")])
                    .collect()
            })
            .await?
            .computed()?;
            let group = numbers(&found, "group").computed()?;
            let n = numbers(&found, "n").computed()?;
            for row in 0..found.height() {
                let word = |name: &str| -> PolarsResult<Option<String>> {
                    Ok(found.column(name)?.str()?.get(row).map(str::to_owned))
                };
                let reason = (
                    group[row],
                    word("transport").computed()?,
                    word("content").computed()?,
                    word("verdict").computed()?,
                );
                *counted.entry(reason).or_default() += n[row];
            }
        }
        let mut all: Vec<(Reason, u32)> = counted.into_iter().collect();
        all.sort_by(|(a, n), (b, m)| (a.0, m, a).cmp(&(b.0, n, b)));
        Ok(all
            .into_iter()
            .map(|((group, transport, content, verdict), n)| Failures {
                key: keys.of(group),
                transport,
                content,
                verdict,
                n,
                of: done.get(&group).copied().unwrap_or_default(),
            })
            .collect())
    }

    /// How a measure is spread in each group, in the order of the runs' plans; groups of which no sample has it are left
    /// out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn spread(
        &self,
        runs: &[RunId],
        by: GroupBy,
        measure: Measure,
    ) -> Result<Vec<Spread>, SnapshotError> {
        let mut keys = Keys::default();
        let mut all: Option<DataFrame> = None;
        let columns = measure.columns();
        for state in self.states(runs).await? {
            let samples = self.samples(&state, columns).await?;
            let groups = keys.of_cells(&samples.counts, by);
            // What a middle is taken of must be there at once: no more of it than two columns.
            all = spawn_blocking(move || {
                let more = with_groups(samples, &groups)?
                    .lazy()
                    .select([
                        col("group"),
                        col(columns[1]).cast(DataType::Float64).alias("value"),
                    ])
                    .filter(col("value").is_not_null())
                    .collect()?;
                Ok::<_, PolarsError>(Some(match all {
                    None => more,
                    Some(mut before) => {
                        before.vstack_mut(&more)?;
                        before
                    }
                }))
            })
            .await?
            .computed()?;
        }
        let Some(all) = all else {
            return Ok(Vec::new());
        };
        let quantile = |q: f64, name: &str| {
            col("value")
                .quantile(lit(q), QuantileMethod::Linear)
                .alias(name)
        };
        let (median, p90) = (quantile(0.5, "median"), quantile(0.9, "p90"));
        let found = spawn_blocking(move || {
            all.lazy()
                .group_by([col("group")])
                .agg([
                    col("value").count().cast(DataType::UInt32).alias("n"),
                    col("value").mean().alias("mean"),
                    median,
                    p90,
                ])
                .sort(["group"], SortMultipleOptions::default())
                .collect()
        })
        .await?
        .computed()?;
        let number = |name: &str| numbers(&found, name).computed();
        let (group, n) = (number("group")?, number("n")?);
        let measured = |name: &str| measured(&found, name).computed();
        let (mean, median, p90) = (measured("mean")?, measured("median")?, measured("p90")?);
        Ok((0..found.height())
            .map(|row| Spread {
                key: keys.of(group[row]),
                measure,
                n: n[row],
                mean: mean[row],
                median: median[row],
                p90: p90[row],
            })
            .collect())
    }

    /// How different the programs of each group are, in the order of the runs' plans; groups that have no problem with
    /// two programs are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn diversity(
        &self,
        runs: &[RunId],
        by: GroupBy,
    ) -> Result<Vec<DiversityOfGroup>, SnapshotError> {
        let mut keys = Keys::default();
        let mut found: Vec<DiversityOfGroup> = Vec::new();
        for state in self.states(runs).await? {
            let samples = self.samples(&state, &["cell", "program", "shape"]).await?;
            let groups = keys.of_cells(&samples.counts, by);
            found.resize_with(keys.all.len(), || DiversityOfGroup {
                key: String::new(),
                problems: 0,
                samples: 0,
                programs: 0.0,
                shapes: 0.0,
            });
            let cells = spawn_blocking(move || {
                let distinct = |name: &str| col(name).n_unique().cast(DataType::UInt32).alias(name);
                samples
                    .frame
                    .lazy()
                    .filter(col("program").is_not_null())
                    .group_by([col("cell")])
                    .agg([
                        col("cell").count().cast(DataType::UInt32).alias("n"),
                        distinct("program"),
                        distinct("shape"),
                    ])
                    .filter(col("n").gt_eq(lit(2)))
                    // The means are sums in this order.
                    .sort(["cell"], SortMultipleOptions::default())
                    .collect()
            })
            .await?
            .computed()?;
            let number = |name: &str| numbers(&cells, name).computed();
            let (cell, n) = (number("cell")?, number("n")?);
            let (programs, shapes) = (number("program")?, number("shape")?);
            for row in 0..cells.height() {
                let Some(group) = groups.get(cell[row] as usize) else {
                    continue;
                };
                let of_group = &mut found[*group as usize];
                of_group.problems += 1;
                of_group.samples += n[row];
                of_group.programs += f64::from(programs[row]) / f64::from(n[row]);
                of_group.shapes += f64::from(shapes[row]) / f64::from(n[row]);
            }
        }
        Ok(found
            .into_iter()
            .zip(keys.all)
            .filter(|(group, _)| group.problems > 0)
            .map(|(group, key)| DiversityOfGroup {
                key,
                programs: group.programs / f64::from(group.problems),
                shapes: group.shapes / f64::from(group.problems),
                ..group
            })
            .collect())
    }
}

fn measured(frame: &DataFrame, name: &str) -> PolarsResult<Vec<f64>> {
    let column = frame.column(name)?.f64()?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}
