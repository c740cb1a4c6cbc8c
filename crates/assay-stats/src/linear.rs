//! Solving small systems of equations.

/// The factor L of a symmetric positive definite matrix, `L L' = matrix` (Cholesky).
#[derive(Debug, Clone)]
pub(crate) struct Cholesky(Vec<Vec<f64>>);

impl Cholesky {
    /// `None` when the matrix is not positive definite. Only its lower half is read.
    pub(crate) fn new(matrix: &[Vec<f64>]) -> Option<Self> {
        let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
        for (i, row) in matrix.iter().enumerate() {
            let mut found: Vec<f64> = Vec::with_capacity(i + 1);
            for (above, value) in factor.iter().zip(row) {
                let known: f64 = found.iter().zip(above).map(|(x, y)| x * y).sum();
                found.push((value - known) / above[found.len()]);
            }
            let known: f64 = found.iter().map(|x| x * x).sum();
            let square = row[i] - known;
            if !(square > 0.0 && square.is_finite()) {
                return None;
            }
            found.push(square.sqrt());
            factor.push(found);
        }
        Some(Self(factor))
    }

    /// x of `matrix x = right`.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for i in 0..x.len() {
            let known: f64 = self.0[i][..i].iter().zip(&x).map(|(l, x)| l * x).sum();
            x[i] = (x[i] - known) / self.0[i][i];
        }
        for i in (0..x.len()).rev() {
            let known: f64 = (i + 1..x.len()).map(|j| self.0[j][i] * x[j]).sum();
            x[i] = (x[i] - known) / self.0[i][i];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(Cholesky::new(&[vec![0.0]]).is_none());
        assert!(Cholesky::new(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
        assert!(Cholesky::new(&[vec![f64::NAN]]).is_none());
    }

    proptest! {
        #[test]
        fn what_is_solved_solves(roots in prop::collection::vec(prop::collection::vec(-1.0_f64..1.0, 5), 5), x in prop::collection::vec(-9.0_f64..9.0, 5)) {
            // R R' + I is positive definite.
            let matrix: Vec<Vec<f64>> = (0..5)
                .map(|i| (0..5).map(|j| {
                    let product: f64 = roots[i].iter().zip(&roots[j]).map(|(a, b)| a * b).sum();
                    product + f64::from(u8::from(i == j))
                }).collect())
                .collect();
            let right: Vec<f64> = matrix.iter().map(|row| row.iter().zip(&x).map(|(a, b)| a * b).sum()).collect();
            let found = Cholesky::new(&matrix).unwrap().solve(&right);
            for (found, x) in found.iter().zip(&x) {
                prop_assert!((found - x).abs() < 1e-9, "{found} {x}");
            }
        }
    }
}
