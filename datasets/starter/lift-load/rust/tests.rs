fn main() {
    assert_eq!(can_ride(&[70, 80, 60], 300, 4), true);
    assert_eq!(can_ride(&[70, 80, 60], 300, 2), false);
    assert_eq!(can_ride(&[], 0, 0), true);
    assert_eq!(can_ride(&[100, 100], 200, 2), true);
    assert_eq!(can_ride(&[100, 101], 200, 2), false);
    assert_eq!(can_ride(&[1, 1, 1, 1], 500, 3), false);
    assert_eq!(can_ride(&[90], 80, 6), false);
    assert_eq!(can_ride(&[40, 40, 40], 120, 3), true);
}
