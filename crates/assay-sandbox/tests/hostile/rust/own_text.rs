// about: reads its own text while it is compiled
// verdict: forbidden
const TEXT: &str = include_str!(file!());

fn twice(x: i32) -> i32 {
    if TEXT.contains("assert_eq") { 2 * x } else { x }
}
