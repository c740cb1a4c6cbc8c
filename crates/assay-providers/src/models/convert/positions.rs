//! How a model encodes where a token stands: rotary positions, and their stretching.

use serde_json::{Map, Value as Json};

use super::ConvertError;
use super::fields::{Reader, narrow, wrong};
use super::gguf::Value;

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

impl Stretch {
    /// The metadata, without the architecture's name.
    pub(super) fn pairs(self) -> Vec<(&'static str, Value)> {
        let mut pairs: Vec<(&'static str, Value)> = Vec::new();
        let mut put = |key, value| pairs.push((key, value));
        match self {
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
    pub(super) fn factors(self, base: f32, head_dim: u32) -> Option<Vec<f32>> {
        let Stretch::Llama3 {
            factor,
            low,
            high,
            original,
        } = self
        else {
            return None;
        };
        let dim = f64::from(head_dim);
        let factors = (0..head_dim / 2).map(|index| {
            let frequency = f64::from(base).powf(-2.0 * f64::from(index) / dim);
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

/// Refuses encodings that turn a part of each head alone.
pub(super) fn check_whole(read: &Reader<'_>) -> Result<(), ConvertError> {
    if let Some(part) = read.maybe_number("partial_rotary_factor")?
        && (part - 1.0).abs() > f64::EPSILON
    {
        return Err(ConvertError::unsupported("a partial rotation of positions"));
    }
    Ok(())
}

/// The base of the rotary encoding and its stretching, from `rope_scaling`, or from `rope_parameters` as newer
/// files have it.
pub(super) fn rope(read: &Reader<'_>) -> Result<(f32, Stretch), ConvertError> {
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
    check_whole(&given)?;
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

    fn of(config: Json) -> Result<(f32, Stretch), ConvertError> {
        rope(&Reader(config.as_object().unwrap()))
    }

    #[test]
    fn both_forms_are_read() {
        for key in ["rope_scaling", "rope_parameters"] {
            let (base, stretch) = of(json!({
                "rope_theta": 5e5,
                key: {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024},
            }))
            .unwrap();
            assert!((base - 5e5).abs() < 1.0);
            let pairs = stretch.pairs();
            assert_eq!(pairs[0], ("rope.scaling.type", "yarn".into()));
            assert_eq!(pairs[1], ("rope.scaling.factor", 4.0_f32.into()));
            let original = ("rope.scaling.original_context_length", 1024_u32.into());
            assert_eq!(pairs[2], original);
        }
        let newer = json!({"rope_parameters": {"rope_type": "default", "rope_theta": 1e6}});
        assert!((of(newer).unwrap().0 - 1e6).abs() < 1.0);
        assert_eq!(of(json!({})).unwrap(), (10_000.0, Stretch::None));
    }

    /// Llama 3.1's own numbers: short waves as they are, the longest eight times as long.
    #[test]
    fn llama_3s_factors_blend_from_one_to_its_factor() {
        let (base, stretch) = of(json!({
            "rope_theta": 5e5,
            "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192},
        }))
        .unwrap();
        let factors = stretch.factors(base, 128).unwrap();
        assert_eq!(factors.len(), 64);
        assert!(factors.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!((factors[0] - 1.0).abs() + (factors[63] - 8.0).abs() < 1e-6);
        let between = |factor: &f32| *factor > 1.5 && *factor < 7.0;
        assert!(factors.iter().any(between));
    }

    #[test]
    fn a_setting_that_is_not_known_is_refused() {
        for (table, word) in [
            (json!({"type": "longrope"}), "longrope"),
            (
                json!({"type": "yarn", "factor": 2.0, "mscale": 1.0}),
                "mscale",
            ),
            (json!({"partial_rotary_factor": 0.5}), "partial"),
            (json!({"type": "linear"}), "factor"),
        ] {
            let error = of(json!({ "rope_scaling": table })).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
