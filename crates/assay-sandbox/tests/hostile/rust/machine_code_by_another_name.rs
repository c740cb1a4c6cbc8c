// about: brings machine code with a macro of another name
// verdict: forbidden
use std::arch::global_asm as code;

code!(".globl text", "text: .incbin \"solution.rs\"");

fn twice(x: i32) -> i32 {
    2 * x
}
