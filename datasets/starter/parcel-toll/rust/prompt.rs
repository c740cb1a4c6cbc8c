/// Add up the toll of all parcels.
///
/// A parcel costs its weight in coins. A parcel heavier than limit costs
/// twice its weight.
///
/// parcel_toll(&[2, 5, 3], 4) returns 15
/// parcel_toll(&[1, 1], 1) returns 2
fn parcel_toll(weights: &[i64], limit: i64) -> i64 {
