fn main() {
    assert_eq!(parcel_toll(&[2, 5, 3], 4), 15);
    assert_eq!(parcel_toll(&[1, 1], 1), 2);
    assert_eq!(parcel_toll(&[], 10), 0);
    assert_eq!(parcel_toll(&[7], 6), 14);
    assert_eq!(parcel_toll(&[6], 6), 6);
    assert_eq!(parcel_toll(&[10, 20, 30], 0), 120);
    assert_eq!(parcel_toll(&[4, 9, 4, 9], 8), 44);
    assert_eq!(parcel_toll(&[0, 0, 3], 2), 6);
}
