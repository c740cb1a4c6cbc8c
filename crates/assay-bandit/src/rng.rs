//! The one source of randomness: ChaCha8 from a seed, with functions of its own rather than the machine's, so that what is
//! drawn today is drawn again on any machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

pub(crate) struct Draws(ChaCha8Rng);

impl Draws {
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `[0, 1)`, a multiple of 2^-53.
    pub(crate) fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A number in `0..bound`, each as likely but for less than `bound` in 2^64. `bound` is above 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// A standard normal number (Box and Muller 1958, doi:10.1214/aoms/1177706645).
    pub(crate) fn normal(&mut self) -> f64 {
        // 1 - u lies in (0, 1]: its logarithm is finite.
        let radius = (-2.0 * libm::log(1.0 - self.share())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.share())
    }

    /// Puts values in a random order, each as likely (Durstenfeld 1964, doi:10.1145/364520.364540).
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let other = self.below(last + 1);
            values.swap(last, other);
        }
    }
}

/// A seed for the `index`th of many things that one seed decides (splitmix64's finalizer, Steele et al. 2014,
/// doi:10.1145/2660193.2660195): neighbours share nothing.
pub(crate) fn derived(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
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
        assert_ne!(derived(1, 0), derived(1, 1));
        assert_ne!(derived(1, 1), derived(2, 0));
    }

    #[test]
    fn normal_numbers_have_their_moments() {
        let mut draws = Draws::new(5, 0);
        let n = 200_000;
        let drawn: Vec<f64> = (0..n).map(|_| draws.normal()).collect();
        let moment = |power: i32| drawn.iter().map(|z| z.powi(power)).sum::<f64>() / f64::from(n);
        // Standard errors: 0.0022, 0.0032, 0.0087, 0.022.
        assert!(moment(1).abs() < 0.01);
        assert!((moment(2) - 1.0).abs() < 0.015);
        assert!(moment(3).abs() < 0.04);
        assert!((moment(4) - 3.0).abs() < 0.1);
    }
}
