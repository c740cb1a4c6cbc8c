	left := map[string]int{}
	for item, count := range stock {
		left[item] = count
	}
	for _, order := range orders {
		words := strings.Fields(order)
		change, _ := strconv.Atoi(words[0])
		count := left[words[1]] + change
		if count > 0 {
			left[words[1]] = count
		} else if count == 0 {
			delete(left, words[1])
		}
	}
	return left
}
