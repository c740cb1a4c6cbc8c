    let mut sorted = bookings.to_vec();
    sorted.sort();
    let mut blocks: Vec<(i64, i64)> = Vec::new();
    for (start, end) in sorted {
        if start >= end {
            continue;
        }
        match blocks.last_mut() {
            Some(last) if start - last.1 <= gap => last.1 = last.1.max(end),
            _ => blocks.push((start, end)),
        }
    }
    blocks
}
