fn main() {
    assert_eq!(mask_middle("secret"), "s****t");
    assert_eq!(mask_middle("at"), "at");
    assert_eq!(mask_middle(""), "");
    assert_eq!(mask_middle("q"), "q");
    assert_eq!(mask_middle("cat"), "c*t");
    assert_eq!(mask_middle("aaaa"), "a**a");
    assert_eq!(mask_middle("Lighthouse"), "L********e");
}
