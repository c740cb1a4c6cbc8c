// about: brings a main
// verdict: compile_error
fn twice(x: i32) -> i32 {
    x
}

fn main() {}
