//! The tensors of safetensors files: which there are, and where their bytes lie.
//!
//! A file is eight bytes (the length of its header, little-endian), a header in JSON, and the tensors without
//! gaps (<https://github.com/huggingface/safetensors#format>). Nothing is taken on trust: whatever a header
//! claims is compared with its own shapes and with the length of the file before a byte of a tensor is read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use super::ConvertError;

/// The format's own limit for the header, in bytes.
const MAX_HEADER: u64 = 100_000_000;
/// What a header may hold besides tensors.
const NOTES: &str = "__metadata__";

/// A tensor and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    /// The file, as an index into [`Weights::files`].
    pub(super) file: usize,
    pub(super) dtype: Dtype,
    /// The slowest running dimension first.
    pub(super) shape: Vec<u64>,
    /// From the beginning of the file.
    pub(super) start: u64,
    pub(super) bytes: u64,
}

/// All tensors of a model, over all its files.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) files: Vec<PathBuf>,
    pub(super) tensors: BTreeMap<String, Stored>,
}

impl Weights {
    /// Reads the headers of the files `names` in `folder`.
    pub(super) fn open(folder: &Path, names: &[String]) -> Result<Self, ConvertError> {
        let mut files = Vec::new();
        let mut tensors: BTreeMap<String, Stored> = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            let path = folder.join(name);
            let mut file = File::open(&path).map_err(ConvertError::io(&path))?;
            let length = file.metadata().map_err(ConvertError::io(&path))?.len();
            for (tensor, mut stored) in read_header(&mut file, length, name)? {
                stored.file = index;
                if tensors.insert(tensor.clone(), stored).is_some() {
                    return Err(ConvertError::tensor(
                        name,
                        &tensor,
                        "is in another file too",
                    ));
                }
            }
            files.push(path);
        }
        Ok(Self { files, tensors })
    }

    /// The name of a tensor's file, for people.
    pub(super) fn file_name(&self, stored: &Stored) -> String {
        self.files
            .get(stored.file)
            .and_then(|path| path.file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default()
    }
}

fn read_header(
    file: &mut (impl Read + Seek),
    length: u64,
    name: &str,
) -> Result<Vec<(String, Stored)>, ConvertError> {
    let bad = |detail: String| ConvertError::file(name, detail);
    let mut size = [0; 8];
    if length < 8 {
        return Err(bad(format!(
            "it is {length} bytes long, too short for a header"
        )));
    }
    let read = |error: std::io::Error| bad(error.to_string());
    file.seek(SeekFrom::Start(0)).map_err(read)?;
    file.read_exact(&mut size).map_err(read)?;
    let size = u64::from_le_bytes(size);
    if size > MAX_HEADER || size > length - 8 {
        return Err(bad(format!(
            "its header claims {size} bytes, and the file has {length}"
        )));
    }
    let mut text =
        vec![0; usize::try_from(size).map_err(|_| bad("its header is too large".to_owned()))?];
    file.read_exact(&mut text).map_err(read)?;
    let rows: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&text)
        .map_err(|error| bad(format!("its header is damaged: {error}")))?;
    let begin = 8 + size;
    let mut tensors = rows
        .into_iter()
        .filter(|(tensor, _)| tensor != NOTES)
        .map(|(tensor, row)| {
            let stored = placed(row, begin, length)
                .map_err(|detail| ConvertError::tensor(name, &tensor, detail))?;
            Ok((tensor, stored))
        })
        .collect::<Result<Vec<_>, ConvertError>>()?;
    // Neither gaps nor overlaps: a byte that belongs to two tensors or to none is no honest file's.
    tensors.sort_by_key(|(_, stored)| (stored.start, stored.bytes));
    let mut at = begin;
    for (tensor, stored) in &tensors {
        if stored.start != at {
            return Err(ConvertError::tensor(
                name,
                tensor,
                format!("begins at byte {} instead of {at}", stored.start),
            ));
        }
        at += stored.bytes;
    }
    if at != length {
        return Err(bad(format!(
            "its tensors end at byte {at}, and the file has {length}"
        )));
    }
    Ok(tensors)
}

/// A row of the header, checked against its own shape and the file's length.
fn placed(row: serde_json::Value, begin: u64, length: u64) -> Result<Stored, String> {
    let info: TensorInfo = serde_json::from_value(row)
        .map_err(|error| format!("is not described as the format wants: {error}"))?;
    let (from, to) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
    let shape: Vec<u64> = info.shape.iter().map(|dim| *dim as u64).collect();
    let bits = shape
        .iter()
        .try_fold(info.dtype.bitsize() as u64, |all, dim| {
            all.checked_mul(*dim)
        })
        .ok_or_else(|| format!("claims the impossible shape {shape:?}"))?;
    let bytes = to
        .checked_sub(from)
        .ok_or_else(|| format!("ends at {to}, before it begins at {from}"))?;
    if bits % 8 != 0 || bits / 8 != bytes {
        return Err(format!(
            "has {bytes} bytes, which do not fit the shape {shape:?} of {}",
            info.dtype
        ));
    }
    match begin.checked_add(to) {
        Some(end) if end <= length => Ok(Stored {
            file: 0,
            dtype: info.dtype,
            shape,
            start: begin + from,
            bytes,
        }),
        _ => Err(format!("lies outside of the file, up to byte {to}")),
    }
}

/// Which file holds which tensor, as `model.safetensors.index.json` says; the files in their order.
///
/// # Errors
/// When it is damaged, or names files that are not beside it.
pub(in crate::models) fn files_of_index(text: &[u8]) -> Result<Vec<String>, ConvertError> {
    #[derive(serde::Deserialize)]
    struct Index {
        weight_map: BTreeMap<String, String>,
    }
    let index: Index =
        serde_json::from_slice(text).map_err(|error| ConvertError::file(super::INDEX, error))?;
    let mut files: Vec<String> = Vec::new();
    for (tensor, file) in index.weight_map {
        let plain = file.ends_with(".safetensors")
            && !file.starts_with('.')
            && !file.contains(['/', '\\', ':', '\0']);
        if !plain {
            return Err(ConvertError::tensor(
                super::INDEX,
                &tensor,
                format!("is said to be in '{file}', which is no file beside it"),
            ));
        }
        files.push(file);
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(ConvertError::file(super::INDEX, "it names no tensor"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.extend(vec![0; data]);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Vec<(String, Stored)>, ConvertError> {
        read_header(&mut Cursor::new(bytes), bytes.len() as u64, "m.safetensors")
    }

    #[test]
    fn an_honest_file_is_read() {
        let data = [0_u8; 24];
        let view = |dtype, shape: &[usize], bytes| {
            safetensors::tensor::TensorView::new(dtype, shape.to_vec(), bytes).unwrap()
        };
        let bytes = safetensors::serialize(
            [
                ("a", view(Dtype::BF16, &[2, 3], &data[..12])),
                ("b", view(Dtype::F32, &[3], &data[..12])),
            ],
            Some([("format".to_owned(), "pt".to_owned())].into()),
        )
        .unwrap();
        let tensors: BTreeMap<_, _> = read(&bytes).unwrap().into_iter().collect();
        assert_eq!(tensors.len(), 2);
        assert_eq!(tensors["a"].shape, [2, 3]);
        assert_eq!(tensors["b"].dtype, Dtype::F32);
        let end = |name: &str| tensors[name].start + tensors[name].bytes;
        assert_eq!(end("a").max(end("b")), bytes.len() as u64);
    }

    #[test]
    fn hostile_files_are_refused_by_name() {
        let row = |dtype: &str, shape: &str, from: u64, to: u64| {
            format!(r#"{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{from},{to}]}}"#)
        };
        let one = |row: String| file(&format!(r#"{{"bad":{row}}}"#), 16);
        for (bytes, words) in [
            (vec![1, 2, 3], "too short"),
            (u64::MAX.to_le_bytes().to_vec(), "its header claims"),
            (file("{", 0), "header is damaged"),
            (file("[]", 0), "header is damaged"),
            (one(row("F32", "[4]", 0, 12)), "tensor bad has 12 bytes"),
            (one(row("F32", "[4]", 4, 0)), "tensor bad ends at 0"),
            (one(row("F32", "[8]", 0, 32)), "tensor bad lies outside"),
            (one(row("F32", "[2]", 8, 16)), "tensor bad begins at byte"),
            (one(row("F32", "[2]", 0, 8)), "its tensors end at byte"),
            (one(row("X9", "[4]", 0, 16)), "tensor bad is not described"),
            (one(row("F4", "[1]", 0, 0)), "tensor bad has 0 bytes"),
            (
                one(row("F32", "[9223372036854775807,4]", 0, 16)),
                "tensor bad claims",
            ),
            (one(r#""text""#.to_owned()), "tensor bad is not described"),
            (
                file(
                    &format!(
                        r#"{{"bad":{},"worse":{}}}"#,
                        row("F32", "[2]", 0, 8),
                        row("F32", "[3]", 4, 16)
                    ),
                    16,
                ),
                "tensor worse begins at byte",
            ),
        ] {
            let error = read(&bytes).unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("m.safetensors") && text.contains(words),
                "{text}"
            );
        }
    }

    #[test]
    fn an_index_names_files_beside_it() {
        let files = |map: serde_json::Value| {
            files_of_index(json!({ "weight_map": map }).to_string().as_bytes())
        };
        assert_eq!(
            files(json!({"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors"}))
                .unwrap(),
            ["1.safetensors", "2.safetensors"]
        );
        for bad in [
            "../1.safetensors",
            "/1.safetensors",
            "a\\1.safetensors",
            "x.bin",
            "c:1.safetensors",
        ] {
            let error = files(json!({ "a": bad })).unwrap_err().to_string();
            assert!(error.contains("the tensor a"), "{error}");
        }
        assert!(files(json!({})).is_err());
        assert!(files_of_index(b"{}").is_err());
    }

    proptest! {
        /// Whatever is done to an honest file's head, it is read or refused, and what is read lies inside.
        #[test]
        fn mangled_heads_do_no_harm(
            edits in prop::collection::vec((0_usize..220, any::<u8>()), 1..6),
            cut in 0_usize..300,
        ) {
            let header = json!({
                "__metadata__": {"format": "pt"},
                "model.embed_tokens.weight": {"dtype": "F16", "shape": [4, 3], "data_offsets": [0, 24]},
                "model.norm.weight": {"dtype": "F32", "shape": [3], "data_offsets": [24, 36]},
            });
            let mut bytes = file(&header.to_string(), 36);
            for (at, byte) in edits {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(cut.max(bytes.len().saturating_sub(cut)));
            if let Ok(tensors) = read(&bytes) {
                let held: u64 = tensors.iter().map(|(_, stored)| stored.bytes).sum();
                prop_assert!(held <= bytes.len() as u64);
                for (_, stored) in tensors {
                    prop_assert!(stored.start + stored.bytes <= bytes.len() as u64);
                }
            }
        }

        /// Headers of other numbers: only those that fit are read.
        #[test]
        fn claimed_offsets_are_checked(
            rows in prop::collection::vec((0_u64..70, 0_u64..70, prop::collection::vec(0_u64..5, 0..3)), 0..4),
            data in 0_usize..70,
        ) {
            let header: serde_json::Map<String, serde_json::Value> = rows
                .iter()
                .enumerate()
                .map(|(i, (from, to, shape))| {
                    (format!("t{i}"), json!({"dtype": "BF16", "shape": shape, "data_offsets": [from, to]}))
                })
                .collect();
            let bytes = file(&serde_json::Value::Object(header).to_string(), data);
            match read(&bytes) {
                Ok(tensors) => {
                    let held: u64 = tensors.iter().map(|(_, stored)| stored.bytes).sum();
                    prop_assert_eq!(held, data as u64);
                }
                Err(error) => prop_assert!(error.to_string().contains("m.safetensors")),
            }
        }
    }
}
