// about: writes where nothing is
// verdict: exception
fn twice(x: i32) -> i32 {
    unsafe { std::ptr::null_mut::<i32>().write_volatile(x) };
    x
}
