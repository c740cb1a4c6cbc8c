    text.split_whitespace()
        .filter(|word| word.ends_with('!'))
        .count()
}
