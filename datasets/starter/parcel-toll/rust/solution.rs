    weights
        .iter()
        .map(|&weight| if weight > limit { 2 * weight } else { weight })
        .sum()
}
