func check(actual, expected [][2]int, call string) {
	same := len(actual) == len(expected)
	for i := 0; same && i < len(expected); i++ {
		same = actual[i] == expected[i]
	}
	if !same {
		panic("wrong answer: " + call)
	}
}

func main() {
	check(mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 0), [][2]int{{9, 10}, {11, 15}}, `mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 0)`)
	check(mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 1), [][2]int{{9, 15}}, `mergeBookings([][2]int{{9, 10}, {12, 15}, {11, 13}}, 1)`)
	check(mergeBookings([][2]int{}, 5), [][2]int{}, `mergeBookings([][2]int{}, 5)`)
	check(mergeBookings([][2]int{{3, 3}, {8, 6}}, 2), [][2]int{}, `mergeBookings([][2]int{{3, 3}, {8, 6}}, 2)`)
	check(mergeBookings([][2]int{{1, 2}, {2, 3}, {4, 5}}, 0), [][2]int{{1, 3}, {4, 5}}, `mergeBookings([][2]int{{1, 2}, {2, 3}, {4, 5}}, 0)`)
	check(mergeBookings([][2]int{{0, 20}, {5, 6}, {22, 23}}, 1), [][2]int{{0, 20}, {22, 23}}, `mergeBookings([][2]int{{0, 20}, {5, 6}, {22, 23}}, 1)`)
	check(mergeBookings([][2]int{{0, 20}, {5, 6}, {22, 23}}, 2), [][2]int{{0, 23}}, `mergeBookings([][2]int{{0, 20}, {5, 6}, {22, 23}}, 2)`)
	check(mergeBookings([][2]int{{0, 2}, {4, 4}, {6, 8}}, 2), [][2]int{{0, 2}, {6, 8}}, `mergeBookings([][2]int{{0, 2}, {4, 4}, {6, 8}}, 2)`)
	check(mergeBookings([][2]int{{30, 40}, {-5, 1}, {3, 4}, {30, 31}, {7, 9}}, 2), [][2]int{{-5, 4}, {7, 9}, {30, 40}}, `mergeBookings([][2]int{{30, 40}, {-5, 1}, {3, 4}, {30, 31}, {7, 9}}, 2)`)
}
