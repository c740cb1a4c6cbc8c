    if word.len() < 3 {
        return word.to_string();
    }
    let last = word.len() - 1;
    format!("{}{}{}", &word[..1], "*".repeat(last - 1), &word[last..])
}
