	count := 0
	for _, word := range strings.Fields(text) {
		if strings.HasSuffix(word, "!") {
			count++
		}
	}
	return count
}
