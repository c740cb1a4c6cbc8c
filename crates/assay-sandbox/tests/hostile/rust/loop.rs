// about: never ends
// verdict: timeout
fn twice(x: i32) -> i32 {
    loop {
        std::hint::spin_loop();
    }
}
