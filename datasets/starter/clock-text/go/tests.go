func check(actual, expected string, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(clockText(125), "2:05", `clockText(125)`)
	check(clockText(59), "0:59", `clockText(59)`)
	check(clockText(0), "0:00", `clockText(0)`)
	check(clockText(60), "1:00", `clockText(60)`)
	check(clockText(7), "0:07", `clockText(7)`)
	check(clockText(600), "10:00", `clockText(600)`)
	check(clockText(1439), "23:59", `clockText(1439)`)
	check(clockText(6010), "100:10", `clockText(6010)`)
}
