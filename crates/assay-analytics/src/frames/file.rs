//! Frames in files: there whole or not at all, with what they are a snapshot of inside.

use std::fs::File;
use std::path::{Path, PathBuf};

use assay_core::RunId;
use assay_store::RunState;
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::SnapshotError;
use super::error::Computed;
use super::layout::VERSION;

/// Under which a file says what it is.
const STAMP: &str = "assay.snapshot";
/// How files end that are being written.
pub(crate) const UNFINISHED: &str = ".part";
/// How files end that are there.
pub(crate) const FINISHED: &str = ".parquet";

/// What a file is a snapshot of. A file with another one is of no use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub version: u32,
    pub state: RunState,
}

impl Stamp {
    pub(crate) fn of(state: &RunState) -> Self {
        Self {
            version: VERSION,
            state: state.clone(),
        }
    }
}

/// The two files of a run's snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// One row a sample.
    Samples,
    /// One row a cell, made of the samples.
    Counts,
}

impl Part {
    pub(crate) const ALL: [Self; 2] = [Self::Samples, Self::Counts];

    pub(crate) fn path(self, folder: &Path, run: &RunId) -> PathBuf {
        let part = match self {
            Self::Samples => "samples",
            Self::Counts => "counts",
        };
        folder.join(format!("{}.{part}{FINISHED}", stem(run)))
    }
}

/// A run's id as a file's name. An id that a file of another program brought may be anything, a path too: then it is
/// written in hexadecimal. Where a long one is cut, the stamp still tells whose the file is.
fn stem(run: &RunId) -> String {
    let id = run.as_str();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=64).contains(&id.len()) && id.bytes().all(plain) && !id.starts_with('-') {
        return id.to_owned();
    }
    let hex: String = id
        .bytes()
        .take(60)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("x{hex}")
}

/// A file on its way to its place.
pub(crate) struct Writing {
    path: PathBuf,
    temporary: NamedTempFile,
    batches: polars::io::parquet::write::BatchedWriter<File>,
}

impl Writing {
    pub(crate) fn begin(
        path: PathBuf,
        stamp: &Stamp,
        schema: &Schema,
    ) -> Result<Self, SnapshotError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| SnapshotError::file("make", folder, e))?;
        let temporary = tempfile::Builder::new()
            .suffix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(|e| SnapshotError::file("write into", folder, e))?;
        let file = temporary
            .reopen()
            .map_err(|e| SnapshotError::file("write", &path, e))?;
        let text =
            serde_json::to_string(stamp).map_err(|e| SnapshotError::file("write", &path, e))?;
        let about = KeyValueMetadata::from_static(vec![(STAMP.to_owned(), text)]);
        let batches = ParquetWriter::new(file)
            .with_compression(ParquetCompression::Zstd(None))
            .with_key_value_metadata(Some(about))
            .batched(schema)
            .computed()?;
        Ok(Self {
            path,
            temporary,
            batches,
        })
    }

    pub(crate) fn add(&mut self, frame: &DataFrame) -> Result<(), SnapshotError> {
        self.batches.write_batch(frame).computed()
    }

    /// Puts the file in its place once all of it is on the disk.
    pub(crate) fn finish(self) -> Result<(), SnapshotError> {
        self.batches.finish().computed()?;
        self.temporary
            .as_file()
            .sync_all()
            .map_err(|e| SnapshotError::file("write", &self.path, e))?;
        self.temporary
            .persist(&self.path)
            .map_err(|e| SnapshotError::file("write", &self.path, e.error))?;
        Ok(())
    }
}

/// These columns of a file; nothing where it is not there, of another state or version, or torn.
pub(crate) fn read(path: &Path, stamp: &Stamp, columns: &[&str]) -> Option<DataFrame> {
    let found = File::open(path)
        .map_err(PolarsError::from)
        .and_then(|file| {
            let mut reader = ParquetReader::new(file);
            let metadata = reader.get_metadata()?;
            let about = metadata
                .key_value_metadata()
                .iter()
                .flatten()
                .find(|pair| pair.key == STAMP)
                .and_then(|pair| pair.value.as_deref())
                .and_then(|text| serde_json::from_str::<Stamp>(text).ok());
            if about.as_ref() != Some(stamp) {
                return Ok(None);
            }
            let columns = columns.iter().map(|name| (*name).to_owned()).collect();
            reader.with_columns(Some(columns)).finish().map(Some)
        });
    match found {
        Ok(found) => found,
        Err(error) => {
            if path.exists() {
                tracing::warn!(path = %path.display(), %error, "a snapshot cannot be read and is made anew");
            }
            None
        }
    }
}

/// Whether a file is there that says it is of this state.
pub(crate) fn is_of(path: &Path, stamp: &Stamp) -> bool {
    read(path, stamp, &["cell"]).is_some()
}

/// Removes the files of a run, where there are any.
pub(crate) fn remove(folder: &Path, run: &RunId) {
    for part in Part::ALL {
        let path = part.path(folder, run);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), %error, "a snapshot cannot be removed");
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use assay_core::{
        Content, FinishReason, Language, RunStatus, SampleId, SampleStage, StrategyId, Transport,
        Verdict,
    };
    use assay_store::{QuestionColumns, SampleColumns};
    use proptest::prelude::*;

    use super::*;
    use crate::frames::layout::{Cells, sample_frame};

    fn stamp(attempts: u32) -> Stamp {
        Stamp::of(&RunState {
            run: "r".into(),
            status: RunStatus::Completed,
            attempts,
            finished_at_ms: Some(1),
            withdrawn: 0,
            first_question: Some(1),
            last_question: Some(2),
            first_sample: Some(1),
            last_sample: None,
        })
    }

    fn questions() -> Vec<QuestionColumns> {
        let question = |problem: u32| QuestionColumns {
            model: format!("local:{problem}é"),
            language: Language::python(),
            problem: format!("p/{problem}").as_str().into(),
            cluster: String::new(),
            position: problem,
        };
        (0..3).map(question).collect()
    }

    fn sample() -> impl Strategy<Value = SampleColumns> {
        let words = (
            prop::sample::select(vec![
                SampleStage::Pending,
                SampleStage::Generated,
                SampleStage::Done,
            ]),
            prop::option::of(prop::sample::select(Transport::ALL.to_vec())),
            prop::option::of(prop::sample::select(vec![
                Content::Ok,
                Content::WrongLanguage,
            ])),
            prop::option::of(prop::sample::select(Verdict::ALL.to_vec())),
            prop::option::of(prop::sample::select(vec![
                FinishReason::Stop,
                FinishReason::Other,
            ])),
            prop::option::of("[a-z\u{0}é]{0,20}"),
        );
        let numbers = (
            prop::option::of(any::<u32>()),
            prop::option::of(
                prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::INFINITE,
            ),
            prop::option::of(any::<u64>()),
            any::<i64>(),
            any::<bool>(),
        );
        (0..3_u32, 0..2_usize, words, numbers).prop_map(|(question, strategy, words, numbers)| {
            let (stage, transport, content, verdict, finish, rule) = words;
            let (count, number, hash, id, flag) = numbers;
            SampleColumns {
                id: SampleId(id),
                question,
                index: count.unwrap_or(0),
                strategy: StrategyId::from(["auto", "instruct"][strategy]),
                stage,
                transport,
                content,
                detected: rule.as_deref().map(Language::new),
                rule,
                finish,
                prompt_tokens: count,
                completion_tokens: count.map(|n| n / 2),
                latency_ms: number,
                first_token_ms: number.map(|n| n / 2.0),
                attempts: question,
                verdict,
                duration_ms: number,
                cpu_ms: None,
                peak_memory_kb: count,
                quality: number.map(f64::abs),
                cost_usd: number,
                answer_cached: flag,
                execution_cached: !flag,
                program: hash,
                shape: hash.map(|hash| !hash),
                finished_at_ms: hash.map(u64::cast_signed),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_is_written_is_read(groups in prop::collection::vec(prop::collection::vec(sample(), 0..40), 1..4)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("some").join("where.parquet");
            let mut cells = Cells::default();
            let mut written: Option<DataFrame> = None;
            let mut writing = None;
            for samples in &groups {
                let mut samples = samples.clone();
                samples.sort_by_key(|sample| sample.question);
                let frame = sample_frame(&questions(), &mut cells, &samples).unwrap();
                let to = writing.get_or_insert_with(|| {
                    Writing::begin(path.clone(), &stamp(1), frame.schema()).unwrap()
                });
                to.add(&frame).unwrap();
                match &mut written {
                    None => written = Some(frame),
                    Some(before) => {
                        before.vstack_mut(&frame).unwrap();
                    }
                }
            }
            let written = written.unwrap();
            // Not there before it is whole.
            prop_assert!(!path.exists());
            writing.unwrap().finish().unwrap();
            let names: Vec<&str> = written.get_column_names().iter().map(|name| name.as_str()).collect();
            let found = read(&path, &stamp(1), &names).unwrap();
            prop_assert!(found.equals_missing(&written));
            let backwards: Vec<&str> = names.iter().rev().copied().collect();
            let found = read(&path, &stamp(1), &backwards).unwrap();
            prop_assert_eq!(found.height(), written.height());
            prop_assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);

            // Of another state or version, or with other columns, it is of no use.
            prop_assert!(read(&path, &stamp(2), &names).is_none());
            let next = Stamp { version: VERSION + 1, ..stamp(1) };
            prop_assert!(read(&path, &next, &names).is_none());
            prop_assert!(read(&path, &stamp(1), &["no such column"]).is_none());
        }
    }

    #[test]
    fn what_is_not_finished_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let frame = sample_frame(&questions(), &mut Cells::default(), &[]).unwrap();
        let mut writing = Writing::begin(path.clone(), &stamp(1), frame.schema()).unwrap();
        writing.add(&frame).unwrap();
        drop(writing);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(read(&path, &stamp(1), &["cell"]).is_none());
    }

    #[test]
    fn no_id_leads_out_of_the_folder() {
        let folder = Path::new("/data/snapshots");
        for (id, name) in [
            ("0199a1b2-7c3d", "0199a1b2-7c3d.counts.parquet"),
            (
                "../../etc/passwd",
                "x2e2e2f2e2e2f6574632f706173737764.counts.parquet",
            ),
            ("A", "x41.counts.parquet"),
            ("", "x.counts.parquet"),
        ] {
            let path = Part::Counts.path(folder, &RunId::from(id));
            assert_eq!(path, folder.join(name));
        }
        let long = Part::Samples.path(folder, &RunId::new("é".repeat(5_000)));
        assert!(long.file_name().unwrap().len() < 200);
    }
}
