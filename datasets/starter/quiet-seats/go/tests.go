func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(firstQuietSeats("x....x", 2), 2, `firstQuietSeats("x....x", 2)`)
	check(firstQuietSeats("..x..", 2), -1, `firstQuietSeats("..x..", 2)`)
	check(firstQuietSeats("...", 3), 0, `firstQuietSeats("...", 3)`)
	check(firstQuietSeats("", 1), -1, `firstQuietSeats("", 1)`)
	check(firstQuietSeats(".", 1), 0, `firstQuietSeats(".", 1)`)
	check(firstQuietSeats("x...", 2), 2, `firstQuietSeats("x...", 2)`)
	check(firstQuietSeats("..x", 1), 0, `firstQuietSeats("..x", 1)`)
	check(firstQuietSeats("x.x.x..x...x", 1), 9, `firstQuietSeats("x.x.x..x...x", 1)`)
	check(firstQuietSeats(".x.....x.", 4), -1, `firstQuietSeats(".x.....x.", 4)`)
	check(firstQuietSeats("....x....", 3), 0, `firstQuietSeats("....x....", 3)`)
}
