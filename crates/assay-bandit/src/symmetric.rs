//! Symmetric matrices, their lower half stored row by row: row `i` has `i + 1` numbers.

/// A symmetric matrix.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Symmetric {
    packed: Vec<f64>,
}

/// Numbers that the lower half of a `dimension` by `dimension` matrix has.
pub(crate) fn packed_length(dimension: usize) -> usize {
    dimension * (dimension + 1) / 2
}

impl Symmetric {
    pub(crate) fn scaled_identity(dimension: usize, scale: f64) -> Self {
        let mut packed = vec![0.0; packed_length(dimension)];
        (0..dimension).for_each(|i| packed[packed_length(i) + i] = scale);
        Self { packed }
    }

    /// Of the lower half, row by row.
    pub(crate) fn from_packed(packed: Vec<f64>) -> Self {
        Self { packed }
    }

    pub(crate) fn packed(&self) -> &[f64] {
        &self.packed
    }

    /// `x' M x`.
    pub(crate) fn quadratic(&self, x: &[f64]) -> f64 {
        let mut rest = self.packed.as_slice();
        let mut total = 0.0;
        for (i, value) in x.iter().enumerate() {
            let (row, below) = rest.split_at(i + 1);
            rest = below;
            total += value * (2.0 * dot(&row[..i], &x[..i]) + row[i] * value);
        }
        total
    }

    /// `product = M x`.
    pub(crate) fn multiply(&self, x: &[f64], product: &mut [f64]) {
        product.fill(0.0);
        let mut rest = self.packed.as_slice();
        for (i, value) in x.iter().enumerate() {
            let (row, below) = rest.split_at(i + 1);
            rest = below;
            for (sum, entry) in product[..i].iter_mut().zip(row) {
                *sum += entry * value;
            }
            product[i] += dot(&row[..i], &x[..i]) + row[i] * value;
        }
    }

    /// `M += factor x x'`.
    pub(crate) fn add_outer(&mut self, factor: f64, x: &[f64]) {
        let mut rest = self.packed.as_mut_slice();
        for (i, value) in x.iter().enumerate() {
            let (row, below) = rest.split_at_mut(i + 1);
            rest = below;
            let scaled = factor * value;
            for (entry, other) in row.iter_mut().zip(x) {
                *entry += scaled * other;
            }
        }
    }

    /// The factor L with `L L' = M`; `None` where M is, to rounding, not positive definite.
    pub(crate) fn cholesky(&self) -> Option<Cholesky> {
        let mut factor: Vec<f64> = Vec::with_capacity(self.packed.len());
        let mut i = 0;
        while factor.len() < self.packed.len() {
            let start = packed_length(i);
            for j in 0..=i {
                let above = packed_length(j);
                let known = dot(&factor[start..], &factor[above..above + j]);
                let left = self.packed[start + j] - known;
                if j < i {
                    factor.push(left / factor[above + j]);
                } else if left > 0.0 && left.is_finite() {
                    factor.push(left.sqrt());
                } else {
                    return None;
                }
            }
            i += 1;
        }
        Some(Cholesky { factor })
    }
}

/// The lower triangular factor of a positive definite matrix.
#[derive(Debug, Clone)]
pub(crate) struct Cholesky {
    factor: Vec<f64>,
}

impl Cholesky {
    fn row(&self, i: usize) -> &[f64] {
        let start = packed_length(i);
        &self.factor[start..=start + i]
    }

    /// x of `M x = right`.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for i in 0..x.len() {
            let row = self.row(i);
            x[i] = (x[i] - dot(&row[..i], &x[..i])) / row[i];
        }
        for i in (0..x.len()).rev() {
            let row = self.row(i);
            let value = x[i] / row[i];
            x[i] = value;
            for (x, entry) in x[..i].iter_mut().zip(row) {
                *x -= entry * value;
            }
        }
        x
    }

    /// `M^-1` of a `dimension` by `dimension` matrix.
    pub(crate) fn inverse(&self, dimension: usize) -> Symmetric {
        let mut packed = vec![0.0; self.factor.len()];
        let mut unit = vec![0.0; dimension];
        for column in 0..dimension {
            unit.fill(0.0);
            unit[column] = 1.0;
            let solved = self.solve(&unit);
            for (i, value) in solved.iter().enumerate().skip(column) {
                packed[packed_length(i) + column] = *value;
            }
        }
        Symmetric { packed }
    }
}

/// The sum of products of the pairs there are, in four interleaved sums, which the compiler computes side by side.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let length = left.len().min(right.len());
    let (left, right) = (&left[..length], &right[..length]);
    let (quads, others) = (left.chunks_exact(4), right.chunks_exact(4));
    let rest: f64 = quads
        .remainder()
        .iter()
        .zip(others.remainder())
        .map(|(l, r)| l * r)
        .sum();
    let mut sums = [0.0; 4];
    for (l, r) in quads.zip(others) {
        for lane in 0..4 {
            sums[lane] += l[lane] * r[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `R R' + I` of some rows, which is positive definite.
    fn definite(rows: &[Vec<f64>], dimension: usize) -> Symmetric {
        let mut matrix = Symmetric::scaled_identity(dimension, 1.0);
        for row in rows {
            matrix.add_outer(1.0, row);
        }
        matrix
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        for packed in [vec![0.0], vec![1.0, 2.0, 1.0], vec![f64::NAN]] {
            assert!(Symmetric::from_packed(packed).cholesky().is_none());
        }
    }

    proptest! {
        #[test]
        fn the_half_does_what_the_whole_does(
            rows in prop::collection::vec(prop::collection::vec(-1.0_f64..1.0, 7), 0..9),
            x in prop::collection::vec(-9.0_f64..9.0, 7),
        ) {
            let matrix = definite(&rows, 7);
            let entry = |i: usize, j: usize| {
                rows.iter().map(|r| r[i] * r[j]).sum::<f64>() + f64::from(u8::from(i == j))
            };
            let product: Vec<f64> = (0..7).map(|i| (0..7).map(|j| entry(i, j) * x[j]).sum()).collect();
            let mut found = vec![1.0; 7];
            matrix.multiply(&x, &mut found);
            for (found, product) in found.iter().zip(&product) {
                prop_assert!((found - product).abs() < 1e-11);
            }
            let quadratic: f64 = product.iter().zip(&x).map(|(p, x)| p * x).sum();
            prop_assert!((matrix.quadratic(&x) - quadratic).abs() < 1e-10);

            let factor = matrix.cholesky().unwrap();
            let inverse = factor.inverse(7);
            inverse.multiply(&product, &mut found);
            for ((found, solved), x) in found.iter().zip(factor.solve(&product)).zip(&x) {
                prop_assert!((found - x).abs() < 1e-9 && (solved - x).abs() < 1e-9);
            }
        }

        #[test]
        fn a_sum_of_products_of_any_length(values in prop::collection::vec(-9.0_f64..9.0, 0..40)) {
            let plain: f64 = values.iter().map(|v| v * v).sum();
            prop_assert!((dot(&values, &values) - plain).abs() < 1e-9);
        }
    }
}
