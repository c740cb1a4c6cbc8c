// about: starts threads without end
// verdict: process_limit
fn twice(x: i32) -> i32 {
    loop {
        std::mem::forget(std::thread::spawn(|| std::thread::park()));
    }
}
