    return count($weights) <= $maxPeople && array_sum($weights) <= $maxWeight;
}
