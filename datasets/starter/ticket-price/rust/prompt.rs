/// Return 0 if age is less than 6, otherwise return 5.
///
/// ticket_price(4) returns 0
/// ticket_price(30) returns 5
fn ticket_price(age: i64) -> i64 {
