//! A snapshot while it is made: its two files, group of samples by group.

use std::path::{Path, PathBuf};

use assay_store::{QuestionColumns, RunState, SampleColumns};

use super::SnapshotError;
use super::counts::{add_counts, count_frame};
use super::error::Computed;
use super::file::{Part, Stamp, Writing};
use super::layout::{Cells, sample_frame};

/// A snapshot on its way to its place.
pub(super) struct Making {
    folder: PathBuf,
    stamp: Stamp,
    questions: Vec<QuestionColumns>,
    cells: Cells,
    samples: Option<Writing>,
}

impl Making {
    pub(super) fn new(folder: &Path, state: &RunState, questions: &[QuestionColumns]) -> Self {
        Self {
            folder: folder.to_owned(),
            stamp: Stamp::of(state),
            questions: questions.to_vec(),
            cells: Cells::default(),
            samples: None,
        }
    }

    pub(super) fn add(&mut self, samples: &[SampleColumns]) -> Result<(), SnapshotError> {
        let frame = sample_frame(&self.questions, &mut self.cells, samples).computed()?;
        add_counts(&frame, &mut self.cells).computed()?;
        let writing = match &mut self.samples {
            Some(writing) => writing,
            None => {
                let path = Part::Samples.path(&self.folder, &self.stamp.state.run);
                self.samples
                    .insert(Writing::begin(path, &self.stamp, frame.schema())?)
            }
        };
        writing.add(&frame)
    }

    pub(super) fn finish(self) -> Result<(), SnapshotError> {
        if let Some(samples) = self.samples {
            samples.finish()?;
        }
        let counts = count_frame(&self.questions, &self.cells).computed()?;
        let path = Part::Counts.path(&self.folder, &self.stamp.state.run);
        let mut writing = Writing::begin(path, &self.stamp, counts.schema())?;
        writing.add(&counts)?;
        writing.finish()
    }
}
