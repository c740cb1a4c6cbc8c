//! The probability of each of several independent normal numbers to be the largest.

/// Beyond this many standard deviations a normal number has a probability below 1e-17.
const REACH: f64 = 8.5;
/// A spread this much smaller than the largest is taken for none: it moves no probability by more than 1e-10.
const NO_SPREAD: f64 = 1e-11;
/// Distance of the trapezoidal rule's points, in the scale of the narrowest detail of the integrand.
const STEP: f64 = 0.6;
/// Where the trapezoidal rule would need more points than this, panels are refined where they need it.
const MOST_POINTS: f64 = 1_500.0;
/// Half the points and weights of Kronrod's rule of 15 points, and weights of Gauss's within it (Piessens et al. 1983,
/// QUADPACK, doi:10.1007/978-3-642-61786-7).
const KRONROD: [(f64, f64, f64); 8] = [
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_225, 0.0),
    (
        0.949_107_912_342_758_5,
        0.063_092_092_629_978_56,
        0.129_484_966_168_869_7,
    ),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (
        0.741_531_185_599_394_4,
        0.140_653_259_715_525_92,
        0.279_705_391_489_276_64,
    ),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (
        0.405_845_151_377_397_2,
        0.190_350_578_064_785_4,
        0.381_830_050_505_118_9,
    ),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
];
/// No panel is halved more often.
const DEEPEST: u32 = 40;
const TOLERANCE: f64 = 1e-13;

/// A normal number with its mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Normal {
    pub(crate) mean: f64,
    pub(crate) sd: f64,
}

/// The probability of each number to be the largest, by quadrature of `phi_a(z) prod_{b != a} Phi_b(z)`. Numbers without
/// spread that are equal and largest leave it to the first of them. The probabilities are scaled to sum to 1, from which they
/// are away by less than 1e-9.
pub(crate) fn win_probabilities(numbers: &[Normal]) -> Vec<f64> {
    let mut chances = raw_probabilities(numbers);
    let total: f64 = chances.iter().sum();
    chances.iter_mut().for_each(|chance| *chance /= total);
    chances
}

fn raw_probabilities(numbers: &[Normal]) -> Vec<f64> {
    // As distances from the largest mean, in the unit of the largest spread: then no size of the numbers matters.
    let top = numbers.iter().fold(f64::MIN, |m, n| m.max(n.mean));
    let unit = numbers.iter().fold(0.0_f64, |m, n| m.max(n.sd));
    let unit = if unit > 0.0 { unit } else { 1.0 };
    let scaled: Vec<Normal> = numbers
        .iter()
        .map(|n| Normal {
            mean: (n.mean - top) / unit,
            sd: if n.sd > NO_SPREAD * unit {
                n.sd / unit
            } else {
                0.0
            },
        })
        .collect();
    let mut chances = vec![0.0; numbers.len()];

    let point = scaled.iter().enumerate().filter(|(_, n)| n.sd == 0.0).fold(
        None,
        |best: Option<(usize, f64)>, (i, n)| match best {
            Some((_, mean)) if mean >= n.mean => best,
            _ => Some((i, n.mean)),
        },
    );
    // Below, some other number is larger for sure; above, none is.
    let mut low = f64::MIN;
    let mut high = f64::MIN;
    for n in scaled.iter().filter(|n| n.sd > 0.0) {
        low = low.max(n.mean - REACH * n.sd);
        high = high.max(n.mean + REACH * n.sd);
    }
    if let Some((i, mean)) = point {
        let below = |n: &&Normal| n.sd > 0.0;
        chances[i] = scaled
            .iter()
            .filter(below)
            .map(|n| distribution((mean - n.mean) / n.sd))
            .product();
        low = low.max(mean);
    }
    let (places, able): (Vec<usize>, Vec<Normal>) = scaled
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, n)| n.sd > 0.0 && n.mean + REACH * n.sd > low)
        .unzip();
    if able.is_empty() {
        return chances;
    }
    let mut integrand = Integrand::new(&able);
    let precision: f64 = able.iter().map(|n| (n.sd * n.sd).recip()).sum();
    let step = STEP / precision.sqrt();
    let points = (high - low) / step;
    // The rule's error is of the order of exp(-2 pi^2 / STEP^2), as the integrand's Fourier transform falls like that of a
    // normal density with the summed precision (Trefethen and Weideman 2014, doi:10.1137/130932132); but only where the
    // integrand is not cut off at a point mass.
    let found = if point.is_none_or(|(_, mean)| mean < low) && points <= MOST_POINTS {
        integrand.trapezoid(low, step, points.ceil() as usize)
    } else {
        integrand.refined(low, high)
    };
    for (place, chance) in places.into_iter().zip(found) {
        chances[place] = chance;
    }
    chances
}

/// Standard normal distribution function.
fn distribution(t: f64) -> f64 {
    0.5 * libm::erfc(-t * std::f64::consts::FRAC_1_SQRT_2)
}

/// What is integrated, and room for what that takes.
struct Integrand<'a> {
    numbers: &'a [Normal],
    densities: Vec<f64>,
    distributions: Vec<f64>,
}

impl<'a> Integrand<'a> {
    fn new(numbers: &'a [Normal]) -> Self {
        Self {
            numbers,
            densities: vec![0.0; numbers.len()],
            distributions: vec![0.0; numbers.len()],
        }
    }

    /// Adds `weight phi_a(z) prod_{b != a} Phi_b(z)` to the sum of every `a`.
    fn add(&mut self, z: f64, weight: f64, sums: &mut [f64]) {
        const SCALE: f64 = 0.398_942_280_401_432_7;
        for (i, n) in self.numbers.iter().enumerate() {
            let t = (z - n.mean) / n.sd;
            (self.densities[i], self.distributions[i]) = if t >= REACH {
                (0.0, 1.0)
            } else if t <= -REACH {
                (0.0, 0.0)
            } else {
                (SCALE * libm::exp(-0.5 * t * t) / n.sd, distribution(t))
            };
        }
        // The product of all others: of those before, and of those after.
        let mut before = weight;
        for (density, distribution) in self.densities.iter_mut().zip(&self.distributions) {
            *density *= before;
            before *= distribution;
        }
        let mut after = 1.0;
        for ((density, distribution), sum) in self
            .densities
            .iter()
            .zip(&self.distributions)
            .zip(sums.iter_mut())
            .rev()
        {
            *sum += density * after;
            after *= distribution;
        }
    }

    fn trapezoid(&mut self, low: f64, step: f64, points: usize) -> Vec<f64> {
        let mut sums = vec![0.0; self.numbers.len()];
        // Both ends are 0 to rounding: they need no half weight.
        for point in 0..=points {
            self.add(low + step * point as f64, step, &mut sums);
        }
        sums
    }

    /// Panels that begin and end where some number's density has its details, each halved until it has converged.
    fn refined(&mut self, low: f64, high: f64) -> Vec<f64> {
        let mut ends: Vec<f64> = self
            .numbers
            .iter()
            .flat_map(|n| [-REACH, -4.0, 0.0, 4.0, REACH].map(|t| n.mean + t * n.sd))
            .filter(|z| low < *z && *z < high)
            .chain([low, high])
            .collect();
        ends.sort_by(f64::total_cmp);
        let mut sums = vec![0.0; self.numbers.len()];
        for panel in ends.windows(2) {
            self.panel(panel[0], panel[1], DEEPEST, &mut sums);
        }
        sums
    }

    fn panel(&mut self, low: f64, high: f64, depth: u32, sums: &mut [f64]) {
        let half = (high - low) / 2.0;
        let centre = f64::midpoint(low, high);
        let mut kronrod = vec![0.0; sums.len()];
        let mut gauss = vec![0.0; sums.len()];
        for (at, weight, coarse) in KRONROD {
            let sides = if at == 0.0 { &[1.0][..] } else { &[-1.0, 1.0] };
            for side in sides {
                let mut point = vec![0.0; sums.len()];
                self.add(centre + side * at * half, half, &mut point);
                for ((fine, plain), value) in kronrod.iter_mut().zip(&mut gauss).zip(point) {
                    *fine += weight * value;
                    *plain += coarse * value;
                }
            }
        }
        let error = kronrod
            .iter()
            .zip(&gauss)
            .fold(0.0_f64, |m, (k, g)| m.max((k - g).abs()));
        if error <= TOLERANCE || depth == 0 {
            for (sum, value) in sums.iter_mut().zip(kronrod) {
                *sum += value;
            }
        } else {
            self.panel(low, centre, depth - 1, sums);
            self.panel(centre, high, depth - 1, sums);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(of: &[(f64, f64)]) -> Vec<Normal> {
        of.iter().map(|&(mean, sd)| Normal { mean, sd }).collect()
    }

    #[test]
    fn two_numbers_have_a_closed_form() {
        for (a, b) in [
            ((0.0, 1.0), (0.0, 1.0)),
            ((0.3, 0.5), (0.1, 0.2)),
            ((0.5, 1e-3), (0.2, 1.0)),
            ((0.5, 1e-7), (0.2, 1.0)),
            ((1e6, 1e-4), (1e6 + 1e-4, 2e-4)),
            ((0.0, 1e-13), (0.5, 1.0)),
            ((0.25, 0.0), (0.5, 0.3)),
        ] {
            let exact = distribution((a.0 - b.0) / f64::hypot(a.1, b.1));
            let found = raw_probabilities(&numbers(&[a, b]));
            assert!(
                (found[0] - exact).abs() < 1e-9,
                "{a:?} {b:?}: {found:?} {exact}"
            );
            assert!((found[1] - (1.0 - exact)).abs() < 1e-9);
        }
    }

    #[test]
    fn equal_numbers_share_and_points_leave_it_to_the_first() {
        for k in [1, 2, 9, 40] {
            for chance in win_probabilities(&numbers(&vec![(0.4, 0.3); k])) {
                assert!((chance - 1.0 / k as f64).abs() < 1e-12);
            }
        }
        let points = win_probabilities(&numbers(&[(0.1, 0.0), (0.4, 0.0), (0.4, 0.0)]));
        assert_eq!(points, [0.0, 1.0, 0.0]);
        assert_eq!(
            win_probabilities(&numbers(&[(0.1, 0.0), (0.1, 0.0)])),
            [1.0, 0.0]
        );
    }

    proptest! {
        #[test]
        fn they_sum_to_one(of in prop::collection::vec((-1.0_f64..1.0, -9.0_f64..1.0), 1..12)) {
            let numbers: Vec<Normal> = of.iter().map(|&(mean, e)| Normal { mean, sd: 10.0_f64.powf(e) }).collect();
            let total: f64 = raw_probabilities(&numbers).iter().sum();
            prop_assert!((total - 1.0).abs() < 1e-9, "{total}");
        }

        #[test]
        fn both_rules_agree(of in prop::collection::vec((-1.0_f64..1.0, 0.05_f64..1.0), 2..12)) {
            let numbers: Vec<Normal> = of.iter().map(|&(mean, sd)| Normal { mean, sd }).collect();
            let chances = raw_probabilities(&numbers);
            let mut integrand = Integrand::new(&numbers);
            for (one, other) in chances.iter().zip(integrand.refined(-12.0, 12.0)) {
                prop_assert!((one - other).abs() < 1e-11, "{one} {other}");
            }
        }
    }
}
