use std::collections::HashSet;

/// Tell whether the log of a door is possible for a room that starts empty.
///
/// Each entry is "in NAME" or "out NAME", in order of time. Nobody can enter
/// who is inside already, nobody can leave who is not inside, and there are
/// never more than capacity people inside. People may still be inside at the
/// end.
///
/// log_is_valid(&["in Ana", "in Bo", "out Ana", "in Cy"], 2) returns true
/// log_is_valid(&["in Ana", "out Bo"], 5) returns false
fn log_is_valid(entries: &[&str], capacity: usize) -> bool {
