// about: reads its own text with a macro of another name
// verdict: forbidden
use std::include_str as grab;

const TEXT: &str = grab!("solution.rs");

fn twice(x: i32) -> i32 {
    if TEXT.is_empty() { x } else { 2 * x }
}
