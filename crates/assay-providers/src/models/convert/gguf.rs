//! The head of a GGUF file, version 3.
//!
//! The format is specified in `docs/gguf.md` of the ggml project: metadata as typed pairs, a table of tensors
//! with their offsets, then the tensors themselves, each beginning at a multiple of [`ALIGNMENT`].

const VERSION: u32 = 3;
/// The specification's default, which therefore need not be written down.
const ALIGNMENT: u64 = 32;

/// A value of metadata.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    U32(u32),
    F32(f32),
    Bool(bool),
    Text(String),
    Texts(Vec<String>),
    I32s(Vec<i32>),
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::U32(value)
    }
}

impl From<f32> for Value {
    fn from(value: f32) -> Self {
        Self::F32(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// How the numbers of a tensor are kept; the discriminants are ggml's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    F32 = 0,
    F16 = 1,
    Bf16 = 30,
}

impl Kind {
    /// Bytes of a number.
    pub(super) fn size(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }

    /// As files are named.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
        }
    }

    /// llama.cpp's number for a file most of whose tensors are of this kind.
    pub(super) fn file_type(self) -> u32 {
        match self {
            Self::F32 => 0,
            Self::F16 => 1,
            Self::Bf16 => 32,
        }
    }
}

/// A tensor as the table lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// The fastest running one first, which is the reverse of safetensors' order.
    pub(super) dims: Vec<u64>,
    pub(super) kind: Kind,
}

impl Entry {
    pub(super) fn bytes(&self) -> u64 {
        self.dims
            .iter()
            .fold(self.kind.size(), |all, dim| all.saturating_mul(*dim))
    }
}

/// Bytes between the end of `length` bytes and the next multiple of the alignment.
pub(super) fn padding(length: u64) -> u64 {
    length.next_multiple_of(ALIGNMENT) - length
}

/// Everything that stands before the first tensor, padding included.
pub(super) fn head(pairs: &[(String, Value)], tensors: &[Entry]) -> Vec<u8> {
    let mut out = b"GGUF".to_vec();
    out.extend(VERSION.to_le_bytes());
    out.extend((tensors.len() as u64).to_le_bytes());
    out.extend((pairs.len() as u64).to_le_bytes());
    for (key, value) in pairs {
        put_text(&mut out, key);
        put_value(&mut out, value);
    }
    let mut offset = 0_u64;
    for tensor in tensors {
        put_text(&mut out, &tensor.name);
        let dims = u32::try_from(tensor.dims.len()).unwrap_or(u32::MAX);
        out.extend(dims.to_le_bytes());
        for dim in &tensor.dims {
            out.extend(dim.to_le_bytes());
        }
        out.extend((tensor.kind as u32).to_le_bytes());
        out.extend(offset.to_le_bytes());
        offset += tensor.bytes().next_multiple_of(ALIGNMENT);
    }
    let gap = padding(out.len() as u64);
    out.extend(std::iter::repeat_n(0, usize::try_from(gap).unwrap_or(0)));
    out
}

/// Value types as numbered by the specification.
fn put_value(out: &mut Vec<u8>, value: &Value) {
    const U32: u32 = 4;
    const I32: u32 = 5;
    const F32: u32 = 6;
    const BOOL: u32 = 7;
    const TEXT: u32 = 8;
    const ARRAY: u32 = 9;
    match value {
        Value::U32(value) => {
            out.extend(U32.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        Value::F32(value) => {
            out.extend(F32.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        Value::Bool(value) => {
            out.extend(BOOL.to_le_bytes());
            out.push(u8::from(*value));
        }
        Value::Text(text) => {
            out.extend(TEXT.to_le_bytes());
            put_text(out, text);
        }
        Value::Texts(texts) => {
            for part in [ARRAY, TEXT] {
                out.extend(part.to_le_bytes());
            }
            out.extend((texts.len() as u64).to_le_bytes());
            for text in texts {
                put_text(out, text);
            }
        }
        Value::I32s(numbers) => {
            for part in [ARRAY, I32] {
                out.extend(part.to_le_bytes());
            }
            out.extend((numbers.len() as u64).to_le_bytes());
            for number in numbers {
                out.extend(number.to_le_bytes());
            }
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::GgufHeader;

    /// llama.cpp's own reader is asked.
    #[test]
    fn the_head_is_read_by_others() {
        let pairs = [
            ("general.architecture".to_owned(), "llama".into()),
            ("general.name".to_owned(), "Tiny".into()),
            ("llama.context_length".to_owned(), 77_u32.into()),
            ("x.float".to_owned(), 1.5_f32.into()),
            ("x.flag".to_owned(), true.into()),
            (
                "x.texts".to_owned(),
                Value::Texts(vec!["a".to_owned(), String::new(), "ä".to_owned()]),
            ),
            ("x.numbers".to_owned(), Value::I32s(vec![1, -2])),
            ("tokenizer.chat_template".to_owned(), "{{ x }}".into()),
        ];
        let tensors = [
            Entry {
                name: "a".to_owned(),
                dims: vec![3],
                kind: Kind::F32,
            },
            Entry {
                name: "b".to_owned(),
                dims: vec![5, 2],
                kind: Kind::Bf16,
            },
        ];
        let mut bytes = head(&pairs, &tensors);
        assert_eq!(bytes.len() % 32, 0);
        bytes.extend([0; 64]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gguf");
        std::fs::write(&path, bytes).unwrap();
        let header = GgufHeader::read(&path).unwrap();
        assert_eq!(header.name.as_deref(), Some("Tiny"));
        assert_eq!(header.context_length, Some(77));
        assert!(header.has_chat_template);
    }

    #[test]
    fn padding_reaches_the_next_multiple() {
        assert_eq!([0, 1, 31, 32, 33].map(padding), [0, 31, 1, 0, 31]);
    }
}
