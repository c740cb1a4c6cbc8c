func check(actual, expected string, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(maskMiddle("secret"), "s****t", `maskMiddle("secret")`)
	check(maskMiddle("at"), "at", `maskMiddle("at")`)
	check(maskMiddle(""), "", `maskMiddle("")`)
	check(maskMiddle("q"), "q", `maskMiddle("q")`)
	check(maskMiddle("cat"), "c*t", `maskMiddle("cat")`)
	check(maskMiddle("aaaa"), "a**a", `maskMiddle("aaaa")`)
	check(maskMiddle("Lighthouse"), "L********e", `maskMiddle("Lighthouse")`)
}
