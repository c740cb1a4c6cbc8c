// about: takes all memory
// verdict: memory timeout
fn twice(x: i32) -> i32 {
    let mut kept = vec![];
    loop {
        kept.push(vec![1u8; 1 << 24]);
    }
}
