//! Which of a repository's files to run.

use super::api::HubFile;
use super::name::Wanted;
use crate::local::SplitName;

/// Quantisations from the most to the least wanted when none is named: the usual trade of size for
/// quality first, then more bits, then other four-bit ones, then fewer bits, then unquantised weights.
/// A file whose name tells none of these comes last.
pub(crate) const PREFERENCE: &[&str] = &[
    "Q4_K_M", "Q5_K_M", "Q8_0", "Q6_K", "Q5_K_S", "Q4_K_S", "Q4_K_L", "Q5_K_L", "Q6_K_L",
    "Q4_K_XL", "Q5_K_XL", "Q6_K_XL", "Q8_K_XL", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL", "IQ4_XS",
    "MXFP4", "Q3_K_L", "Q3_K_XL", "Q3_K_M", "Q3_K_S", "IQ3_M", "IQ3_S", "IQ3_XS", "IQ3_XXS",
    "Q2_K_L", "Q2_K_XL", "Q2_K", "Q2_K_S", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "TQ2_0", "TQ1_0",
    "IQ1_M", "IQ1_S", "BF16", "F16", "FP16", "F32", "FP32",
];

/// Words in the names of GGUF files that are no model to be run: image encoders, importance matrices,
/// vocabularies, adapters.
const NO_MODELS: &[&str] = &["mmproj", "imatrix", "vocab", "lora"];

/// A model of a repository: one file, or all parts of one in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) files: Vec<HubFile>,
    /// As its name tells.
    pub(crate) quantisation: Option<String>,
}

/// The quantisation a file's name tells, in capitals: the last part of the name, or of a folder above
/// it, that is one.
pub(crate) fn quantisation_of(path: &str) -> Option<&'static str> {
    let path = path.to_ascii_uppercase();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric();
    PREFERENCE
        .iter()
        .filter_map(|known| {
            // Whole words only: Q4_K is not Q4_K_M, F16 is not BF16.
            path.match_indices(known)
                .filter(|(at, _)| {
                    let before = path[..*at].bytes().last();
                    let after = path[at + known.len()..].bytes().next();
                    !before.is_some_and(is_word)
                        && !after.is_some_and(|byte| is_word(byte) || byte == b'_')
                })
                .map(|(at, _)| (at, *known))
                .last()
        })
        .max_by_key(|(at, known)| (*at, known.len()))
        .map(|(_, known)| known)
}

/// All models among the files, best first.
pub(crate) fn models_in(files: &[HubFile]) -> Vec<Choice> {
    let mut models: Vec<Choice> = files
        .iter()
        .filter(|file| is_model(&file.name))
        .filter_map(|file| {
            let parts = match SplitName::read(&file.name) {
                None => vec![file.clone()],
                Some(split) if split.part == 1 => (1..=split.of)
                    .map(|part| {
                        let name = split.name(part);
                        files.iter().find(|file| file.name == name).cloned()
                    })
                    // A model with a part missing is none.
                    .collect::<Option<Vec<_>>>()?,
                Some(_) => return None,
            };
            Some(Choice {
                quantisation: quantisation_of(&file.name).map(str::to_owned),
                files: parts,
            })
        })
        .collect();
    models.sort_by_cached_key(|model| {
        let rank = model.quantisation.as_ref().map_or(usize::MAX, |own| {
            PREFERENCE
                .iter()
                .position(|known| known == own)
                .unwrap_or(usize::MAX)
        });
        (rank, model.files[0].name.clone())
    });
    models
}

/// The model that is wanted; `None` when it is not among the files.
pub(crate) fn choose(files: &[HubFile], wanted: &Wanted) -> Option<Choice> {
    let mut models = models_in(files).into_iter();
    match wanted {
        Wanted::Best => models.next(),
        Wanted::Quantisation(wanted) => {
            models.find(|model| model.quantisation.as_ref() == Some(wanted))
        }
        Wanted::File(wanted) => models.find(|model| is_called(&model.files[0].name, wanted)),
    }
}

/// Whether the file at `path` is the one named, by path or by its last part.
pub(crate) fn is_called(path: &str, wanted: &str) -> bool {
    path == wanted || path.rsplit('/').next() == Some(wanted)
}

fn is_model(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let file = lower.rsplit('/').next().unwrap_or_default();
    file.ends_with(".gguf")
        && super::name::is_inside(path)
        && !file
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| NO_MODELS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<HubFile> {
        names
            .iter()
            .map(|name| HubFile {
                name: (*name).to_owned(),
                ..HubFile::default()
            })
            .collect()
    }

    fn chosen(names: &[&str], wanted: &Wanted) -> Vec<String> {
        choose(&files(names), wanted)
            .map(|choice| choice.files.into_iter().map(|file| file.name).collect())
            .unwrap_or_default()
    }

    #[test]
    fn names_tell_the_quantisation() {
        for (name, expected) in [
            ("Qwen2.5-0.5B-Instruct-Q4_K_M.gguf", Some("Q4_K_M")),
            ("qwen2.5-0.5b-instruct-q5_k_m.gguf", Some("Q5_K_M")),
            ("SmolLM2-135M-Instruct.Q4_1.gguf", Some("Q4_1")),
            (
                "UD-Q4_K_XL/big-UD-Q4_K_XL-00001-of-00002.gguf",
                Some("Q4_K_XL"),
            ),
            ("Q8_0/big-00001-of-00002.gguf", Some("Q8_0")),
            ("model-bf16.gguf", Some("BF16")),
            ("model.f16.gguf", Some("F16")),
            ("m-Q2_K.gguf", Some("Q2_K")),
            ("gemma_Q4_0.gguf", Some("Q4_0")),
            ("model.gguf", None),
            ("F16model.gguf", None),
        ] {
            assert_eq!(quantisation_of(name), expected, "{name}");
        }
    }

    #[test]
    fn the_best_is_chosen_by_the_order() {
        let all = [
            "README.md",
            "mmproj-model-Q4_K_M.gguf",
            "m-F16.gguf",
            "m-Q8_0.gguf",
            "m-Q5_K_M.gguf",
            "m-Q4_K_M.gguf",
            "m.gguf",
        ];
        for (left_out, expected) in [
            (0, "m-Q4_K_M.gguf"),
            (1, "m-Q5_K_M.gguf"),
            (2, "m-Q8_0.gguf"),
            (3, "m-F16.gguf"),
        ] {
            let names: Vec<&str> = all
                .into_iter()
                .filter(|name| {
                    !["m-Q4_K_M.gguf", "m-Q5_K_M.gguf", "m-Q8_0.gguf"][..left_out].contains(name)
                })
                .collect();
            assert_eq!(chosen(&names, &Wanted::Best), [expected]);
        }
        assert_eq!(
            chosen(&["explora-Q8_0.gguf", "m-lora-Q4_K_M.gguf"], &Wanted::Best),
            ["explora-Q8_0.gguf"]
        );
        assert_eq!(
            chosen(&["x.gguf", "model.safetensors"], &Wanted::Best),
            ["x.gguf"]
        );
        assert!(chosen(&["model.safetensors"], &Wanted::Best).is_empty());
        let wanted = Wanted::Quantisation("Q8_0".to_owned());
        assert_eq!(chosen(&all, &wanted), ["m-Q8_0.gguf"]);
        let wanted = Wanted::Quantisation("Q3_K_S".to_owned());
        assert!(chosen(&all, &wanted).is_empty());
        let wanted = Wanted::File("m.gguf".to_owned());
        assert_eq!(chosen(&all, &wanted), ["m.gguf"]);
    }

    #[test]
    fn all_parts_come_in_their_order_or_none() {
        let names = [
            "Q4_K_M/b-00002-of-00002.gguf",
            "Q4_K_M/b-00001-of-00002.gguf",
            "b-Q8_0.gguf",
        ];
        assert_eq!(chosen(&names, &Wanted::Best), [names[1], names[0]]);
        assert_eq!(chosen(&names[1..], &Wanted::Best), ["b-Q8_0.gguf"]);
        let wanted = Wanted::File("b-00001-of-00002.gguf".to_owned());
        assert_eq!(chosen(&names, &wanted), [names[1], names[0]]);
    }

    #[test]
    fn paths_that_lead_out_of_the_folder_are_no_models() {
        assert!(chosen(&["../x.gguf", "/x.gguf", "a\\x.gguf"], &Wanted::Best).is_empty());
    }
}
