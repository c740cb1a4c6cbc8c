  return weights.reduce((toll, weight) => toll + (weight > limit ? 2 * weight : weight), 0);
}
