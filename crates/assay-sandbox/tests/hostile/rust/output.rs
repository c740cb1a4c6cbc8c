// about: prints without end
// verdict: output_limit
fn twice(x: i32) -> i32 {
    loop {
        println!("{}", "x".repeat(4096));
    }
}
