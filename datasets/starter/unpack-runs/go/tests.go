func check(actual, expected string, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(unpackRuns("a3b"), "aaab", `unpackRuns("a3b")`)
	check(unpackRuns("~72x"), "77x", `unpackRuns("~72x")`)
	check(unpackRuns(""), "", `unpackRuns("")`)
	check(unpackRuns("~~2"), "~~", `unpackRuns("~~2")`)
	check(unpackRuns("z12y"), "zzzzzzzzzzzzy", `unpackRuns("z12y")`)
	check(unpackRuns("a0b"), "b", `unpackRuns("a0b")`)
	check(unpackRuns("~13~3"), "1113", `unpackRuns("~13~3")`)
	check(unpackRuns("x 3.2"), "x   ..", `unpackRuns("x 3.2")`)
	check(unpackRuns("~~~~~0"), "~~0", `unpackRuns("~~~~~0")`)
	check(unpackRuns("~010q~9"), "0000000000q9", `unpackRuns("~010q~9")`)
}
