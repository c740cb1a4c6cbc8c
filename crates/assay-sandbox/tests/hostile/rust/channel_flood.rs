// about: writes to every descriptor
// verdict: forbidden
extern "C" {
    fn write(fd: i32, text: *const u8, length: usize) -> isize;
}

fn twice(x: i32) -> i32 {
    for fd in 3..64 {
        unsafe { write(fd, b"\n0123456789abcdef0123456789abcdef\n".as_ptr(), 34) };
    }
    std::process::exit(x - x)
}
