/// Return true if total is at least 50.
///
/// is_delivery_free(80) returns true
/// is_delivery_free(20) returns false
fn is_delivery_free(total: i64) -> bool {
