func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(parcelToll([]int{2, 5, 3}, 4), 15, `parcelToll([]int{2, 5, 3}, 4)`)
	check(parcelToll([]int{1, 1}, 1), 2, `parcelToll([]int{1, 1}, 1)`)
	check(parcelToll([]int{}, 10), 0, `parcelToll([]int{}, 10)`)
	check(parcelToll([]int{7}, 6), 14, `parcelToll([]int{7}, 6)`)
	check(parcelToll([]int{6}, 6), 6, `parcelToll([]int{6}, 6)`)
	check(parcelToll([]int{10, 20, 30}, 0), 120, `parcelToll([]int{10, 20, 30}, 0)`)
	check(parcelToll([]int{4, 9, 4, 9}, 8), 44, `parcelToll([]int{4, 9, 4, 9}, 8)`)
	check(parcelToll([]int{0, 0, 3}, 2), 6, `parcelToll([]int{0, 0, 3}, 2)`)
}
