//! What samples count for, cell by cell: the small half of a snapshot, which scores are made from.

use assay_core::{Language, ProblemId, RunId, StrategyId};
use assay_store::QuestionColumns;
use polars::prelude::*;
use polars_lazy::prelude::*;

use super::layout::{Cells, Counts};
use crate::ScoreRow;

/// The columns of samples that say what they count for.
const COUNTED: [&str; 4] = ["cell", "stage", "verdict", "content"];

/// Adds what these samples count for. A sample is judged when it is done and either was executed to a verdict of its
/// program or its answer held no code: as [`assay_store::ScoreRow`] says.
pub(crate) fn add_counts(samples: &DataFrame, cells: &mut Cells) -> PolarsResult<()> {
    let sum = |flag: Expr, name: &str| flag.cast(DataType::UInt32).sum().alias(name);
    let done = || col("stage").eq(lit("done"));
    let is = |verdict: &'static str| col("verdict").eq(lit(verdict)).fill_null(lit(false));
    let counted = samples
        .select(COUNTED)?
        .lazy()
        .group_by([col("cell")])
        .agg([
            sum(col("stage").is_not_null(), "samples"),
            sum(
                done().and(
                    col("verdict")
                        .neq(lit("infrastructure"))
                        .fill_null(col("content").is_not_null()),
                ),
                "judged",
            ),
            sum(is("passed"), "passed"),
            sum(is("infrastructure"), "infrastructure"),
            sum(
                done()
                    .and(col("verdict").is_null())
                    .and(col("content").is_null()),
                "unanswered",
            ),
            sum(done().not(), "outstanding"),
        ])
        .collect()?;
    let column = |name: &str| numbers(&counted, name);
    let (samples, judged, passed) = (column("samples")?, column("judged")?, column("passed")?);
    let (infrastructure, unanswered) = (column("infrastructure")?, column("unanswered")?);
    let outstanding = column("outstanding")?;
    for (row, cell) in column("cell")?.into_iter().enumerate() {
        let Some(cell) = cells.all.get_mut(cell as usize) else {
            polars_bail!(ComputeError: "samples of a cell {cell} that is not there");
        };
        let counts: &mut Counts = &mut cell.counts;
        counts.samples += samples[row];
        counts.judged += judged[row];
        counts.passed += passed[row];
        counts.infrastructure += infrastructure[row];
        counts.unanswered += unanswered[row];
        counts.outstanding += outstanding[row];
    }
    Ok(())
}

/// One row a cell, in the order in which the store tells them: by question, then by strategy.
pub(crate) fn count_frame(questions: &[QuestionColumns], cells: &Cells) -> PolarsResult<DataFrame> {
    let mut rows = Vec::with_capacity(cells.all.len());
    for (place, cell) in (0_u32..).zip(&cells.all) {
        let Some(question) = questions.get(cell.question as usize) else {
            polars_bail!(ComputeError: "cell {place} belongs to no question");
        };
        rows.push((place, cell, question));
    }
    rows.sort_by(|(_, a, _), (_, b, _)| {
        (a.question, a.strategy.as_str()).cmp(&(b.question, b.strategy.as_str()))
    });
    let text = |name: &str, of: &dyn Fn(usize) -> String| {
        let all: Vec<String> = (0..rows.len()).map(of).collect();
        Column::new(name.into(), all)
    };
    let number = |name: &str, of: &dyn Fn(usize) -> u32| {
        let all: Vec<u32> = (0..rows.len()).map(of).collect();
        Column::new(name.into(), all)
    };
    DataFrame::new_infer_height(vec![
        number("cell", &|i| rows[i].0),
        text("model", &|i| rows[i].2.model.clone()),
        text("language", &|i| rows[i].2.language.to_string()),
        text("strategy", &|i| rows[i].1.strategy.to_string()),
        text("problem", &|i| rows[i].2.problem.to_string()),
        text("cluster", &|i| rows[i].2.cluster.clone()),
        number("samples", &|i| rows[i].1.counts.samples),
        number("judged", &|i| rows[i].1.counts.judged),
        number("passed", &|i| rows[i].1.counts.passed),
        number("infrastructure", &|i| rows[i].1.counts.infrastructure),
        number("unanswered", &|i| rows[i].1.counts.unanswered),
        number("outstanding", &|i| rows[i].1.counts.outstanding),
    ])
}

/// A run's cells as they are read from its snapshot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunCounts {
    pub rows: Vec<ScoreRow>,
    /// The cell of each row, by which samples name it.
    pub cells: Vec<u32>,
    /// Samples of all cells together.
    pub samples: u64,
}

impl RunCounts {
    pub(crate) fn of(run: &RunId, counts: &DataFrame) -> PolarsResult<Self> {
        let column = |name: &str| numbers(counts, name);
        let text = |name: &str| texts(counts, name);
        let (models, languages, strategies) =
            (text("model")?, text("language")?, text("strategy")?);
        let (problems, clusters) = (text("problem")?, text("cluster")?);
        let (judged, passed) = (column("judged")?, column("passed")?);
        let (infrastructure, unanswered) = (column("infrastructure")?, column("unanswered")?);
        let outstanding = column("outstanding")?;
        let rows = (0..counts.height())
            .map(|row| ScoreRow {
                run: run.clone(),
                model: models[row].to_owned(),
                strategy: StrategyId::new(strategies[row]),
                language: Language::new(languages[row]),
                problem: ProblemId::new(problems[row]),
                cluster: clusters[row].to_owned(),
                judged: judged[row],
                passed: passed[row],
                infrastructure: infrastructure[row],
                unanswered: unanswered[row],
                outstanding: outstanding[row],
            })
            .collect();
        Ok(Self {
            rows,
            cells: column("cell")?,
            samples: column("samples")?.into_iter().map(u64::from).sum(),
        })
    }
}

/// A column of numbers; what is missing counts as 0.
pub(crate) fn numbers(frame: &DataFrame, name: &str) -> PolarsResult<Vec<u32>> {
    let column = frame.column(name)?.u32()?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}

/// A column of texts; what is missing is empty.
pub(crate) fn texts<'a>(frame: &'a DataFrame, name: &str) -> PolarsResult<Vec<&'a str>> {
    let column = frame.column(name)?.str()?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}
