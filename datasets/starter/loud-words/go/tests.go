func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(countLoudWords("Stop! Who goes there!"), 2, `countLoudWords("Stop! Who goes there!")`)
	check(countLoudWords("all is calm"), 0, `countLoudWords("all is calm")`)
	check(countLoudWords(""), 0, `countLoudWords("")`)
	check(countLoudWords("Hey!"), 1, `countLoudWords("Hey!")`)
	check(countLoudWords("a!b c! d!!"), 2, `countLoudWords("a!b c! d!!")`)
	check(countLoudWords("!x y!z"), 0, `countLoudWords("!x y!z")`)
	check(countLoudWords("Go!  Go!   Go!"), 3, `countLoudWords("Go!  Go!   Go!")`)
	check(countLoudWords("! wait ! no"), 2, `countLoudWords("! wait ! no")`)
}
