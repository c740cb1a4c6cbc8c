	inside := map[string]bool{}
	for _, entry := range entries {
		move, name, _ := strings.Cut(entry, " ")
		enters := move == "in"
		if enters == inside[name] {
			return false
		}
		if enters {
			inside[name] = true
		} else {
			delete(inside, name)
		}
		if len(inside) > capacity {
			return false
		}
	}
	return true
}
