func check(actual, expected map[string]int, call string) {
	same := len(actual) == len(expected)
	for key, value := range expected {
		got, found := actual[key]
		same = same && found && got == value
	}
	if !same {
		panic("wrong answer: " + call)
	}
}

func main() {
	check(applyOrders(map[string]int{"apple": 2}, []string{"+3 pear", "-1 apple"}), map[string]int{"apple": 1, "pear": 3}, `applyOrders(map[string]int{"apple": 2}, []string{"+3 pear", "-1 apple"})`)
	check(applyOrders(map[string]int{"fig": 1}, []string{"-2 fig", "-1 fig"}), map[string]int{}, `applyOrders(map[string]int{"fig": 1}, []string{"-2 fig", "-1 fig"})`)
	check(applyOrders(map[string]int{}, []string{}), map[string]int{}, `applyOrders(map[string]int{}, []string{})`)
	check(applyOrders(map[string]int{"apple": 4, "plum": 7}, []string{}), map[string]int{"apple": 4, "plum": 7}, `applyOrders(map[string]int{"apple": 4, "plum": 7}, []string{})`)
	check(applyOrders(map[string]int{}, []string{"-1 kiwi", "+12 kiwi", "-10 kiwi"}), map[string]int{"kiwi": 2}, `applyOrders(map[string]int{}, []string{"-1 kiwi", "+12 kiwi", "-10 kiwi"})`)
	check(applyOrders(map[string]int{"lime": 5}, []string{"-5 lime", "-1 lime", "+2 lime", "+2 lime"}), map[string]int{"lime": 4}, `applyOrders(map[string]int{"lime": 5}, []string{"-5 lime", "-1 lime", "+2 lime", "+2 lime"})`)
	check(applyOrders(map[string]int{"date": 10, "fig": 10}, []string{"-11 date", "-3 fig", "-7 date", "-7 fig"}), map[string]int{"date": 3}, `applyOrders(map[string]int{"date": 10, "fig": 10}, []string{"-11 date", "-3 fig", "-7 date", "-7 fig"})`)
}
