func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(ticketPrice(4), 0, `ticketPrice(4)`)
	check(ticketPrice(30), 5, `ticketPrice(30)`)
	check(ticketPrice(5), 0, `ticketPrice(5)`)
	check(ticketPrice(6), 5, `ticketPrice(6)`)
	check(ticketPrice(7), 5, `ticketPrice(7)`)
	check(ticketPrice(0), 0, `ticketPrice(0)`)
	check(ticketPrice(1), 0, `ticketPrice(1)`)
	check(ticketPrice(99), 5, `ticketPrice(99)`)
}
