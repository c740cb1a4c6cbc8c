        return weights.length <= maxPeople && Arrays.stream(weights).sum() <= maxWeight;
    }
}
