//! Samples as a frame: which columns there are, and what is in them.

use assay_core::{Language, StrategyId};
use assay_store::{QuestionColumns, SampleColumns};
use polars::prelude::*;

/// Goes up with every change of what stands in a snapshot; those of other versions are made anew.
pub(crate) const VERSION: u32 = 1;

/// What one model was asked with one strategy: the rows of [`ScoreRow`](crate::ScoreRow) within a run. A sample's
/// `cell` is its cell's place in the order in which cells first come.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    pub all: Vec<Cell>,
    /// The question that samples are of at the moment, and its first cell.
    at: Option<(u32, usize)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub question: u32,
    pub strategy: StrategyId,
    pub counts: Counts,
}

/// What the samples of a cell count for; see [`ScoreRow`](crate::ScoreRow).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub samples: u32,
    pub judged: u32,
    pub passed: u32,
    pub infrastructure: u32,
    pub unanswered: u32,
    pub outstanding: u32,
}

impl Cells {
    /// Samples come question by question.
    fn place(&mut self, sample: &SampleColumns) -> u32 {
        let first = match self.at {
            Some((question, first)) if question == sample.question => first,
            _ => {
                self.at = Some((sample.question, self.all.len()));
                self.all.len()
            }
        };
        let known = self.all[first..]
            .iter()
            .position(|cell| cell.strategy == sample.strategy);
        let place = known.map_or(self.all.len(), |place| first + place);
        if known.is_none() {
            self.all.push(Cell {
                question: sample.question,
                strategy: sample.strategy.clone(),
                counts: Counts::default(),
            });
        }
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}

/// One row a sample, in the order they are given in.
pub(crate) fn sample_frame(
    questions: &[QuestionColumns],
    cells: &mut Cells,
    samples: &[SampleColumns],
) -> PolarsResult<DataFrame> {
    let question = |sample: &SampleColumns| questions.get(sample.question as usize);
    let unknown = |sample: &SampleColumns| polars_err!(ComputeError: "sample {} belongs to no question", sample.id.0);
    let mut asked = Vec::with_capacity(samples.len());
    for sample in samples {
        asked.push(question(sample).ok_or_else(|| unknown(sample))?);
    }
    let of_question = |name: &str, text: fn(&QuestionColumns) -> &str| {
        let texts: Vec<&str> = asked.iter().map(|question| text(question)).collect();
        Column::new(name.into(), texts)
    };
    let positions: Vec<u32> = asked.iter().map(|question| question.position).collect();
    let places: Vec<u32> = samples.iter().map(|sample| cells.place(sample)).collect();
    DataFrame::new_infer_height(vec![
        Column::new("cell".into(), places),
        of_question("model", |question| &question.model),
        of_question("language", |question| question.language.as_str()),
        words(samples, "strategy", |s| Some(s.strategy.as_str())),
        of_question("problem", |question| question.problem.as_str()),
        of_question("cluster", |question| &question.cluster),
        Column::new("position".into(), positions),
        values(samples, "index", |s| s.index),
        values(samples, "sample", |s| s.id.0),
        words(samples, "stage", |s| Some(s.stage.as_str())),
        words(samples, "transport", |s| {
            s.transport.map(|word| word.as_str())
        }),
        words(samples, "content", |s| s.content.map(|word| word.as_str())),
        words(samples, "verdict", |s| s.verdict.map(|word| word.as_str())),
        words(samples, "rule", |s| s.rule.as_deref()),
        words(samples, "finish", |s| s.finish.map(|word| word.as_str())),
        words(samples, "detected", |s| {
            s.detected.as_ref().map(Language::as_str)
        }),
        values(samples, "prompt_tokens", |s| s.prompt_tokens),
        values(samples, "completion_tokens", |s| s.completion_tokens),
        values(samples, "cost_usd", |s| s.cost_usd),
        values(samples, "latency_ms", |s| s.latency_ms),
        values(samples, "first_token_ms", |s| s.first_token_ms),
        values(samples, "duration_ms", |s| s.duration_ms),
        values(samples, "cpu_ms", |s| s.cpu_ms),
        values(samples, "peak_memory_kb", |s| s.peak_memory_kb),
        values(samples, "quality", |s| s.quality),
        values(samples, "attempts", |s| s.attempts),
        values(samples, "answer_cached", |s| s.answer_cached),
        values(samples, "execution_cached", |s| s.execution_cached),
        values(samples, "program", |s| s.program),
        values(samples, "shape", |s| s.shape),
        values(samples, "finished_at_ms", |s| s.finished_at_ms),
    ])
}

fn values<T>(samples: &[SampleColumns], name: &str, value: fn(&SampleColumns) -> T) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    let all: Vec<T> = samples.iter().map(value).collect();
    Series::new(name.into(), all).into()
}

fn words(
    samples: &[SampleColumns],
    name: &str,
    word: fn(&SampleColumns) -> Option<&str>,
) -> Column {
    let all: Vec<Option<&str>> = samples.iter().map(word).collect();
    Series::new(name.into(), all).into()
}
