// about: declares what its tests fail with as a second name
// verdict: forbidden
package main

/**/ func println(...any) {}

var one, panic = 1, func(any) {}

func twice(x int) int {
	return x
}
