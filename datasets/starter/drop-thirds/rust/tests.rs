fn main() {
    assert_eq!(drop_thirds(&[1, 2, 3, 4, 5, 6, 7]), vec![1, 2, 4, 5, 7]);
    assert_eq!(drop_thirds(&[8, 9]), vec![8, 9]);
    assert_eq!(drop_thirds(&[]), Vec::<i64>::new());
    assert_eq!(drop_thirds(&[4]), vec![4]);
    assert_eq!(drop_thirds(&[5, 5, 5]), vec![5, 5]);
    assert_eq!(drop_thirds(&[3, 0, -1, 6, 3, 3]), vec![3, 0, 6, 3]);
    assert_eq!(drop_thirds(&[10, 20, 30, 40]), vec![10, 20, 40]);
    assert_eq!(drop_thirds(&[9, 8, 7, 6, 5, 4, 3, 2, 1]), vec![9, 8, 6, 5, 3, 2]);
}
