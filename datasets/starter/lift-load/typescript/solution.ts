  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.length <= maxPeople && total <= maxWeight;
}
