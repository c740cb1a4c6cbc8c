func check(actual, expected []int, call string) {
	same := len(actual) == len(expected)
	for i := 0; same && i < len(expected); i++ {
		same = actual[i] == expected[i]
	}
	if !same {
		panic("wrong answer: " + call)
	}
}

func main() {
	check(dropThirds([]int{1, 2, 3, 4, 5, 6, 7}), []int{1, 2, 4, 5, 7}, `dropThirds([]int{1, 2, 3, 4, 5, 6, 7})`)
	check(dropThirds([]int{8, 9}), []int{8, 9}, `dropThirds([]int{8, 9})`)
	check(dropThirds([]int{}), []int{}, `dropThirds([]int{})`)
	check(dropThirds([]int{4}), []int{4}, `dropThirds([]int{4})`)
	check(dropThirds([]int{5, 5, 5}), []int{5, 5}, `dropThirds([]int{5, 5, 5})`)
	check(dropThirds([]int{3, 0, -1, 6, 3, 3}), []int{3, 0, 6, 3}, `dropThirds([]int{3, 0, -1, 6, 3, 3})`)
	check(dropThirds([]int{10, 20, 30, 40}), []int{10, 20, 40}, `dropThirds([]int{10, 20, 30, 40})`)
	check(dropThirds([]int{9, 8, 7, 6, 5, 4, 3, 2, 1}), []int{9, 8, 6, 5, 3, 2}, `dropThirds([]int{9, 8, 7, 6, 5, 4, 3, 2, 1})`)
}
