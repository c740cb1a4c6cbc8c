    return len(weights) <= max_people and sum(weights) <= max_weight
