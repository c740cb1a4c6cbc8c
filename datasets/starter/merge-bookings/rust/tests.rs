fn main() {
    assert_eq!(merge_bookings(&[(9, 10), (12, 15), (11, 13)], 0), vec![(9, 10), (11, 15)]);
    assert_eq!(merge_bookings(&[(9, 10), (12, 15), (11, 13)], 1), vec![(9, 15)]);
    assert_eq!(merge_bookings(&[], 5), Vec::<(i64, i64)>::new());
    assert_eq!(merge_bookings(&[(3, 3), (8, 6)], 2), Vec::<(i64, i64)>::new());
    assert_eq!(merge_bookings(&[(1, 2), (2, 3), (4, 5)], 0), vec![(1, 3), (4, 5)]);
    assert_eq!(merge_bookings(&[(0, 20), (5, 6), (22, 23)], 1), vec![(0, 20), (22, 23)]);
    assert_eq!(merge_bookings(&[(0, 20), (5, 6), (22, 23)], 2), vec![(0, 23)]);
    assert_eq!(merge_bookings(&[(0, 2), (4, 4), (6, 8)], 2), vec![(0, 2), (6, 8)]);
    assert_eq!(merge_bookings(&[(30, 40), (-5, 1), (3, 4), (30, 31), (7, 9)], 2), vec![(-5, 4), (7, 9), (30, 40)]);
}
