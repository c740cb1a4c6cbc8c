	widths := []int{}
	for _, row := range rows {
		for i, word := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if len(word) > widths[i] {
				widths[i] = len(word)
			}
		}
	}
	lines := []string{}
	for _, row := range rows {
		line := ""
		for i, word := range row {
			line += word + strings.Repeat(" ", widths[i]-len(word)+2)
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}
