// about: calls itself without end
// verdict: exception
fn twice(x: i32) -> i32 {
    let big = [x; 4096];
    twice(big[0]) + big[1]
}
