// about: replaces the standard library
// verdict: forbidden
mod std {
    pub use ::core::*;
}

fn twice(x: i32) -> i32 {
    x
}
