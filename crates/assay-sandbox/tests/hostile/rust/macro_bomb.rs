// about: keeps the compiler busy
// verdict: compile_error
macro_rules! bomb {
    ($a:tt $($rest:tt)*) => { bomb!($($rest)* $($rest)* $a $a) };
}

fn twice(x: i32) -> i32 {
    bomb!(x x x x x x x x x x x x x x x x x x x x x x x x x x)
}
