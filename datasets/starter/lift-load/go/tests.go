func check(actual, expected bool, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(canRide([]int{70, 80, 60}, 300, 4), true, `canRide([]int{70, 80, 60}, 300, 4)`)
	check(canRide([]int{70, 80, 60}, 300, 2), false, `canRide([]int{70, 80, 60}, 300, 2)`)
	check(canRide([]int{}, 0, 0), true, `canRide([]int{}, 0, 0)`)
	check(canRide([]int{100, 100}, 200, 2), true, `canRide([]int{100, 100}, 200, 2)`)
	check(canRide([]int{100, 101}, 200, 2), false, `canRide([]int{100, 101}, 200, 2)`)
	check(canRide([]int{1, 1, 1, 1}, 500, 3), false, `canRide([]int{1, 1, 1, 1}, 500, 3)`)
	check(canRide([]int{90}, 80, 6), false, `canRide([]int{90}, 80, 6)`)
	check(canRide([]int{40, 40, 40}, 120, 3), true, `canRide([]int{40, 40, 40}, 120, 3)`)
}
