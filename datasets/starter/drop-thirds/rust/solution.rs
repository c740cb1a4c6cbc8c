    items
        .chunks(3)
        .flat_map(|chunk| chunk.iter().take(2))
        .copied()
        .collect()
}
