	return rows * seatsPerRow
}
