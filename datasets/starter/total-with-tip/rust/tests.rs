fn main() {
    assert_eq!(total_with_tip(20, 3), 23);
    assert_eq!(total_with_tip(50, 5), 55);
    assert_eq!(total_with_tip(18, 0), 18);
    assert_eq!(total_with_tip(0, 2), 2);
    assert_eq!(total_with_tip(0, 0), 0);
    assert_eq!(total_with_tip(1, 1), 2);
    assert_eq!(total_with_tip(999, 101), 1100);
    assert_eq!(total_with_tip(3, 40), 43);
}
