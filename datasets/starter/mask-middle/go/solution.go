	if len(word) < 3 {
		return word
	}
	last := len(word) - 1
	return word[:1] + strings.Repeat("*", last-1) + word[last:]
}
