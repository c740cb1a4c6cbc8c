	if age < 6 {
		return 0
	}
	return 5
}
