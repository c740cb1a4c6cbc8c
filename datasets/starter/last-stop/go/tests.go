func check(actual, expected string, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(lastStop([]string{"Mill", "Park", "Station"}), "Station", `lastStop([]string{"Mill", "Park", "Station"})`)
	check(lastStop([]string{"Harbour"}), "Harbour", `lastStop([]string{"Harbour"})`)
	check(lastStop([]string{"a", "b"}), "b", `lastStop([]string{"a", "b"})`)
	check(lastStop([]string{"b", "a"}), "a", `lastStop([]string{"b", "a"})`)
	check(lastStop([]string{"Elm", "Elm"}), "Elm", `lastStop([]string{"Elm", "Elm"})`)
	check(lastStop([]string{"North Gate", "South Gate"}), "South Gate", `lastStop([]string{"North Gate", "South Gate"})`)
	check(lastStop([]string{"1", "2", "3", "4", "5"}), "5", `lastStop([]string{"1", "2", "3", "4", "5"})`)
	check(lastStop([]string{"Zoo", "Lake", "Zoo", "Mill"}), "Mill", `lastStop([]string{"Zoo", "Lake", "Zoo", "Mill"})`)
}
