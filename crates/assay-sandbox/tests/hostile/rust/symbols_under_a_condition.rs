// about: is what its tests report with, by an attribute within another
// verdict: forbidden
#[cfg_attr(all(), no_mangle)]
pub extern "C" fn write(_: i32, _: *const u8, _: usize) -> isize {
    std::process::exit(0)
}

fn twice(x: i32) -> i32 {
    x
}
