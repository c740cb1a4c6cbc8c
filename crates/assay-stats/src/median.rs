//! The middle of a sample.

/// The median: the middle value, or the mean of the two in the middle (the sample quantile of Hyndman & Fan's
/// definitions at one half). `None` of no values. NaN counts as the largest.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        length if length % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    proptest::proptest! {
        /// Its definition: no more than half lie on either side.
        #[test]
        fn half_lie_on_either_side(values in proptest::collection::vec(-1e9..1e9_f64, 1..40)) {
            let middle = median(&values).unwrap();
            let below = values.iter().filter(|v| **v < middle).count();
            let above = values.iter().filter(|v| **v > middle).count();
            proptest::prop_assert!(2 * below <= values.len() && 2 * above <= values.len());
        }
    }
}
