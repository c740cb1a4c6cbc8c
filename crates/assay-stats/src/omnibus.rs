//! Whether several series differ at all: one test before the pairs are looked at.

use crate::StatsError;
use crate::error::{check_range, check_shape};
use crate::special::chi_squared_tail;

/// A test of several series at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Omnibus {
    /// Approximately chi-squared with `df` degrees of freedom where no series differs.
    pub statistic: f64,
    /// The number of series less 1.
    pub df: u32,
    pub p: f64,
    /// Problems it stands on.
    pub n: usize,
}

/// Cochran's Q test of the hypothesis that all series solve problems with the same chance, for one sample a problem
/// (Cochran 1950, doi:10.2307/2332378).
///
/// `passed[s][i]` tells whether series `s` solved problem `i`. With `k` series, `C_s` problems solved by series `s`, `R_i`
/// series that solved problem `i` and `T` solved in all, `Q = (k - 1) (k sum C_s^2 - T^2) / (k T - sum R_i^2)`. Problems
/// that all or none solved do not change it. Where there are no others Q is 0 and p is 1: nothing is shown. The
/// problems count as independent; where clusters are few, its p is too small. Oracle:
/// `statsmodels.stats.contingency_tables.cochrans_q`.
///
/// # Errors
/// With fewer than two series, without a problem, or when series differ in length.
pub fn cochran_q(passed: &[Vec<bool>]) -> Result<Omnibus, StatsError> {
    let n = check_shape("Cochran's Q test", passed, 2)?;
    let k = passed.len() as f64;
    let solved_by = passed.iter().map(|s| count(s.iter().copied()));
    let squares: f64 = solved_by.clone().map(|c| c * c).sum();
    let total: f64 = solved_by.sum();
    let within: f64 = (0..n)
        .map(|i| count(passed.iter().map(|s| s[i])))
        .map(|r| r * r)
        .sum();
    let divisor = k * total - within;
    let statistic = if divisor == 0.0 {
        0.0
    } else {
        (k - 1.0) * (k * squares - total * total) / divisor
    };
    Ok(omnibus(statistic, passed.len(), n))
}

fn count(passed: impl Iterator<Item = bool>) -> f64 {
    passed.filter(|passed| *passed).count() as f64
}

fn omnibus(statistic: f64, series: usize, n: usize) -> Omnibus {
    // Rounding must not make it negative.
    let statistic = statistic.max(0.0);
    let df = u32::try_from(series - 1).unwrap_or(u32::MAX);
    Omnibus {
        statistic,
        df,
        p: chi_squared_tail(statistic, f64::from(df)),
        n,
    }
}

/// Friedman's test of the hypothesis that no series ranks above another, for scores of several samples a problem
/// (Friedman 1937, doi:10.1080/01621459.1937.10503522), corrected for ties.
///
/// `series[s][i]` is the score of series `s` on problem `i`. Series are ranked problem by problem, equal ones sharing the
/// mean of their ranks. Where all series are equal on every problem the statistic is 0 and p is 1: nothing is shown.
/// The problems count as independent. Oracle: `scipy.stats.friedmanchisquare`.
///
/// # Errors
/// With fewer than three series (two are compared by [`crate::sign_flip`]), without a problem, when series differ in
/// length, or when a score is not finite.
pub fn friedman(series: &[Vec<f64>]) -> Result<Omnibus, StatsError> {
    let n = check_shape("Friedman's test", series, 3)?;
    for scores in series {
        check_range("scores", scores, f64::MIN, f64::MAX)?;
    }
    let k = series.len();
    let mut sums = vec![0.0; k];
    let mut ties = 0.0;
    for i in 0..n {
        let mut row: Vec<(f64, usize)> = series.iter().map(|scores| scores[i]).zip(0..).collect();
        row.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut first = 0;
        for tied in row.chunk_by(|a, b| a.0 == b.0) {
            // The mean of the ranks first + 1 ..= first + t.
            let t = tied.len() as f64;
            let rank = first as f64 + (t + 1.0) / 2.0;
            tied.iter().for_each(|(_, s)| sums[*s] += rank);
            ties += t * t * t - t;
            first += tied.len();
        }
    }
    let (ranks, rows) = (k as f64, n as f64);
    let correction = 1.0 - ties / (rows * (ranks.powi(3) - ranks));
    // As squares of distances from the mean rank, which loses no digits where there are many problems.
    let middle = rows * (ranks + 1.0) / 2.0;
    let squares: f64 = sums.iter().map(|sum| (sum - middle).powi(2)).sum();
    let statistic = if squares == 0.0 {
        0.0
    } else {
        12.0 * squares / (rows * ranks * (ranks + 1.0)) / correction
    };
    Ok(omnibus(statistic, k, n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn where_none_differs_nothing_is_shown() {
        let same = vec![vec![true, false, true]; 4];
        let q = cochran_q(&same).unwrap();
        assert_eq!((q.statistic, q.p, q.df, q.n), (0.0, 1.0, 3, 3));
        let same = vec![vec![0.5, 0.25]; 3];
        let f = friedman(&same).unwrap();
        assert_eq!((f.statistic, f.p, f.df, f.n), (0.0, 1.0, 2, 2));
    }

    #[test]
    fn refuses_too_few_and_unequal_series() {
        assert!(cochran_q(&[]).is_err());
        assert!(cochran_q(&[vec![true]]).is_err());
        assert!(cochran_q(&[vec![], vec![]]).is_err());
        assert!(cochran_q(&[vec![true], vec![true, false]]).is_err());
        assert!(friedman(&[vec![0.5], vec![0.25]]).is_err());
        assert!(friedman(&[vec![0.5], vec![0.25], vec![]]).is_err());
        assert!(friedman(&[vec![0.5], vec![0.25], vec![f64::NAN]]).is_err());
    }

    proptest! {
        #[test]
        fn the_order_of_series_and_unanimous_problems_change_nothing(
            rows in prop::collection::vec(prop::collection::vec(any::<bool>(), 4), 1..40),
            unanimous: bool,
        ) {
            let columns = |rows: &[Vec<bool>]| -> Vec<Vec<bool>> {
                (0..4).map(|s| rows.iter().map(|row| row[s]).collect()).collect()
            };
            let mut series = columns(&rows);
            let q = cochran_q(&series).unwrap();
            prop_assert!(q.statistic >= 0.0 && (0.0..=1.0).contains(&q.p));
            series.rotate_left(1);
            prop_assert!((cochran_q(&series).unwrap().statistic - q.statistic).abs() < 1e-9);
            let mut more = rows.clone();
            more.push(vec![unanimous; 4]);
            prop_assert!((cochran_q(&columns(&more)).unwrap().statistic - q.statistic).abs() < 1e-9);
            // On verdicts, ranks say the same.
            let scores: Vec<Vec<f64>> = columns(&rows)
                .iter()
                .map(|s| s.iter().map(|p| f64::from(u8::from(*p))).collect())
                .collect();
            prop_assert!((friedman(&scores).unwrap().statistic - q.statistic).abs() < 1e-9);
        }

        #[test]
        fn ranks_alone_matter(scores in prop::collection::vec(prop::collection::vec(0_u8..9, 7), 3..6)) {
            let series: Vec<Vec<f64>> = scores.iter().map(|s| s.iter().map(|v| f64::from(*v)).collect()).collect();
            let stretched: Vec<Vec<f64>> = series.iter().map(|s| s.iter().map(|v| v.exp()).collect()).collect();
            let found = friedman(&series).unwrap();
            prop_assert!((0.0..=1.0).contains(&found.p));
            prop_assert_eq!(found, friedman(&stretched).unwrap());
        }
    }
}
