//! `config.json`: the architecture, its sizes, and how positions are encoded.

use serde_json::{Map, Value as Json};

use super::gguf::Value;
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

/// How rotary positions are stretched beyond the context a model was first trained for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stretch {
    None,
    Linear {
        factor: f32,
    },
    Yarn {
        factor: f32,
        original: u32,
        beta_fast: Option<f32>,
        beta_slow: Option<f32>,
    },
    /// Llama 3.1's: a factor for each frequency, which becomes a tensor.
    Llama3 {
        factor: f64,
        low: f64,
        high: f64,
        original: f64,
    },
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

struct Reader<'a>(&'a Map<String, Json>);

impl Reader<'_> {
    fn get(&self, key: &str) -> Option<&Json> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    fn maybe_size(&self, key: &str) -> Result<Option<u32>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_u64()
                    .and_then(|number| u32::try_from(number).ok())
                    .filter(|number| *number > 0)
                    .ok_or_else(|| wrong(key, "is no positive number"))
            })
            .transpose()
    }

    fn size(&self, key: &str) -> Result<u32, ConvertError> {
        self.maybe_size(key)?
            .ok_or_else(|| wrong(key, "is missing"))
    }

    fn maybe_number(&self, key: &str) -> Result<Option<f64>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_f64()
                    .filter(|number| number.is_finite() && *number > 0.0)
                    .ok_or_else(|| wrong(key, "is no positive number"))
            })
            .transpose()
    }

    fn number(&self, key: &str) -> Result<f64, ConvertError> {
        self.maybe_number(key)?
            .ok_or_else(|| wrong(key, "is missing"))
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, ConvertError> {
        self.get(key)
            .map(|value| {
                value
                    .as_bool()
                    .ok_or_else(|| wrong(key, "is neither true nor false"))
            })
            .transpose()
    }
}

fn wrong(key: &str, what: &str) -> ConvertError {
    ConvertError::file(CONFIG, format!("{key} {what}"))
}

#[expect(clippy::cast_possible_truncation, reason = "GGUF keeps these in f32")]
fn narrow(value: f64) -> f32 {
    value as f32
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
        match self.stretch {
            // Llama 3's factors are a tensor of their own.
            Stretch::None | Stretch::Llama3 { .. } => {}
            Stretch::Linear { factor } => {
                put("rope.scaling.type", "linear".into());
                put("rope.scaling.factor", factor.into());
            }
            Stretch::Yarn {
                factor,
                original,
                beta_fast,
                beta_slow,
            } => {
                put("rope.scaling.type", "yarn".into());
                put("rope.scaling.factor", factor.into());
                put("rope.scaling.original_context_length", original.into());
                if let Some(beta) = beta_fast {
                    put("rope.scaling.yarn_beta_fast", beta.into());
                }
                if let Some(beta) = beta_slow {
                    put("rope.scaling.yarn_beta_slow", beta.into());
                }
            }
        }
        pairs
    }

    /// What Llama 3.1 divides each frequency by: 1 for short waves, its factor for long ones, and between the
    /// two a blend (`_compute_llama3_parameters` of the transformers library is the reference).
    pub(super) fn rope_factors(&self) -> Option<Vec<f32>> {
        let Stretch::Llama3 {
            factor,
            low,
            high,
            original,
        } = self.stretch
        else {
            return None;
        };
        let dim = f64::from(self.head_dim);
        let factors = (0..self.head_dim / 2).map(|index| {
            let frequency = f64::from(self.rope_base).powf(-2.0 * f64::from(index) / dim);
            let wave = 2.0 * std::f64::consts::PI / frequency;
            narrow(if wave < original / high {
                1.0
            } else if wave > original / low {
                factor
            } else {
                let blend = (original / wave - low) / (high - low);
                1.0 / ((1.0 - blend) / factor + blend)
            })
        });
        Some(factors.collect())
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
    if let Some(part) = read.maybe_number("partial_rotary_factor")?
        && (part - 1.0).abs() > f64::EPSILON
    {
        return Err(ConvertError::unsupported("a partial rotation of positions"));
    }
    Ok(())
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

/// The base of the rotary encoding and its stretching, from `rope_scaling`, or from `rope_parameters` as newer
/// files have it.
fn rope(read: &Reader<'_>) -> Result<(f32, Stretch), ConvertError> {
    const DEFAULT_BASE: f64 = 10_000.0;
    let empty = Map::new();
    let table = match read
        .get("rope_parameters")
        .or_else(|| read.get("rope_scaling"))
    {
        None => &empty,
        Some(Json::Object(table)) => table,
        Some(_) => return Err(wrong("rope_scaling", "is no table")),
    };
    let given = Reader(table);
    let base = given
        .maybe_number("rope_theta")?
        .or(read.maybe_number("rope_theta")?)
        .unwrap_or(DEFAULT_BASE);
    let kind = given
        .get("rope_type")
        .or_else(|| given.get("type"))
        .map_or(Some("default"), Json::as_str)
        .ok_or_else(|| wrong("rope_type", "is no text"))?;
    let known: &[&str] = match kind {
        "default" => &[],
        "linear" => &["factor"],
        "yarn" => &[
            "factor",
            "original_max_position_embeddings",
            "beta_fast",
            "beta_slow",
        ],
        "llama3" => &[
            "factor",
            "low_freq_factor",
            "high_freq_factor",
            "original_max_position_embeddings",
        ],
        other => {
            return Err(ConvertError::unsupported(format!(
                "the scaling of positions '{other}'"
            )));
        }
    };
    // A setting that is not known here would change what the model computes, and nobody would notice.
    for (key, value) in table {
        let general = ["rope_theta", "rope_type", "type", "partial_rotary_factor"];
        if !value.is_null() && !known.contains(&key.as_str()) && !general.contains(&key.as_str()) {
            return Err(ConvertError::unsupported(format!(
                "{key} of the scaling of positions '{kind}'"
            )));
        }
    }
    check_plain(&given)?;
    let stretch = match kind {
        "linear" => Stretch::Linear {
            factor: narrow(given.number("factor")?),
        },
        "yarn" => Stretch::Yarn {
            factor: narrow(given.number("factor")?),
            original: match given.maybe_size("original_max_position_embeddings")? {
                Some(original) => original,
                None => read.size("max_position_embeddings")?,
            },
            beta_fast: given.maybe_number("beta_fast")?.map(narrow),
            beta_slow: given.maybe_number("beta_slow")?.map(narrow),
        },
        "llama3" => {
            let (low, high) = (
                given.number("low_freq_factor")?,
                given.number("high_freq_factor")?,
            );
            if high <= low {
                return Err(wrong("high_freq_factor", "is not above low_freq_factor"));
            }
            Stretch::Llama3 {
                factor: given.number("factor")?,
                low,
                high,
                original: given.number("original_max_position_embeddings")?,
            }
        }
        _ => Stretch::None,
    };
    Ok((narrow(base), stretch))
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
    fn positions_are_read_in_both_forms() {
        for key in ["rope_scaling", "rope_parameters"] {
            let config = with(json!({
                "rope_theta": 5e5,
                key: {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024},
            }))
            .unwrap();
            assert!((config.rope_base - 5e5).abs() < 1.0);
            let pairs = config.pairs();
            let value = |key: &str| pairs.iter().find(|(k, _)| k == key).unwrap().1.clone();
            assert_eq!(value("llama.rope.scaling.type"), "yarn".into());
            assert_eq!(value("llama.rope.scaling.factor"), 4.0_f32.into());
            assert_eq!(
                value("llama.rope.scaling.original_context_length"),
                1024_u32.into()
            );
        }
        let newer = with(json!({"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}}));
        assert!((newer.unwrap().rope_base - 1e6).abs() < 1.0);
    }

    /// Llama 3.1's own numbers: short waves as they are, the longest eight times as long.
    #[test]
    fn llama_3s_factors_blend_from_one_to_its_factor() {
        let config = with(json!({
            "head_dim": 128, "rope_theta": 5e5,
            "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
        }))
        .unwrap();
        let factors = config.rope_factors().unwrap();
        assert_eq!(factors.len(), 64);
        assert!(factors.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((factors[0], factors[63]), (1.0, 8.0));
        assert!(factors.iter().any(|factor| *factor > 1.5 && *factor < 7.0));
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
                json!({"rope_scaling": {"type": "longrope"}}),
                "not-convertible",
                "longrope",
            ),
            (
                json!({"rope_scaling": {"type": "yarn", "factor": 2.0, "mscale": 1.0}}),
                "not-convertible",
                "mscale",
            ),
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
