//! What a merge or a split will make, found out before anything is changed.

use std::collections::{BTreeMap, HashMap};

use assay_core::{DatasetId, Language, RunId, RunStatus, StrategyId};
use sqlx::{Row, SqliteConnection};

use super::combine::{self, Conditions};
use crate::StoreError;
use crate::records::RunRecord;
use crate::words::count;

/// A run that others are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRun {
    pub id: RunId,
    pub name: String,
    pub status: RunStatus,
    pub samples: u32,
}

/// Samples of a later run that follow those of an earlier one, since both were asked the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renumbered {
    pub run: RunId,
    pub model: String,
    pub language: Language,
    pub problems: u32,
    pub samples: u32,
    /// Whether the run has the seed and the strategy of an earlier one: its answers may be those of the earlier once
    /// more, and no new ones.
    pub same_seed: bool,
}

/// A condition in which the sources of a merge differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub what: String,
    /// One a source, in their order; `None` where it does not apply or is not known.
    pub values: Vec<Option<String>>,
}

/// What a merge will make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergePlan {
    /// In the order in which they were made.
    pub sources: Vec<SourceRun>,
    pub dataset: DatasetId,
    pub dataset_version: String,
    pub models: Vec<String>,
    pub languages: Vec<Language>,
    pub strategies: Vec<StrategyId>,
    pub samples: u32,
    /// Of those, samples that are not done.
    pub outstanding: u32,
    pub renumbered: Vec<Renumbered>,
    pub differences: Vec<Difference>,
}

/// What a run is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitBy {
    Model,
    Language,
}

/// One run that a split will make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPart {
    /// The model or the language.
    pub key: String,
    pub samples: u32,
    pub outstanding: u32,
}

/// What a split will make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitPlan {
    pub source: SourceRun,
    pub by: SplitBy,
    /// In the order of the run's plan.
    pub parts: Vec<SplitPart>,
}

/// A question of a source with the range of its samples' indices.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub question: i64,
    pub model: String,
    pub language: String,
    pub problem: String,
    pub cluster: String,
    pub position: u32,
    pub first: u32,
    pub last: u32,
    pub samples: u32,
    pub outstanding: u32,
}

impl Block {
    pub(super) fn key(&self, by: SplitBy) -> &str {
        match by {
            SplitBy::Model => &self.model,
            SplitBy::Language => &self.language,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub record: RunRecord,
    /// In the order of the run's plan.
    pub blocks: Vec<Block>,
    pub strategies: Vec<StrategyId>,
}

impl Source {
    pub(super) fn samples(&self) -> u32 {
        self.blocks.iter().map(|b| b.samples).sum()
    }

    fn brief(&self) -> SourceRun {
        SourceRun {
            id: self.record.id.clone(),
            name: self.record.name.clone(),
            status: self.record.status,
            samples: self.samples(),
        }
    }
}

pub(super) async fn read(
    connection: &mut SqliteConnection,
    run: &RunId,
) -> Result<Source, StoreError> {
    let record = crate::runs::fetch_run(connection, run).await?;
    let rows = sqlx::query(
        "SELECT q.id, q.model, q.language, q.problem, q.cluster, q.position,
                min(s.sample_index) AS first, max(s.sample_index) AS last, count(*) AS samples,
                sum(s.stage <> 'done') AS outstanding
         FROM questions q CROSS JOIN samples s ON s.question = q.id
         WHERE q.run = (SELECT pk FROM runs WHERE id = ?) GROUP BY q.id ORDER BY q.id",
    )
    .bind(run.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let mut blocks = Vec::with_capacity(rows.len());
    for row in &rows {
        let number = |column: &str| row.try_get::<i64, _>(column).map(count);
        blocks.push(Block {
            question: row.try_get("id")?,
            model: row.try_get("model")?,
            language: row.try_get("language")?,
            problem: row.try_get("problem")?,
            cluster: row.try_get("cluster")?,
            position: number("position")?,
            first: number("first")?,
            last: number("last")?,
            samples: number("samples")?,
            outstanding: number("outstanding")?,
        });
    }
    let strategies: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT s.strategy FROM questions q CROSS JOIN samples s ON s.question = q.id
         WHERE q.run = (SELECT pk FROM runs WHERE id = ?) ORDER BY s.strategy",
    )
    .bind(run.as_str())
    .fetch_all(connection)
    .await?;
    Ok(Source {
        record,
        blocks,
        strategies: strategies.into_iter().map(StrategyId::new).collect(),
    })
}

/// What is added to the indices of each block of each source.
pub(crate) type Shifts = Vec<Vec<i64>>;

/// The plan of a merge, and where every block goes. A block whose indices are taken, or lie below one that is, goes
/// behind what is there as a whole: no sample is folded into another, and those of one run stay together.
pub(super) fn merge(sources: &[Source]) -> Result<(MergePlan, Shifts), StoreError> {
    let records: Vec<&RunRecord> = sources.iter().map(|s| &s.record).collect();
    let [first, _, ..] = records.as_slice() else {
        return Err(StoreError::BadMerge);
    };
    combine::same_dataset(&records)?;
    let mut reached: HashMap<(&str, &str, &str), u32> = HashMap::new();
    // Which seeds asked a model, by strategy and language: the samples of one are told by these.
    let mut asked: HashMap<(&str, &str), Vec<(u64, &StrategyId)>> = HashMap::new();
    let mut shifts = Vec::with_capacity(sources.len());
    let mut renumbered = Vec::new();
    for source in sources {
        let mut of_source = Vec::with_capacity(source.blocks.len());
        let mut moved: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
        for block in &source.blocks {
            let key = (&*block.model, &*block.language, &*block.problem);
            let shift = match reached.get(&key) {
                Some(&last) if block.first <= last => i64::from(last) + 1 - i64::from(block.first),
                _ => 0,
            };
            if shift != 0 {
                let (problems, samples) = moved.entry((key.0, key.1)).or_default();
                *problems += 1;
                *samples += block.samples;
            }
            reached.insert(key, count(i64::from(block.last) + shift));
            of_source.push(shift);
        }
        let seed = (source.record.spec.seed, &source.record.spec.strategy);
        for ((model, language), (problems, samples)) in moved {
            renumbered.push(Renumbered {
                run: source.record.id.clone(),
                model: model.to_owned(),
                language: Language::new(language),
                problems,
                samples,
                same_seed: asked
                    .get(&(model, language))
                    .is_some_and(|seeds| seeds.contains(&seed)),
            });
        }
        for block in &source.blocks {
            let seeds = asked.entry((&block.model, &block.language)).or_default();
            if !seeds.contains(&seed) {
                seeds.push(seed);
            }
        }
        shifts.push(of_source);
    }
    let blocks = || sources.iter().flat_map(|s| &s.blocks);
    let plan = MergePlan {
        sources: sources.iter().map(Source::brief).collect(),
        dataset: first.dataset.clone(),
        dataset_version: first.dataset_version.clone(),
        models: once(blocks().map(|b| b.model.clone())),
        languages: once(blocks().map(|b| Language::new(&b.language))),
        strategies: once(sources.iter().flat_map(|s| s.strategies.clone())),
        samples: blocks().map(|b| b.samples).sum(),
        outstanding: blocks().map(|b| b.outstanding).sum(),
        renumbered,
        differences: combine::differences(
            &records
                .iter()
                .map(|r| Conditions::from(*r))
                .collect::<Vec<_>>(),
        ),
    };
    Ok((plan, shifts))
}

pub(super) fn split(source: &Source, by: SplitBy) -> Result<SplitPlan, StoreError> {
    let mut parts: Vec<SplitPart> = Vec::new();
    for block in &source.blocks {
        let key = block.key(by);
        let at = match parts.iter().position(|part| part.key == key) {
            Some(at) => at,
            None => {
                parts.push(SplitPart {
                    key: key.to_owned(),
                    samples: 0,
                    outstanding: 0,
                });
                parts.len() - 1
            }
        };
        parts[at].samples += block.samples;
        parts[at].outstanding += block.outstanding;
    }
    if parts.len() < 2 {
        return Err(StoreError::BadSplit {
            run: source.record.id.clone(),
            by: match by {
                SplitBy::Model => "model",
                SplitBy::Language => "language",
            },
        });
    }
    Ok(SplitPlan {
        source: source.brief(),
        by,
        parts,
    })
}

fn once<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}
