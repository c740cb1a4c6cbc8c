//! Writing the GGUF file: tensor by tensor, in memory for one head or one piece of a tensor at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::Dtype;
use tokio_util::sync::CancellationToken;

use super::ConvertError;
use super::gguf::{self, Entry, Value};
use super::tensors::{Planned, Source, interleaved};
use super::weights::{Stored, Weights};

/// Bytes that are carried over in one go.
const PIECE: usize = 1 << 20;

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pairs: Vec<(String, Value)>,
    pub(super) tensors: Vec<Planned>,
    pub(super) weights: Weights,
}

impl Plan {
    /// Bytes of all tensors, without what lies between them.
    pub(super) fn bytes(&self) -> u64 {
        self.tensors.iter().map(|tensor| tensor.entry.bytes()).sum()
    }
}

/// Writes the file at `path`, which appears when it is whole and on the disk. Until then it is `<path>.part`, which
/// a killed program leaves behind, the next one overwrites, and any other end removes.
pub(super) fn write(
    plan: &Plan,
    path: &Path,
    progress: &dyn Fn(u64),
    cancel: &CancellationToken,
) -> Result<(), ConvertError> {
    let part = with_suffix(path, ".part");
    let file = open_alone(&part, path)?;
    let written = write_to(plan, &file, &part, progress, cancel).and_then(|()| {
        let io = || ConvertError::io(path);
        file.sync_all().map_err(io())?;
        std::fs::rename(&part, path).map_err(io())
    });
    match written {
        Ok(()) => {
            // Not every system lets a folder be opened; the rename itself has happened.
            if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
                let _ = folder.sync_all();
            }
            Ok(())
        }
        Err(error) => {
            let _ = std::fs::remove_file(&part);
            Err(error)
        }
    }
}

/// The unfinished file, empty and locked against other processes.
fn open_alone(part: &Path, path: &Path) -> Result<File, ConvertError> {
    let io = || ConvertError::io(part);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(part)
        .map_err(io())?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(ConvertError::Busy {
                path: path.to_owned(),
            });
        }
        Err(TryLockError::Error(error)) => return Err(io()(error)),
    }
    if file.metadata().map_err(io())?.len() > 0 {
        file.set_len(0).map_err(io())?;
    }
    Ok(file)
}

fn write_to(
    plan: &Plan,
    file: &File,
    part: &Path,
    progress: &dyn Fn(u64),
    cancel: &CancellationToken,
) -> Result<(), ConvertError> {
    let entries: Vec<Entry> = plan
        .tensors
        .iter()
        .map(|tensor| tensor.entry.clone())
        .collect();
    let mut out = Out {
        to: BufWriter::with_capacity(PIECE, file),
        part,
        progress,
        cancel,
        tensors: 0,
    };
    out.put(&gguf::head(&plan.pairs, &entries))?;
    let mut sources = Sources {
        weights: &plan.weights,
        open: None,
    };
    for tensor in &plan.tensors {
        let before = out.tensors;
        carry(&mut sources, &tensor.source, &mut out)?;
        let written = out.tensors - before;
        // The table is written already: a tensor of another length would shift all that follow.
        if written != tensor.entry.bytes() {
            return Err(ConvertError::tensor(
                &part.display().to_string(),
                &tensor.entry.name,
                format!("has {written} bytes instead of {}", tensor.entry.bytes()),
            ));
        }
        let gap = gguf::padding(written);
        out.put(&[0; 32][..usize::try_from(gap).unwrap_or(0)])?;
    }
    out.to.flush().map_err(ConvertError::io(part))
}

struct Out<'a> {
    to: BufWriter<&'a File>,
    part: &'a Path,
    progress: &'a dyn Fn(u64),
    cancel: &'a CancellationToken,
    /// Bytes of tensors so far.
    tensors: u64,
}

impl Out<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), ConvertError> {
        self.to
            .write_all(bytes)
            .map_err(ConvertError::io(self.part))
    }

    /// A piece of a tensor.
    fn piece(&mut self, bytes: &[u8]) -> Result<(), ConvertError> {
        if self.cancel.is_cancelled() {
            return Err(ConvertError::Cancelled);
        }
        self.put(bytes)?;
        self.tensors += bytes.len() as u64;
        (self.progress)(self.tensors);
        Ok(())
    }
}

/// The files of the weights, of which one is open at a time.
struct Sources<'a> {
    weights: &'a Weights,
    open: Option<(usize, File)>,
}

impl Sources<'_> {
    /// Fills `buffer` from byte `at` of the tensor on.
    fn read(&mut self, stored: &Stored, at: u64, buffer: &mut [u8]) -> Result<(), ConvertError> {
        let path = &self.weights.files[stored.file];
        let mut read = || {
            let file = match &mut self.open {
                Some((index, file)) if *index == stored.file => file,
                open => &mut open.insert((stored.file, File::open(path)?)).1,
            };
            file.seek(SeekFrom::Start(stored.start + at))?;
            file.read_exact(buffer)
        };
        read().map_err(ConvertError::io(path))
    }
}

fn carry(
    sources: &mut Sources<'_>,
    source: &Source,
    out: &mut Out<'_>,
) -> Result<(), ConvertError> {
    match source {
        Source::Whole(stored) => {
            let mut buffer = vec![0; PIECE];
            let mut at = 0;
            while at < stored.bytes {
                let length = usize::try_from(stored.bytes - at)
                    .unwrap_or(PIECE)
                    .min(PIECE);
                sources.read(stored, at, &mut buffer[..length])?;
                out.piece(&buffer[..length])?;
                at += length as u64;
            }
            Ok(())
        }
        Source::Heads { stored, heads } => {
            let rows = stored.shape[0] / heads;
            let head = stored.bytes / heads;
            let row = size(head / rows)?;
            let mut buffer = vec![0; size(head)?];
            let mut turned = Vec::with_capacity(buffer.len());
            for index in 0..*heads {
                sources.read(stored, index * head, &mut buffer)?;
                turned.clear();
                for from in interleaved(rows) {
                    let at = size(from)? * row;
                    turned.extend_from_slice(&buffer[at..at + row]);
                }
                out.piece(&turned)?;
            }
            Ok(())
        }
        Source::Widened { stored, heads } => {
            let mut buffer = vec![0; size(stored.bytes)?];
            sources.read(stored, 0, &mut buffer)?;
            let mut numbers = widened(&buffer, stored.dtype);
            if let Some(heads) = heads {
                let rows = stored.shape[0] / heads;
                let order: Vec<usize> = interleaved(rows).map(size).collect::<Result<_, _>>()?;
                numbers = numbers
                    .chunks(order.len())
                    .flat_map(|head| order.iter().map(|from| head[*from]))
                    .collect();
            }
            out.piece(&bytes_of(&numbers))
        }
        Source::Made(numbers) => out.piece(&bytes_of(numbers)),
    }
}

fn size(length: u64) -> Result<usize, ConvertError> {
    usize::try_from(length)
        .map_err(|_| ConvertError::unsupported(format!("a part of {length} bytes")))
}

fn widened(bytes: &[u8], dtype: Dtype) -> Vec<f32> {
    let pairs = || bytes.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    match dtype {
        Dtype::BF16 => pairs()
            .map(|pair| bf16::from_le_bytes(pair).to_f32())
            .collect(),
        Dtype::F16 => pairs()
            .map(|pair| f16::from_le_bytes(pair).to_f32())
            .collect(),
        _ => bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
            .collect(),
    }
}

fn bytes_of(numbers: &[f32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
