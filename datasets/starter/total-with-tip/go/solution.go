	return bill + tip
}
