    int people = static_cast<int>(weights.size());
    return people <= max_people && accumulate(weights.begin(), weights.end(), 0) <= max_weight;
}
