//! `config.json`: the architecture, its sizes, and how positions are encoded.

use serde_json::{Map, Value as Json};

use super::fields::{Reader, narrow, wrong};
use super::gguf::Value;
use super::positions::{Stretch, check_whole, rope};
use super::{CONFIG, ConvertError};

/// Architectures whose tensors are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Architecture {
    /// Also Mistral's, whose tensors and graph are the same.
    Llama,
    Qwen2,
    Qwen3,
}

impl Architecture {
    /// By the name of the class in `architectures`.
    fn of(class: &str) -> Option<Self> {
        match class {
            "LlamaForCausalLM" | "MistralForCausalLM" => Some(Self::Llama),
            "Qwen2ForCausalLM" => Some(Self::Qwen2),
            "Qwen3ForCausalLM" => Some(Self::Qwen3),
            _ => None,
        }
    }

    /// llama.cpp's name for it, which stands before its keys.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
        }
    }
}

/// What is needed of a configuration.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Config {
    pub(super) architecture: Architecture,
    pub(super) layers: u32,
    pub(super) embedding: u32,
    pub(super) feed_forward: u32,
    pub(super) heads: u32,
    pub(super) kv_heads: u32,
    pub(super) head_dim: u32,
    pub(super) vocabulary: u32,
    /// Tokens it was trained for, or that its attention reaches back where that is fewer.
    pub(super) context: u32,
    pub(super) epsilon: f32,
    pub(super) rope_base: f32,
    pub(super) stretch: Stretch,
    /// Whether the embeddings serve as the output's weights too.
    pub(super) tied: bool,
    /// `bos_token_id` and the like, as they stand there.
    pub(super) json: Map<String, Json>,
}

impl Config {
    /// # Errors
    /// [`ConvertError::Architecture`] for those that are not known; [`ConvertError::Unsupported`] for what of a
    /// known one cannot be expressed; [`ConvertError::File`].
    pub(super) fn read(text: &[u8]) -> Result<Self, ConvertError> {
        let json: Map<String, Json> =
            serde_json::from_slice(text).map_err(|error| ConvertError::file(CONFIG, error))?;
        let read = Reader(&json);
        let classes: Vec<&str> = read
            .get("architectures")
            .and_then(Json::as_array)
            .map(|classes| classes.iter().filter_map(Json::as_str).collect())
            .unwrap_or_default();
        let [class] = classes[..] else {
            return Err(ConvertError::Architecture {
                name: match classes[..] {
                    [] => read
                        .get("model_type")
                        .and_then(Json::as_str)
                        .map_or_else(|| "(none is named)".to_owned(), str::to_owned),
                    _ => classes.join(" + "),
                },
            });
        };
        let architecture = Architecture::of(class).ok_or_else(|| ConvertError::Architecture {
            name: class.to_owned(),
        })?;
        check_plain(&read)?;

        let heads = read.size("num_attention_heads")?;
        let embedding = read.size("hidden_size")?;
        let layers = read.size("num_hidden_layers")?;
        let kv_heads = read.maybe_size("num_key_value_heads")?.unwrap_or(heads);
        let head_dim = match read.maybe_size("head_dim")? {
            Some(dim) => dim,
            None if embedding % heads == 0 => embedding / heads,
            None => {
                return Err(wrong(
                    "hidden_size",
                    "is no multiple of num_attention_heads",
                ));
            }
        };
        if heads % kv_heads != 0 || head_dim % 2 != 0 {
            return Err(ConvertError::unsupported(format!(
                "{heads} heads over {kv_heads} key-value heads of {head_dim} numbers"
            )));
        }
        if architecture == Architecture::Qwen2 && Some(embedding) != heads.checked_mul(head_dim) {
            return Err(ConvertError::unsupported(format!(
                "heads of {head_dim} numbers in an embedding of {embedding}"
            )));
        }
        let trained = read.size("max_position_embeddings")?;
        let window = window(&read, architecture, layers)?;
        let (rope_base, stretch) = rope(&read)?;
        Ok(Self {
            architecture,
            layers,
            embedding,
            feed_forward: read.size("intermediate_size")?,
            heads,
            kv_heads,
            head_dim,
            vocabulary: read.size("vocab_size")?,
            context: window.map_or(trained, |window| window.min(trained)),
            epsilon: narrow(read.number("rms_norm_eps")?),
            rope_base,
            stretch,
            tied: read.flag("tie_word_embeddings")?.unwrap_or(false),
            json,
        })
    }

    /// The metadata of the architecture.
    pub(super) fn pairs(&self) -> Vec<(String, Value)> {
        let name = self.architecture.name();
        let mut pairs: Vec<(String, Value)> = Vec::new();
        let mut put = |key: &str, value: Value| pairs.push((format!("{name}.{key}"), value));
        put("block_count", self.layers.into());
        put("context_length", self.context.into());
        put("embedding_length", self.embedding.into());
        put("feed_forward_length", self.feed_forward.into());
        put("attention.head_count", self.heads.into());
        put("attention.head_count_kv", self.kv_heads.into());
        if self.head_dim.checked_mul(self.heads) != Some(self.embedding) {
            put("attention.key_length", self.head_dim.into());
            put("attention.value_length", self.head_dim.into());
        }
        put("attention.layer_norm_rms_epsilon", self.epsilon.into());
        put("vocab_size", self.vocabulary.into());
        put("rope.dimension_count", self.head_dim.into());
        put("rope.freq_base", self.rope_base.into());
        for (key, value) in self.stretch.pairs() {
            put(key, value);
        }
        pairs
    }
}

/// Refuses what changes the numbers and is not in the tensors.
fn check_plain(read: &Reader<'_>) -> Result<(), ConvertError> {
    if let Some(quantised) = read.get("quantization_config") {
        let method = quantised
            .get("quant_method")
            .and_then(Json::as_str)
            .unwrap_or("unknown");
        return Err(ConvertError::unsupported(format!(
            "weights quantised by the method {method}"
        )));
    }
    match read.get("hidden_act").map(Json::as_str) {
        None | Some(Some("silu" | "swish")) => {}
        Some(other) => {
            return Err(ConvertError::unsupported(format!(
                "the activation {}",
                other.unwrap_or("of an unknown form")
            )));
        }
    }
    check_whole(read)
}

/// How many tokens attention reaches back, when not to all. llama.cpp attends to all in these
/// architectures, which up to the window's length is the same.
fn window(
    read: &Reader<'_>,
    architecture: Architecture,
    layers: u32,
) -> Result<Option<u32>, ConvertError> {
    let Some(window) = read.maybe_size("sliding_window")? else {
        return Ok(None);
    };
    if architecture == Architecture::Llama {
        // A switch for it is Qwen's alone; Mistral's configuration has the window or null.
        return Ok(Some(window));
    }
    let on = read.flag("use_sliding_window")?.unwrap_or(false);
    // The first layers attend to everything.
    let whole = match read.get("max_window_layers") {
        Some(value) => value.as_u64().is_some_and(|n| n >= u64::from(layers)),
        None => false,
    };
    Ok((on && !whole).then_some(window))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain() -> Json {
        json!({
            "architectures": ["LlamaForCausalLM"],
            "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
            "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 300,
            "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "hidden_act": "silu",
        })
    }

    fn with(changes: Json) -> Result<Config, ConvertError> {
        let mut config = plain();
        for (key, value) in changes.as_object().unwrap() {
            config[key] = value.clone();
        }
        Config::read(config.to_string().as_bytes())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let config = with(json!({"num_key_value_heads": null})).unwrap();
        assert_eq!(
            (config.kv_heads, config.head_dim, config.context),
            (4, 16, 4096)
        );
        assert!((config.rope_base - 10_000.0).abs() < f32::EPSILON);
        assert_eq!((config.stretch, config.tied), (Stretch::None, false));
        let keys: Vec<String> = config.pairs().into_iter().map(|(key, _)| key).collect();
        assert!(!keys.contains(&"llama.attention.key_length".to_owned()));
    }

    #[test]
    fn within_its_window_attention_reaches_everything() {
        assert_eq!(with(json!({"sliding_window": 512})).unwrap().context, 512);
        let qwen = |more: Json| {
            let mut all = json!({"architectures": ["Qwen2ForCausalLM"], "sliding_window": 512});
            for (key, value) in more.as_object().unwrap() {
                all[key] = value.clone();
            }
            with(all).unwrap().context
        };
        assert_eq!(qwen(json!({})), 4096);
        assert_eq!(
            qwen(json!({"use_sliding_window": true, "max_window_layers": 1})),
            512
        );
        assert_eq!(
            qwen(json!({"use_sliding_window": true, "max_window_layers": 2})),
            4096
        );
    }

    #[test]
    fn what_is_not_known_is_refused_and_named() {
        for (changes, code, words) in [
            (
                json!({"architectures": ["PhiForCausalLM"]}),
                "unknown-architecture",
                "PhiForCausalLM",
            ),
            (
                json!({"architectures": [], "model_type": "bert"}),
                "unknown-architecture",
                "bert",
            ),
            (
                json!({"quantization_config": {"quant_method": "gptq"}}),
                "not-convertible",
                "gptq",
            ),
            (json!({"hidden_act": "gelu"}), "not-convertible", "gelu"),
            (
                json!({"partial_rotary_factor": 0.5}),
                "not-convertible",
                "partial",
            ),
            (
                json!({"architectures": ["Qwen2ForCausalLM"], "head_dim": 32}),
                "not-convertible",
                "heads of 32",
            ),
            (json!({"num_key_value_heads": 3}), "not-convertible", "3"),
            (json!({"hidden_size": null}), "bad-weights", "hidden_size"),
            (json!({"vocab_size": -1}), "bad-weights", "vocab_size"),
            (json!({"rms_norm_eps": "x"}), "bad-weights", "rms_norm_eps"),
        ] {
            use assay_core::Coded;
            let error = with(changes).unwrap_err();
            assert_eq!(error.code(), code, "{error}");
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
