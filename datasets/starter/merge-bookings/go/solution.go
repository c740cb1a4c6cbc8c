	sorted := append([][2]int{}, bookings...)
	sort.Slice(sorted, func(i, j int) bool { return sorted[i][0] < sorted[j][0] })
	blocks := [][2]int{}
	for _, booking := range sorted {
		if booking[0] >= booking[1] {
			continue
		}
		last := len(blocks) - 1
		if last < 0 || booking[0]-blocks[last][1] > gap {
			blocks = append(blocks, booking)
		} else if booking[1] > blocks[last][1] {
			blocks[last][1] = booking[1]
		}
	}
	return blocks
}
