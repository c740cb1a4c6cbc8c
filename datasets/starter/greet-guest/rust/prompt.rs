/// Return "Hello, " followed by the name and "!".
///
/// greet_guest("Ada") returns "Hello, Ada!"
/// greet_guest("Tom") returns "Hello, Tom!"
fn greet_guest(name: &str) -> String {
