	total := 0
	for _, weight := range weights {
		total += weight
	}
	return len(weights) <= maxPeople && total <= maxWeight
}
