//! The one source of randomness: ChaCha8 from a seed, so that a number drawn today is drawn again
//! on any machine. Each stream is independent, which lets work be split without changing a draw.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A number in `0..bound`, each as likely (Lemire 2019, arXiv:1805.10941). `bound` is above 0.
    pub(crate) fn below(&mut self, bound: u32) -> usize {
        let mut product = u64::from(self.0.next_u32()) * u64::from(bound);
        let mut low = product as u32;
        if low < bound {
            let threshold = bound.wrapping_neg() % bound;
            while low < threshold {
                product = u64::from(self.0.next_u32()) * u64::from(bound);
                low = product as u32;
            }
        }
        (product >> 32) as usize
    }

    /// Numbers in `0..bound`, the same that [`Self::below`] draws one after another. Many at once take a third of the time.
    pub(crate) fn fill_below(&mut self, bound: u32, drawn: &mut [u32]) {
        let threshold = bound.wrapping_neg() % bound;
        let mut bytes = [0_u8; 4 * 256];
        let mut rest = drawn;
        while !rest.is_empty() {
            let count = rest.len().min(256);
            let words = &mut bytes[..4 * count];
            self.0.fill_bytes(words);
            let mut rejected = false;
            for (number, word) in rest.iter_mut().zip(words.chunks_exact(4)) {
                let product = product(word, bound);
                *number = (product >> 32) as u32;
                rejected |= (product as u32) < threshold;
            }
            let mut kept = count;
            if rejected {
                // Once in millions of words: leave out what would make some numbers likelier than others.
                kept = 0;
                for word in words.chunks_exact(4) {
                    let product = product(word, bound);
                    if product as u32 >= threshold {
                        rest[kept] = (product >> 32) as u32;
                        kept += 1;
                    }
                }
            }
            rest = &mut rest[kept..];
        }
    }

    /// Puts values in a random order, each as likely (Durstenfeld 1964, doi:10.1145/364520.364540).
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.below(last as u32 + 1);
            values.swap(last, other);
        }
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

/// A random word, as drawn in little-endian order, spread over `bound`: the high half is the number.
fn product(word: &[u8], bound: u32) -> u64 {
    let word = word
        .first_chunk()
        .map_or(0, |word| u32::from_le_bytes(*word));
    u64::from(word) * u64::from(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_repeatable() {
        let mut draws = Draws::new(1, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[draws.below(7)] += 1;
        }
        // Standard deviation of each count is about 93.
        assert!(
            counts.iter().all(|c| c.abs_diff(10_000) < 500),
            "{counts:?}"
        );
        assert_eq!(Draws::new(1, 3).bits(), Draws::new(1, 3).bits());
        assert_ne!(Draws::new(1, 3).bits(), Draws::new(1, 4).bits());
        assert_ne!(Draws::new(1, 3).bits(), Draws::new(2, 3).bits());
    }

    #[test]
    fn many_at_once_are_what_one_after_another_are() {
        // The last bound rejects almost half of all words.
        for bound in [1, 2, 7, 164, 65_537, (1 << 31) + 1] {
            let (mut one, mut many) = (Draws::new(4, 2), Draws::new(4, 2));
            for length in [1, 5, 164, 255, 256, 700] {
                let mut drawn = vec![0; length];
                many.fill_below(bound, &mut drawn);
                let expected: Vec<u32> = (0..length).map(|_| one.below(bound) as u32).collect();
                assert_eq!(drawn, expected, "{bound} {length}");
            }
        }
    }

    #[test]
    fn a_shuffle_makes_every_order_as_likely() {
        let mut draws = Draws::new(8, 0);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..12_000 {
            let mut values = [0, 1, 2];
            draws.shuffle(&mut values);
            *counts.entry(values).or_insert(0_u32) += 1;
        }
        // Standard deviation of each count is about 41.
        assert_eq!(counts.len(), 6);
        assert!(
            counts.values().all(|c| c.abs_diff(2_000) < 205),
            "{counts:?}"
        );
    }
}
