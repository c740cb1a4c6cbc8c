func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(seatCount(3, 4), 12, `seatCount(3, 4)`)
	check(seatCount(10, 2), 20, `seatCount(10, 2)`)
	check(seatCount(0, 8), 0, `seatCount(0, 8)`)
	check(seatCount(5, 0), 0, `seatCount(5, 0)`)
	check(seatCount(1, 1), 1, `seatCount(1, 1)`)
	check(seatCount(7, 6), 42, `seatCount(7, 6)`)
	check(seatCount(25, 40), 1000, `seatCount(25, 40)`)
	check(seatCount(1, 9), 9, `seatCount(1, 9)`)
}
