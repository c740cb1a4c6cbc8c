/// Write a number of minutes as h:mm.
///
/// The minutes always have two digits; the hours have no leading zero and may
/// pass 23.
///
/// clock_text(125) returns "2:05"
/// clock_text(59) returns "0:59"
fn clock_text(minutes: i64) -> String {
