/// Return the bill plus the tip.
///
/// total_with_tip(20, 3) returns 23
/// total_with_tip(50, 5) returns 55
fn total_with_tip(bill: i64, tip: i64) -> i64 {
