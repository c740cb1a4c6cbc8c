/// Tell whether all people may ride the lift together.
///
/// weights holds one number per person. There may be at most max_people
/// people, who together weigh at most max_weight.
///
/// can_ride(&[70, 80, 60], 300, 4) returns true
/// can_ride(&[70, 80, 60], 300, 2) returns false
fn can_ride(weights: &[i64], max_weight: i64, max_people: usize) -> bool {
