//! Seeds of samples.

use assay_core::{Language, ProblemId};
use sha2::{Digest, Sha256};

/// The seed of one sample, from the run's seed and the sample's key.
///
/// It is the first 53 bits, big-endian, of the SHA-256 of `assay-seed-1`, the run's seed (8 bytes,
/// big-endian), model, language and problem (each as its length in 8 bytes, big-endian, and its
/// UTF-8), and the sample's index (4 bytes, big-endian). 53 bits, because JavaScript's numbers hold
/// no more. The same key has the same seed on every machine and in every version; another sample,
/// problem, language or model has another, so that adding a model to a run changes no other's.
pub fn sample_seed(
    run_seed: u64,
    model: &str,
    language: &Language,
    problem: &ProblemId,
    index: u32,
) -> u64 {
    let mut hash = Sha256::new();
    hash.update(b"assay-seed-1");
    hash.update(run_seed.to_be_bytes());
    for part in [model, language.as_str(), problem.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(index.to_be_bytes());
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_be_bytes(first) >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_the_same_for_ever() {
        // Computed with Python's hashlib from the words of the docstring.
        let seed = sample_seed(
            7,
            "local:smollm2-135m",
            &Language::python(),
            &ProblemId::from("HumanEval/0"),
            3,
        );
        assert_eq!(seed, PYTHONS);
    }

    const PYTHONS: u64 = 3_667_455_003_887_110;

    proptest::proptest! {
        #[test]
        fn seeds_fit_javascript_and_differ_by_key(seed: u64, model in ".{0,12}", problem in ".{0,12}", index: u32) {
            let python = Language::python();
            let of = |model: &str, problem: &str, index| {
                sample_seed(seed, model, &python, &ProblemId::from(problem), index)
            };
            let own = of(&model, &problem, index);
            proptest::prop_assert!(own < 1 << 53);
            proptest::prop_assert_ne!(own, of(&model, &problem, index.wrapping_add(1)));
            // A character that moves from one part to the next makes another key.
            proptest::prop_assert_ne!(of(&format!("{model}x"), &problem, index), of(&model, &format!("x{problem}"), index));
        }
    }
}
