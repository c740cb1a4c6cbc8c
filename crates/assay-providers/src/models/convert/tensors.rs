//! Which tensor of safetensors becomes which of GGUF, and how its bytes are carried over.
//!
//! Names are llama.cpp's (`src/llama-arch.cpp`), those of safetensors the transformers library's. Every tensor of a
//! model must have its place and every place its tensor: one left over means that the model computes something
//! that is not known here.

use safetensors::Dtype;

use super::ConvertError;
use super::config::{Architecture, Config};
use super::gguf::{Entry, Kind};
use super::weights::{Stored, Weights};

/// Where the bytes of a tensor come from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// As they are stored.
    Whole(Stored),
    /// The rows of each of so many heads in another order: see [`interleaved`].
    Heads { stored: Stored, heads: u64 },
    /// 16-bit numbers made 32-bit, as llama.cpp wants vectors. Their rows are interleaved like those of
    /// [`Heads`](Self::Heads) where heads are given.
    Widened { stored: Stored, heads: Option<u64> },
    /// Computed from the configuration.
    Made(Vec<f32>),
}

/// A tensor to be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    pub(super) entry: Entry,
    pub(super) source: Source,
}

/// The transformers library rotates the first half of a head against the second; llama.cpp's graph of this
/// architecture rotates neighbours. The rows of queries and keys are therefore put into the order 0, h, 1, h+1, …
/// with h half the rows of a head. Answers the row to take for each row of a head.
pub(super) fn interleaved(rows: u64) -> impl Iterator<Item = u64> {
    let half = rows / 2;
    (0..rows).map(move |row| row / 2 + (row % 2) * half)
}

/// The tensors of a model in the order they are written.
///
/// # Errors
/// [`ConvertError::Tensor`] for one that is missing, of another shape than the configuration says, or left
/// over; [`ConvertError::Unsupported`] for numbers of an unknown kind.
pub(super) fn plan(config: &Config, weights: &Weights) -> Result<Vec<Planned>, ConvertError> {
    let mut planner = Planner {
        weights,
        used: 0,
        planned: Vec::new(),
    };
    planner.all(config)?;
    let used = planner.used;
    let planned = planner.planned;
    if used == weights.tensors.len() {
        return Ok(planned);
    }
    // Rare, so it may take its time: which one it is.
    let taken: std::collections::BTreeSet<(usize, u64)> = planned
        .iter()
        .filter_map(|tensor| match &tensor.source {
            Source::Whole(stored)
            | Source::Heads { stored, .. }
            | Source::Widened { stored, .. } => Some((stored.file, stored.start)),
            Source::Made(_) => None,
        })
        .collect();
    for (name, stored) in &weights.tensors {
        if !taken.contains(&(stored.file, stored.start)) && !is_needless(name, config) {
            return Err(ConvertError::tensor(
                &weights.file_name(stored),
                name,
                format!(
                    "has no place in the architecture {}",
                    config.architecture.name()
                ),
            ));
        }
    }
    Ok(planned)
}

/// What files hold though nothing reads it: weights of the output where the embeddings serve as those, and
/// frequencies that follow from the configuration.
fn is_needless(name: &str, config: &Config) -> bool {
    (config.tied && name == "lm_head.weight") || name.ends_with(".rotary_emb.inv_freq")
}

/// The kind most of the bytes are of.
pub(super) fn kind_of(planned: &[Planned]) -> Kind {
    let bytes = |kind: Kind| -> u64 {
        planned
            .iter()
            .filter(|tensor| tensor.entry.kind == kind && tensor.entry.dims.len() > 1)
            .map(|tensor| tensor.entry.bytes())
            .sum()
    };
    [Kind::F32, Kind::F16, Kind::Bf16]
        .into_iter()
        .max_by_key(|kind| bytes(*kind))
        .unwrap_or(Kind::F32)
}

struct Planner<'a> {
    weights: &'a Weights,
    used: usize,
    planned: Vec<Planned>,
}

impl Planner<'_> {
    fn all(&mut self, config: &Config) -> Result<(), ConvertError> {
        let [embedding, feed_forward, vocabulary, head_dim] = [
            config.embedding,
            config.feed_forward,
            config.vocabulary,
            config.head_dim,
        ]
        .map(u64::from);
        let [heads, kv_heads] = [config.heads, config.kv_heads].map(u64::from);
        let (queries, keys) = (heads * head_dim, kv_heads * head_dim);
        let llama = config.architecture == Architecture::Llama;
        let turned = |heads: u64| llama.then_some(heads);

        self.matrix(
            "model.embed_tokens.weight",
            "token_embd.weight",
            [vocabulary, embedding],
            None,
        )?;
        for layer in 0..config.layers {
            let from = |part: &str| format!("model.layers.{layer}.{part}");
            let to = |part: &str| format!("blk.{layer}.{part}");
            let matrices = [
                (
                    "self_attn.q_proj",
                    "attn_q",
                    [queries, embedding],
                    turned(heads),
                ),
                (
                    "self_attn.k_proj",
                    "attn_k",
                    [keys, embedding],
                    turned(kv_heads),
                ),
                ("self_attn.v_proj", "attn_v", [keys, embedding], None),
                (
                    "self_attn.o_proj",
                    "attn_output",
                    [embedding, queries],
                    None,
                ),
                ("mlp.gate_proj", "ffn_gate", [feed_forward, embedding], None),
                ("mlp.up_proj", "ffn_up", [feed_forward, embedding], None),
                ("mlp.down_proj", "ffn_down", [embedding, feed_forward], None),
            ];
            for (source, target, shape, heads) in matrices {
                let weight = from(&format!("{source}.weight"));
                self.matrix(&weight, &to(&format!("{target}.weight")), shape, heads)?;
                let bias = from(&format!("{source}.bias"));
                // Qwen's graphs add a bias to queries, keys and values alone.
                let added = llama || matches!(target, "attn_q" | "attn_k" | "attn_v");
                if added && self.weights.tensors.contains_key(&bias) {
                    self.vector(&bias, &to(&format!("{target}.bias")), shape[0], heads)?;
                }
            }
            self.vector(
                &from("input_layernorm.weight"),
                &to("attn_norm.weight"),
                embedding,
                None,
            )?;
            self.vector(
                &from("post_attention_layernorm.weight"),
                &to("ffn_norm.weight"),
                embedding,
                None,
            )?;
            if config.architecture == Architecture::Qwen3 {
                for part in ["q", "k"] {
                    self.vector(
                        &from(&format!("self_attn.{part}_norm.weight")),
                        &to(&format!("attn_{part}_norm.weight")),
                        head_dim,
                        None,
                    )?;
                }
            }
        }
        self.vector("model.norm.weight", "output_norm.weight", embedding, None)?;
        if !config.tied {
            self.matrix(
                "lm_head.weight",
                "output.weight",
                [vocabulary, embedding],
                None,
            )?;
        }
        if let Some(factors) = config.stretch.factors(config.rope_base, config.head_dim) {
            self.planned.push(Planned {
                entry: Entry {
                    name: "rope_freqs.weight".to_owned(),
                    dims: vec![factors.len() as u64],
                    kind: Kind::F32,
                },
                source: Source::Made(factors),
            });
        }
        Ok(())
    }

    /// A tensor that must be there, in this shape.
    fn take(&mut self, name: &str, shape: &[u64]) -> Result<(Stored, Kind), ConvertError> {
        let Some(stored) = self.weights.tensors.get(name) else {
            return Err(ConvertError::tensor(
                &self
                    .weights
                    .files
                    .first()
                    .and_then(|path| path.file_name())
                    .map(|file| file.to_string_lossy().into_owned())
                    .unwrap_or_default(),
                name,
                "is missing",
            ));
        };
        let file = || self.weights.file_name(stored);
        if stored.shape != shape {
            return Err(ConvertError::tensor(
                &file(),
                name,
                format!("has the shape {:?} instead of {shape:?}", stored.shape),
            ));
        }
        let kind = match stored.dtype {
            Dtype::F32 => Kind::F32,
            Dtype::F16 => Kind::F16,
            Dtype::BF16 => Kind::Bf16,
            other => {
                return Err(ConvertError::unsupported(format!(
                    "{other} numbers, as in the tensor {name} of {},",
                    file()
                )));
            }
        };
        self.used += 1;
        Ok((stored.clone(), kind))
    }

    fn matrix(
        &mut self,
        from: &str,
        to: &str,
        shape: [u64; 2],
        heads: Option<u64>,
    ) -> Result<(), ConvertError> {
        let (stored, kind) = self.take(from, &shape)?;
        self.planned.push(Planned {
            entry: Entry {
                name: to.to_owned(),
                dims: vec![shape[1], shape[0]],
                kind,
            },
            source: match heads {
                Some(heads) => Source::Heads { stored, heads },
                None => Source::Whole(stored),
            },
        });
        Ok(())
    }

    fn vector(
        &mut self,
        from: &str,
        to: &str,
        length: u64,
        heads: Option<u64>,
    ) -> Result<(), ConvertError> {
        let (stored, _) = self.take(from, &[length])?;
        self.planned.push(Planned {
            entry: Entry {
                name: to.to_owned(),
                dims: vec![length],
                kind: Kind::F32,
            },
            source: Source::Widened { stored, heads },
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_head_are_interleaved() {
        let order: Vec<u64> = interleaved(8).collect();
        assert_eq!(order, [0, 4, 1, 5, 2, 6, 3, 7]);
    }
}
