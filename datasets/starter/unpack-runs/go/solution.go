	var text strings.Builder
	for i := 0; i < len(packed); {
		if packed[i] == '~' {
			i++
		}
		character := packed[i : i+1]
		i++
		start := i
		for i < len(packed) && packed[i] >= '0' && packed[i] <= '9' {
			i++
		}
		count := 1
		if i > start {
			count, _ = strconv.Atoi(packed[start:i])
		}
		text.WriteString(strings.Repeat(character, count))
	}
	return text.String()
}
