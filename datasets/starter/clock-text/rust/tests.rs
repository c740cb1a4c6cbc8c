fn main() {
    assert_eq!(clock_text(125), "2:05");
    assert_eq!(clock_text(59), "0:59");
    assert_eq!(clock_text(0), "0:00");
    assert_eq!(clock_text(60), "1:00");
    assert_eq!(clock_text(7), "0:07");
    assert_eq!(clock_text(600), "10:00");
    assert_eq!(clock_text(1439), "23:59");
    assert_eq!(clock_text(6010), "100:10");
}
