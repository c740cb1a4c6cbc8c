//! The part of rand 0.4's interface that exercises use: `thread_rng`, `random`, `Rng::{gen, gen_range, gen_bool,
//! shuffle, choose}`. Written for Assay; numbers come from SplitMix64, seeded by the clock.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

pub mod distributions {
    pub use super::Uniform as Range;
}

/// A value that can be drawn by itself.
pub trait Rand: Sized {
    fn rand<R: Rng + ?Sized>(rng: &mut R) -> Self;
}

/// A value that can be drawn from a half-open range.
pub trait Uniform: Sized + PartialOrd {
    fn between<R: Rng + ?Sized>(rng: &mut R, low: Self, high: Self) -> Self;
}

pub trait Rng {
    fn next_u64(&mut self) -> u64;

    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn gen<T: Rand>(&mut self) -> T
    where
        Self: Sized,
    {
        T::rand(self)
    }

    /// # Panics
    /// When `low` is not below `high`.
    fn gen_range<T: Uniform>(&mut self, low: T, high: T) -> T
    where
        Self: Sized,
    {
        assert!(low < high, "Rng.gen_range called with low >= high");
        T::between(self, low, high)
    }

    fn gen_bool(&mut self, chance: f64) -> bool
    where
        Self: Sized,
    {
        f64::rand(self) < chance
    }

    fn shuffle<T>(&mut self, values: &mut [T])
    where
        Self: Sized,
    {
        for last in (1..values.len()).rev() {
            values.swap(last, usize::between(self, 0, last + 1));
        }
    }

    fn choose<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T>
    where
        Self: Sized,
    {
        if values.is_empty() {
            return None;
        }
        let at = usize::between(self, 0, values.len());
        values.get(at)
    }
}

thread_local!(static STATE: Cell<u64> = Cell::new(
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0x9e37_79b9, |since| since.as_nanos() as u64)
));

#[derive(Clone, Debug, Default)]
pub struct ThreadRng;

pub fn thread_rng() -> ThreadRng {
    ThreadRng
}

pub fn random<T: Rand>() -> T {
    T::rand(&mut ThreadRng)
}

impl Rng for ThreadRng {
    fn next_u64(&mut self) -> u64 {
        STATE.with(|state| {
            let next = state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            state.set(next);
            let mixed = (next ^ (next >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        })
    }
}

impl<R: Rng + ?Sized> Rng for &mut R {
    fn next_u64(&mut self) -> u64 {
        (**self).next_u64()
    }
}

macro_rules! whole {
    ($($kind:ty),+) => {$(
        impl Rand for $kind {
            fn rand<R: Rng + ?Sized>(rng: &mut R) -> Self {
                rng.next_u64() as $kind
            }
        }
        impl Uniform for $kind {
            fn between<R: Rng + ?Sized>(rng: &mut R, low: Self, high: Self) -> Self {
                let width = (high as i128).wrapping_sub(low as i128) as u128;
                (low as i128).wrapping_add((u128::from(rng.next_u64()) % width) as i128) as $kind
            }
        }
    )+};
}
whole!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

macro_rules! real {
    ($($kind:ty),+) => {$(
        impl Rand for $kind {
            fn rand<R: Rng + ?Sized>(rng: &mut R) -> Self {
                (rng.next_u64() >> 11) as $kind / (1u64 << 53) as $kind
            }
        }
        impl Uniform for $kind {
            fn between<R: Rng + ?Sized>(rng: &mut R, low: Self, high: Self) -> Self {
                low + <$kind as Rand>::rand(rng) * (high - low)
            }
        }
    )+};
}
real!(f32, f64);

impl Rand for bool {
    fn rand<R: Rng + ?Sized>(rng: &mut R) -> Self {
        rng.next_u64() & 1 == 1
    }
}

impl Rand for char {
    fn rand<R: Rng + ?Sized>(rng: &mut R) -> Self {
        loop {
            if let Some(drawn) = char::from_u32(rng.next_u32() & 0x1f_ffff) {
                return drawn;
            }
        }
    }
}
