fn main() {
    assert_eq!(first_quiet_seats("x....x", 2), 2);
    assert_eq!(first_quiet_seats("..x..", 2), -1);
    assert_eq!(first_quiet_seats("...", 3), 0);
    assert_eq!(first_quiet_seats("", 1), -1);
    assert_eq!(first_quiet_seats(".", 1), 0);
    assert_eq!(first_quiet_seats("x...", 2), 2);
    assert_eq!(first_quiet_seats("..x", 1), 0);
    assert_eq!(first_quiet_seats("x.x.x..x...x", 1), 9);
    assert_eq!(first_quiet_seats(".x.....x.", 4), -1);
    assert_eq!(first_quiet_seats("....x....", 3), 0);
}
