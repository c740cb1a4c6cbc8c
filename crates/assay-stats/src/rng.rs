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

    /// Numbers in `0..bound`, as [`Self::below`] draws them one after another.
    pub(crate) fn fill_below(&mut self, bound: u32, drawn: &mut [u32]) {
        for number in drawn {
            *number = self.below(bound) as u32;
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
}
