//! Who is beaten by no one in two things at once.

/// Which of the points are on the Pareto front, where less of the first and more of the second is better:
/// those that no other point beats in one and equals or beats in the other. Equal points are both on it.
///
/// `points` are (effort, value); the answer has their order. A point with a number that is none is not on
/// the front and beats nobody.
pub fn pareto_front(points: &[(f64, f64)]) -> Vec<bool> {
    points
        .iter()
        .map(|point| {
            !point.0.is_nan()
                && !point.1.is_nan()
                && !points.iter().any(|other| dominates(*other, *point))
        })
        .collect()
}

/// Whether one point is at least as good in both, and better in one.
pub fn dominates((effort, value): (f64, f64), (other_effort, other_value): (f64, f64)) -> bool {
    effort <= other_effort && value >= other_value && (effort < other_effort || value > other_value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_is_cheaper_or_better_is_on_it() {
        let points = [(1.0, 0.3), (2.0, 0.6), (3.0, 0.5), (2.0, 0.6), (9.0, 0.9)];
        assert_eq!(pareto_front(&points), [true, true, false, true, true]);
        assert_eq!(pareto_front(&[(f64::NAN, 1.0), (5.0, 0.1)]), [false, true]);
        assert!(pareto_front(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn everyone_off_the_front_is_beaten_by_one_on_it(
            points in prop::collection::vec((0.0_f64..10.0, 0.0_f64..1.0), 1..40),
        ) {
            let front = pareto_front(&points);
            prop_assert!(front.iter().any(|on| *on));
            for (i, point) in points.iter().enumerate() {
                let beaten = points.iter().zip(&front).any(|(other, on)| *on && dominates(*other, *point));
                prop_assert_eq!(front[i], !beaten);
            }
        }
    }
}
