fn main() {
    assert_eq!(log_is_valid(&["in Ana", "in Bo", "out Ana", "in Cy"], 2), true);
    assert_eq!(log_is_valid(&["in Ana", "out Bo"], 5), false);
    assert_eq!(log_is_valid(&[], 0), true);
    assert_eq!(log_is_valid(&["in Ana", "in Bo", "in Cy", "out Cy"], 2), false);
    assert_eq!(log_is_valid(&["in Ana", "in Ana"], 9), false);
    assert_eq!(log_is_valid(&["in Ana", "out Ana", "in Ana", "out Ana", "out Ana"], 3), false);
    assert_eq!(log_is_valid(&["in Ana"], 0), false);
    assert_eq!(log_is_valid(&["in Ana", "out Ana", "in Bo", "out Bo", "in Ana"], 1), true);
    assert_eq!(log_is_valid(&["out Ana", "in Ana"], 4), false);
    assert_eq!(log_is_valid(&["in Ana", "in Bo", "out Ana", "out Bo", "in Bo"], 2), true);
}
