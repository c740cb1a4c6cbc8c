func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(postsNeeded(10, 5), 3, `postsNeeded(10, 5)`)
	check(postsNeeded(11, 5), 4, `postsNeeded(11, 5)`)
	check(postsNeeded(0, 3), 1, `postsNeeded(0, 3)`)
	check(postsNeeded(1, 1), 2, `postsNeeded(1, 1)`)
	check(postsNeeded(4, 9), 2, `postsNeeded(4, 9)`)
	check(postsNeeded(9, 9), 2, `postsNeeded(9, 9)`)
	check(postsNeeded(100, 7), 16, `postsNeeded(100, 7)`)
	check(postsNeeded(12, 1), 13, `postsNeeded(12, 1)`)
}
