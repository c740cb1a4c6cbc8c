// about: has itself as a module
// verdict: forbidden
#[cfg_attr(all(), path = "solution.rs")]
mod again;

fn twice(x: i32) -> i32 {
    2 * x
}
