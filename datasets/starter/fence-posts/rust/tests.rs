fn main() {
    assert_eq!(posts_needed(10, 5), 3);
    assert_eq!(posts_needed(11, 5), 4);
    assert_eq!(posts_needed(0, 3), 1);
    assert_eq!(posts_needed(1, 1), 2);
    assert_eq!(posts_needed(4, 9), 2);
    assert_eq!(posts_needed(9, 9), 2);
    assert_eq!(posts_needed(100, 7), 16);
    assert_eq!(posts_needed(12, 1), 13);
}
