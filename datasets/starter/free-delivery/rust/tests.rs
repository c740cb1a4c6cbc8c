fn main() {
    assert_eq!(is_delivery_free(80), true);
    assert_eq!(is_delivery_free(20), false);
    assert_eq!(is_delivery_free(50), true);
    assert_eq!(is_delivery_free(49), false);
    assert_eq!(is_delivery_free(51), true);
    assert_eq!(is_delivery_free(0), false);
    assert_eq!(is_delivery_free(500), true);
    assert_eq!(is_delivery_free(5), false);
}
