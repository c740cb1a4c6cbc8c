    return sum(2 * weight if weight > limit else weight for weight in weights)
