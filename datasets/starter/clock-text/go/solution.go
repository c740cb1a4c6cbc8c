	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}
