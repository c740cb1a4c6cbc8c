//! What a GGUF file says of itself, read without loading its weights.

use std::io::Read;
use std::path::Path;

use llama_cpp_2::gguf::GgufContext;

/// Value types as numbered by the GGUF specification.
const TYPE_U32: u32 = 4;
const TYPE_STRING: u32 = 8;

/// The sizes that decide how much memory a model takes, where the header gives them as a single number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    pub(crate) layers: Option<u32>,
    pub(crate) embedding: Option<u32>,
    pub(crate) heads: Option<u32>,
    /// Fewer than `heads` with grouped queries (Ainslie et al. 2023).
    pub(crate) kv_heads: Option<u32>,
    pub(crate) key_length: Option<u32>,
    pub(crate) value_length: Option<u32>,
    pub(crate) feed_forward: Option<u32>,
    pub(crate) vocabulary: Option<u32>,
}

/// The metadata Assay uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GgufHeader {
    pub(crate) architecture: String,
    pub(crate) name: Option<String>,
    /// Tokens the model was trained for.
    pub(crate) context_length: Option<u32>,
    pub(crate) has_chat_template: bool,
    pub(crate) shape: Shape,
}

impl GgufHeader {
    /// # Errors
    /// A text for people when `path` is no GGUF file or lacks its architecture.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let mut magic = [0; 4];
        std::fs::File::open(path)
            .and_then(|mut file| file.read_exact(&mut magic))
            .map_err(|error| error.to_string())?;
        if &magic != b"GGUF" {
            return Err("it is not a GGUF file".to_owned());
        }
        super::inference::logs_to_tracing();
        let context =
            GgufContext::from_file(path).ok_or_else(|| "its header is damaged".to_owned())?;
        let text = |key: &str| {
            let index = context.find_key(key);
            (index >= 0 && context.kv_type(index) == TYPE_STRING)
                .then(|| context.val_str(index).map(str::to_owned))
                .flatten()
        };
        let number = |key: &str| {
            let index = context.find_key(key);
            (index >= 0 && context.kv_type(index) == TYPE_U32).then(|| context.val_u32(index))
        };
        let architecture = text("general.architecture")
            .ok_or_else(|| "it does not name its architecture".to_owned())?;
        let own = |key: &str| number(&format!("{architecture}.{key}"));
        Ok(Self {
            context_length: own("context_length"),
            shape: Shape {
                layers: own("block_count"),
                embedding: own("embedding_length"),
                heads: own("attention.head_count"),
                kv_heads: own("attention.head_count_kv"),
                key_length: own("attention.key_length"),
                value_length: own("attention.value_length"),
                feed_forward: own("feed_forward_length"),
                vocabulary: own("vocab_size"),
            },
            name: text("general.name"),
            has_chat_template: text("tokenizer.chat_template")
                .is_some_and(|template| !template.trim().is_empty()),
            architecture,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_are_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gguf");
        std::fs::write(&path, b"PK\x03\x04 not a model").unwrap();
        assert_eq!(
            GgufHeader::read(&path).unwrap_err(),
            "it is not a GGUF file"
        );
        std::fs::write(&path, b"GGUF\x03\x00\x00\x00\xff\xff\xff\xff").unwrap();
        assert_eq!(
            GgufHeader::read(&path).unwrap_err(),
            "its header is damaged"
        );
        assert!(GgufHeader::read(&folder.path().join("none")).is_err());
    }
}
