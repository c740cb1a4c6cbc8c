	toll := 0
	for _, weight := range weights {
		toll += weight
		if weight > limit {
			toll += weight
		}
	}
	return toll
}
