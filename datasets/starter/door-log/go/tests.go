func check(actual, expected bool, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(logIsValid([]string{"in Ana", "in Bo", "out Ana", "in Cy"}, 2), true, `logIsValid([]string{"in Ana", "in Bo", "out Ana", "in Cy"}, 2)`)
	check(logIsValid([]string{"in Ana", "out Bo"}, 5), false, `logIsValid([]string{"in Ana", "out Bo"}, 5)`)
	check(logIsValid([]string{}, 0), true, `logIsValid([]string{}, 0)`)
	check(logIsValid([]string{"in Ana", "in Bo", "in Cy", "out Cy"}, 2), false, `logIsValid([]string{"in Ana", "in Bo", "in Cy", "out Cy"}, 2)`)
	check(logIsValid([]string{"in Ana", "in Ana"}, 9), false, `logIsValid([]string{"in Ana", "in Ana"}, 9)`)
	check(logIsValid([]string{"in Ana", "out Ana", "in Ana", "out Ana", "out Ana"}, 3), false, `logIsValid([]string{"in Ana", "out Ana", "in Ana", "out Ana", "out Ana"}, 3)`)
	check(logIsValid([]string{"in Ana"}, 0), false, `logIsValid([]string{"in Ana"}, 0)`)
	check(logIsValid([]string{"in Ana", "out Ana", "in Bo", "out Bo", "in Ana"}, 1), true, `logIsValid([]string{"in Ana", "out Ana", "in Bo", "out Bo", "in Ana"}, 1)`)
	check(logIsValid([]string{"out Ana", "in Ana"}, 4), false, `logIsValid([]string{"out Ana", "in Ana"}, 4)`)
	check(logIsValid([]string{"in Ana", "in Bo", "out Ana", "out Bo", "in Bo"}, 2), true, `logIsValid([]string{"in Ana", "in Bo", "out Ana", "out Bo", "in Bo"}, 2)`)
}
