//! Sums of drawn rows, many columns side by side: what is drawn reads one line of memory for all of them.

/// The most steps of one that whole numbers are looked for in: scores of up to so many samples a problem.
const MOST_STEPS: u32 = 100;

/// The most columns of floats that are summed side by side: enough to keep the processor's adders busy, and few enough for
/// its registers.
const FLOATS: usize = 12;

/// The same of whole numbers, of which registers hold four times as many.
const WHOLES: usize = 24;

/// Adds up the rows that were drawn.
pub(crate) trait Summing: Send + Sync {
    /// Writes each column's sum over the rows `drawn` to place `at` of its part.
    fn sum(&self, drawn: &[u32], at: usize, parts: &mut [&mut [f64]]);
}

/// What is summed.
trait Number: Copy + Default + Send + Sync {
    fn plus(self, other: Self) -> Self;
    fn float(self) -> f64;
}

impl Number for f64 {
    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn float(self) -> f64 {
        self
    }
}

impl Number for u16 {
    // `whole` sees to it that no sum is too large.
    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn float(self) -> f64 {
        f64::from(self)
    }
}

/// One column and where its sum goes: `(sum + offset) / steps`.
struct Column<T> {
    values: Vec<T>,
    target: Target,
}

#[derive(Clone, Copy)]
struct Target {
    place: usize,
    offset: f64,
    steps: f64,
}

/// Columns that lie `L` side by side, row by row.
struct Panel<T, const L: usize> {
    rows: Vec<[T; L]>,
    targets: Vec<Target>,
}

impl<T: Number, const L: usize> Summing for Panel<T, L> {
    fn sum(&self, drawn: &[u32], at: usize, parts: &mut [&mut [f64]]) {
        let sums = sum_of_drawn(&self.rows, drawn);
        for (target, sum) in self.targets.iter().zip(sums) {
            parts[target.place][at] = (sum.float() + target.offset) / target.steps;
        }
    }
}

/// Not inlined: where its result is spread, the sums would be kept in memory instead of registers, which takes three times as
/// long.
#[inline(never)]
fn sum_of_drawn<T: Number, const L: usize>(rows: &[[T; L]], drawn: &[u32]) -> [T; L] {
    let mut sums = [T::default(); L];
    for i in drawn {
        let row = &rows[*i as usize];
        for lane in 0..L {
            sums[lane] = sums[lane].plus(row[lane]);
        }
    }
    sums
}

/// Panels that sum all columns. How a column is summed depends on it alone, and so does its sum: floats are added in the
/// order of the draws, and whole numbers have no rounding.
pub(crate) fn panels(columns: &[&[f64]]) -> Vec<Box<dyn Summing>> {
    let (mut floats, mut wholes) = (Vec::new(), Vec::new());
    for (place, values) in columns.iter().enumerate() {
        match whole(values, place) {
            Some(column) => wholes.push(column),
            None => floats.push(Column {
                values: values.to_vec(),
                target: Target {
                    place,
                    offset: 0.0,
                    steps: 1.0,
                },
            }),
        }
    }
    let mut panels = match floats.len() {
        0..=1 => side_by_side::<f64, 1>(&floats),
        2 => side_by_side::<f64, 2>(&floats),
        3..=4 => side_by_side::<f64, 4>(&floats),
        5..=8 => side_by_side::<f64, 8>(&floats),
        _ => side_by_side::<f64, FLOATS>(&floats),
    };
    panels.extend(match wholes.len() {
        0..=8 => side_by_side::<u16, 8>(&wholes),
        _ => side_by_side::<u16, WHOLES>(&wholes),
    });
    panels
}

fn side_by_side<T: Number + 'static, const L: usize>(
    columns: &[Column<T>],
) -> Vec<Box<dyn Summing>> {
    columns
        .chunks(L)
        .map(|columns| {
            let row = |i: usize| {
                let mut row = [T::default(); L];
                for (cell, column) in row.iter_mut().zip(columns) {
                    *cell = column.values[i];
                }
                row
            };
            let length = columns.first().map_or(0, |column| column.values.len());
            Box::new(Panel {
                rows: (0..length).map(row).collect(),
                targets: columns.iter().map(|column| column.target).collect(),
            }) as Box<dyn Summing>
        })
        .collect()
}

/// The column in whole steps above its lowest value, where all values are multiples of `1 / steps` (verdicts; shares of some
/// samples; differences of either), and as many as there are of the largest still fit their sum.
fn whole(values: &[f64], place: usize) -> Option<Column<u16>> {
    let steps = (1..=MOST_STEPS).map(f64::from).find(|steps| {
        values.iter().all(|v| {
            let scaled = v * steps;
            (scaled - scaled.round()).abs() < 1e-11
        })
    })?;
    let (low, high) = values
        .iter()
        .fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(*v), h.max(*v)));
    let low = (low * steps).round();
    let reach = (high * steps).round() - low;
    if reach * values.len() as f64 > f64::from(u16::MAX) {
        return None;
    }
    Some(Column {
        values: values
            .iter()
            .map(|v| ((v * steps).round() - low) as u16)
            .collect(),
        target: Target {
            place,
            offset: low * values.len() as f64,
            steps,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn verdicts_shares_and_their_differences_are_whole() {
        for (values, steps) in [
            (vec![0.0, 1.0, 1.0], 1.0),
            (vec![-1.0, 0.0, 1.0], 1.0),
            (vec![0.1, 0.7, 0.1 + 0.2], 10.0),
            (vec![1.0 / 3.0, 0.5, -2.0 / 3.0], 6.0),
            (vec![0.5; 4], 2.0),
        ] {
            assert_eq!(whole(&values, 0).map(|c| c.target.steps), Some(steps));
        }
        assert!(whole(&[0.5, 1.0 / 103.0], 0).is_none());
        assert!(whole(&[0.5, std::f64::consts::FRAC_1_SQRT_2], 0).is_none());
        assert!(whole(&[f64::NAN, 0.5], 0).is_none());
        // 700 problems of 100 samples: the sum might not fit.
        let many: Vec<f64> = (0..700).map(|i| f64::from(i % 101) / 100.0).collect();
        assert!(whole(&many, 0).is_none());
        assert!(whole(&many[..600], 0).is_some());
    }

    proptest! {
        #[test]
        fn sums_are_those_of_a_plain_loop(
            columns in prop::collection::vec((0_usize..3, prop::collection::vec(-1.0_f64..=1.0, 9)), 1..40),
            drawn in prop::collection::vec(0_u32..9, 9),
        ) {
            let columns: Vec<Vec<f64>> = columns
                .into_iter()
                .map(|(kind, values)| match kind {
                    0 => values.iter().map(|v| v.round()).collect(),
                    1 => values.iter().map(|v| (v * 7.0).round() / 7.0).collect(),
                    _ => values,
                })
                .collect();
            let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let mut sums = vec![vec![0.0; 2]; columns.len()];
            let mut parts: Vec<&mut [f64]> = sums.iter_mut().map(Vec::as_mut_slice).collect();
            for panel in panels(&borrowed) {
                panel.sum(&drawn, 1, &mut parts);
            }
            for (sums, column) in sums.iter().zip(&columns) {
                let expected: f64 = drawn.iter().map(|i| column[*i as usize]).sum();
                prop_assert!(sums[0] == 0.0 && (sums[1] - expected).abs() < 1e-9);
            }
        }
    }
}
