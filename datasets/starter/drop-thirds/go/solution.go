	kept := []int{}
	for i, item := range items {
		if i%3 != 2 {
			kept = append(kept, item)
		}
	}
	return kept
}
