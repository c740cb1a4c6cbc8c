fn main() {
    assert_eq!(ticket_price(4), 0);
    assert_eq!(ticket_price(30), 5);
    assert_eq!(ticket_price(5), 0);
    assert_eq!(ticket_price(6), 5);
    assert_eq!(ticket_price(7), 5);
    assert_eq!(ticket_price(0), 0);
    assert_eq!(ticket_price(1), 0);
    assert_eq!(ticket_price(99), 5);
}
