//! How much memory local models may take, and how much one takes.

use super::GgufHeader;
use super::inference::BATCH;

/// What local models may take when nothing is said: this share of the machine's memory.
const SHARE: u64 = 2;
/// The machine's memory where it cannot be found out, in bytes.
const UNKNOWN_MACHINE: u64 = 8 << 30;
/// Bytes of a number in the key-value cache (16-bit floats) and in a buffer of computation (32-bit).
const CACHE_NUMBER: u64 = 2;
const COMPUTE_NUMBER: u64 = 4;
/// Tokens a model knows when its header does not say: a little above Qwen's 151,936.
const USUAL_VOCABULARY: u64 = 160_000;
/// What computing takes when the header leaves the model's shape out, in bytes.
const UNKNOWN_SHAPE: u64 = 512 << 20;

/// Half of the machine's memory in bytes, or of the container's where that is less (cgroup v2).
/// Where neither can be read, as outside of Linux, half of 8 GiB.
pub(super) fn default_budget() -> u64 {
    let machine = std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| total_of(&text));
    let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max")
        .ok()
        .and_then(|text| text.trim().parse().ok());
    machine
        .into_iter()
        .chain(container)
        .min()
        .unwrap_or(UNKNOWN_MACHINE)
        / SHARE
}

/// `MemTotal` of `/proc/meminfo` in bytes; the file counts in KiB.
fn total_of(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// An estimate of what answering takes besides the weights, in bytes: the key-value cache of `context`
/// tokens (two times layers × key-value heads × head size, 16 bits each) and the largest buffers of
/// one batch (logits, attention scores, activations). It is more than is taken where scores are never whole
/// in memory (flash attention), with sliding windows and with shared layers.
pub(super) fn working_set(header: &GgufHeader, context: u32) -> u64 {
    let shape = header.shape;
    let (Some(layers), Some(embedding), Some(heads)) = (
        shape.layers,
        shape.embedding,
        shape.heads.filter(|heads| *heads > 0),
    ) else {
        return UNKNOWN_SHAPE;
    };
    let [layers, embedding, heads] = [layers, embedding, heads].map(u64::from);
    let size = |length: Option<u32>| length.map_or(embedding / heads, u64::from);
    let (keys, values) = (size(shape.key_length), size(shape.value_length));
    let kv_heads = shape.kv_heads.map_or(heads, u64::from);
    let context = u64::from(context);
    let cache = product(&[CACHE_NUMBER, context, layers, kv_heads, keys + values]);
    let vocabulary = shape.vocabulary.map_or(USUAL_VOCABULARY, u64::from);
    let feed_forward = shape.feed_forward.map_or(4 * embedding, u64::from);
    let row = vocabulary
        .saturating_add(heads.saturating_mul(context))
        .saturating_add(4 * embedding + 2 * feed_forward);
    cache.saturating_add(product(&[COMPUTE_NUMBER, BATCH as u64, row]))
}

/// A header may claim anything: it must not overflow.
fn product(factors: &[u64]) -> u64 {
    factors.iter().fold(1, |all, one| all.saturating_mul(*one))
}

#[cfg(test)]
mod tests {
    use super::super::gguf::Shape;
    use super::*;

    fn header(shape: Shape) -> GgufHeader {
        GgufHeader {
            architecture: "llama".to_owned(),
            name: None,
            context_length: None,
            has_chat_template: false,
            shape,
        }
    }

    #[test]
    fn the_machines_memory_is_read() {
        assert_eq!(
            total_of("MemTotal:       24684000 kB\nMemFree: 1 kB\n"),
            Some(24_684_000 * 1024)
        );
        assert_eq!(total_of("MemFree: 1 kB"), None);
        assert_eq!(total_of("MemTotal: much kB"), None);
        assert!(default_budget() > 0);
    }

    /// SmolLM2-135M: 30 layers, 3 key-value heads of 64; llama.cpp itself says 180 MiB of cache for
    /// 8,192 tokens.
    #[test]
    fn the_cache_is_what_llama_cpp_makes_of_it() {
        let shape = Shape {
            layers: Some(30),
            embedding: Some(576),
            heads: Some(9),
            kv_heads: Some(3),
            key_length: None,
            value_length: None,
            feed_forward: Some(1536),
            vocabulary: Some(49_152),
        };
        let with = working_set(&header(shape), 8192);
        let without = working_set(&header(shape), 0);
        let scores = 4 * 256 * 9 * 8192;
        assert_eq!(with - without - scores, 180 << 20);
    }

    #[test]
    fn absurd_headers_do_not_overflow() {
        let shape = Shape {
            layers: Some(u32::MAX),
            embedding: Some(u32::MAX),
            heads: Some(1),
            kv_heads: Some(u32::MAX),
            key_length: Some(u32::MAX),
            value_length: Some(u32::MAX),
            feed_forward: Some(u32::MAX),
            vocabulary: Some(u32::MAX),
        };
        assert_eq!(working_set(&header(shape), u32::MAX), u64::MAX);
        assert_eq!(working_set(&header(Shape::default()), 9), UNKNOWN_SHAPE);
    }
}
