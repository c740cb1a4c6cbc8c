//! The sign-flip permutation test of paired differences.

use crate::StatsError;
use crate::error::check_range;
use crate::rng::Draws;

/// Up to this many non-zero differences all sign assignments are visited.
pub const EXACT_UP_TO: usize = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignFlipMethod {
    /// Every assignment of signs was visited.
    Exact { assignments: u64 },
    /// Signs were drawn; the observed assignment is counted too.
    MonteCarlo { resamples: u32, seed: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignFlip {
    pub method: SignFlipMethod,
    /// Mean of the differences, zeros included.
    pub mean: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Two-sided sign-flip test of the hypothesis that each difference is as likely as its negative.
///
/// p is the share of sign assignments whose mean is at least as far from 0 as the observed one:
/// over all assignments when at most [`EXACT_UP_TO`] differences are not zero (zeros change no
/// mean), else over `resamples` seeded draws with the +1 correction of Phipson and Smyth (2010,
/// doi:10.2202/1544-6115.1585), so that p is never 0. Oracle: `scipy.stats.permutation_test` with
/// `permutation_type='samples'`.
///
/// Where several differences belong to one cluster, give the clusters' sums: problems of a cluster
/// are not exchangeable one by one.
///
/// # Errors
/// Without a difference, or when one is not finite.
pub fn sign_flip(differences: &[f64], resamples: u32, seed: u64) -> Result<SignFlip, StatsError> {
    if differences.is_empty() {
        return Err(StatsError::TooFewValues {
            what: "the sign-flip test",
            needed: 1,
            given: 0,
        });
    }
    check_range("differences", differences, f64::MIN, f64::MAX)?;
    let moving: Vec<f64> = differences.iter().copied().filter(|d| *d != 0.0).collect();
    let sum: f64 = moving.iter().sum();
    // Sums of the same numbers in another order differ by rounding: count them as equal.
    let slack = 1e-12 * moving.iter().map(|d| d.abs()).sum::<f64>();
    let extreme = |s: f64| s.abs() >= sum.abs() - slack;

    let (method, p) = if moving.len() <= EXACT_UP_TO {
        let assignments = 1_u64 << moving.len();
        let count = count_assignments(&moving, 0.0, &extreme);
        (
            SignFlipMethod::Exact { assignments },
            count as f64 / assignments as f64,
        )
    } else {
        let count = count_drawn(&moving, resamples, seed, extreme);
        (
            SignFlipMethod::MonteCarlo { resamples, seed },
            (f64::from(count) + 1.0) / (f64::from(resamples) + 1.0),
        )
    };
    Ok(SignFlip {
        method,
        mean: sum / differences.len() as f64,
        p,
    })
}

/// How many assignments of signs to `rest`, added to `sum`, are extreme. By recursion rather than by
/// toggling one running sum, which would gather rounding errors over a million steps.
fn count_assignments(rest: &[f64], sum: f64, extreme: &impl Fn(f64) -> bool) -> u64 {
    match rest {
        [] => u64::from(extreme(sum)),
        [first, rest @ ..] => {
            count_assignments(rest, sum + first, extreme)
                + count_assignments(rest, sum - first, extreme)
        }
    }
}

fn count_drawn(moving: &[f64], resamples: u32, seed: u64, extreme: impl Fn(f64) -> bool) -> u32 {
    // A byte that was drawn says the signs of eight: what they come to is looked up.
    let tables: Vec<[f64; 256]> = moving.chunks(8).map(signed_sums).collect();
    let mut draws = Draws::new(seed, 0);
    let mut count = 0;
    for _ in 0..resamples {
        let mut sum = 0.0;
        for tables in tables.chunks(8) {
            let bytes = draws.bits().to_le_bytes();
            for (table, byte) in tables.iter().zip(bytes) {
                sum += table[usize::from(byte)];
            }
        }
        count += u32::from(extreme(sum));
    }
    count
}

/// Sums of up to eight differences under every assignment of signs: at `bits`, those whose bit is set are subtracted.
fn signed_sums(differences: &[f64]) -> [f64; 256] {
    let mut sums = [0.0; 256];
    for bit in 0..8 {
        let difference = differences.get(bit).copied().unwrap_or(0.0);
        for bits in 0..1 << bit {
            let sum = sums[bits];
            sums[bits] = sum + difference;
            sums[bits | 1 << bit] = sum - difference;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_series_show_nothing() {
        let test = sign_flip(&[0.0; 30], 1_000, 1).unwrap();
        assert_eq!((test.p, test.mean), (1.0, 0.0));
        assert!(sign_flip(&[], 1_000, 1).is_err());
        assert!(sign_flip(&[f64::NAN], 1_000, 1).is_err());
    }

    /// Sign by sign, as the bits are drawn.
    fn counted_plainly(
        moving: &[f64],
        resamples: u32,
        seed: u64,
        extreme: impl Fn(f64) -> bool,
    ) -> u32 {
        let mut draws = Draws::new(seed, 0);
        let mut count = 0;
        for _ in 0..resamples {
            let mut sum = 0.0;
            for chunk in moving.chunks(64) {
                let bits = draws.bits();
                for (i, d) in chunk.iter().enumerate() {
                    sum += if bits >> i & 1 == 0 { *d } else { -d };
                }
            }
            count += u32::from(extreme(sum));
        }
        count
    }

    #[test]
    fn signs_by_the_byte_are_signs_by_the_bit() {
        for n in [1, 7, 8, 9, 63, 64, 65, 164] {
            // Multiples of a power of two: their sums are exact in any order.
            let moving: Vec<f64> = (0..n).map(|i| f64::from(i * 7 % 13 - 6) / 8.0).collect();
            for at_least in [0.5, 2.0, 5.25] {
                let extreme = |sum: f64| sum.abs() >= at_least;
                assert_eq!(
                    count_drawn(&moving, 500, 3, extreme),
                    counted_plainly(&moving, 500, 3, extreme),
                    "{n} differences"
                );
            }
        }
    }

    #[test]
    fn a_drawn_p_is_never_zero_and_is_repeatable() {
        let all_better = [1.0; 60];
        let test = sign_flip(&all_better, 999, 5).unwrap();
        assert_eq!(test.p, 1.0 / 1_000.0);
        assert_eq!(test, sign_flip(&all_better, 999, 5).unwrap());
    }

    proptest! {
        #[test]
        fn sign_and_scale_change_no_p(d in prop::collection::vec(-1.0_f64..1.0, 1..12), scale in 0.01_f64..100.0) {
            let p = sign_flip(&d, 100, 1).unwrap().p;
            prop_assert!(p > 0.0 && p <= 1.0);
            let turned: Vec<f64> = d.iter().map(|v| -scale * v).collect();
            prop_assert!((p - sign_flip(&turned, 100, 1).unwrap().p).abs() < 1e-12);
        }
    }
}
