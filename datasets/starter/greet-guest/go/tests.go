func check(actual, expected string, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(greetGuest("Ada"), "Hello, Ada!", `greetGuest("Ada")`)
	check(greetGuest("Tom"), "Hello, Tom!", `greetGuest("Tom")`)
	check(greetGuest(""), "Hello, !", `greetGuest("")`)
	check(greetGuest("x"), "Hello, x!", `greetGuest("x")`)
	check(greetGuest("Mary Ann"), "Hello, Mary Ann!", `greetGuest("Mary Ann")`)
	check(greetGuest("zoe"), "Hello, zoe!", `greetGuest("zoe")`)
	check(greetGuest("R2-D2"), "Hello, R2-D2!", `greetGuest("R2-D2")`)
	check(greetGuest("KIM!"), "Hello, KIM!!", `greetGuest("KIM!")`)
}
