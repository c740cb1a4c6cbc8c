    weights.len() <= max_people && weights.iter().sum::<i64>() <= max_weight
}
