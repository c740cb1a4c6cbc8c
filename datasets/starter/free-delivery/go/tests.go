func check(actual, expected bool, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(isDeliveryFree(80), true, `isDeliveryFree(80)`)
	check(isDeliveryFree(20), false, `isDeliveryFree(20)`)
	check(isDeliveryFree(50), true, `isDeliveryFree(50)`)
	check(isDeliveryFree(49), false, `isDeliveryFree(49)`)
	check(isDeliveryFree(51), true, `isDeliveryFree(51)`)
	check(isDeliveryFree(0), false, `isDeliveryFree(0)`)
	check(isDeliveryFree(500), true, `isDeliveryFree(500)`)
	check(isDeliveryFree(5), false, `isDeliveryFree(5)`)
}
