	return stops[len(stops)-1]
}
