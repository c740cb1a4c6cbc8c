func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(totalWithTip(20, 3), 23, `totalWithTip(20, 3)`)
	check(totalWithTip(50, 5), 55, `totalWithTip(50, 5)`)
	check(totalWithTip(18, 0), 18, `totalWithTip(18, 0)`)
	check(totalWithTip(0, 2), 2, `totalWithTip(0, 2)`)
	check(totalWithTip(0, 0), 0, `totalWithTip(0, 0)`)
	check(totalWithTip(1, 1), 2, `totalWithTip(1, 1)`)
	check(totalWithTip(999, 101), 1100, `totalWithTip(999, 101)`)
	check(totalWithTip(3, 40), 43, `totalWithTip(3, 40)`)
}
