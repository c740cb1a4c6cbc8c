func check(actual, expected []string, call string) {
	same := len(actual) == len(expected)
	for i := 0; same && i < len(expected); i++ {
		same = actual[i] == expected[i]
	}
	if !same {
		panic("wrong answer: " + call)
	}
}

func main() {
	check(textColumns([][]string{{"tea", "2"}, {"coffee", "11"}}), []string{"tea     2", "coffee  11"}, `textColumns([][]string{{"tea", "2"}, {"coffee", "11"}})`)
	check(textColumns([][]string{{"a", "bb", "c"}, {"dd"}, {"e", "f"}}), []string{"a   bb  c", "dd", "e   f"}, `textColumns([][]string{{"a", "bb", "c"}, {"dd"}, {"e", "f"}})`)
	check(textColumns([][]string{}), []string{}, `textColumns([][]string{})`)
	check(textColumns([][]string{{"one"}}), []string{"one"}, `textColumns([][]string{{"one"}})`)
	check(textColumns([][]string{{"x", "", "y"}, {"", "long", ""}}), []string{"x        y", "   long"}, `textColumns([][]string{{"x", "", "y"}, {"", "long", ""}})`)
	check(textColumns([][]string{{"", ""}, {"", ""}}), []string{"", ""}, `textColumns([][]string{{"", ""}, {"", ""}})`)
	check(textColumns([][]string{{"no", "yes"}, {}, {"maybe"}}), []string{"no     yes", "", "maybe"}, `textColumns([][]string{{"no", "yes"}, {}, {"maybe"}})`)
	check(textColumns([][]string{{"1", "22", "333"}, {"4444", "5", "6"}, {"7", "88", "9"}}), []string{"1     22  333", "4444  5   6", "7     88  9"}, `textColumns([][]string{{"1", "22", "333"}, {"4444", "5", "6"}, {"7", "88", "9"}})`)
}
