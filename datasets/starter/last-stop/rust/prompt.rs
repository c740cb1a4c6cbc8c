/// Return the last item of stops, which is never empty.
///
/// last_stop(&["Mill", "Park", "Station"]) returns "Station"
/// last_stop(&["Harbour"]) returns "Harbour"
fn last_stop(stops: &[&str]) -> String {
