	return total >= 50
}
