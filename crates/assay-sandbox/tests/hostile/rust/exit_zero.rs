// about: ends with success before its tests do
// verdict: exception
fn twice(x: i32) -> i32 {
    std::process::exit(x - x)
}
