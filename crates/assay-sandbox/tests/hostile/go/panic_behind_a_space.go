// about: declares what its tests fail with, not at the beginning of a line
// verdict: forbidden
package main

 func panic(any) {}

func twice(x int) int {
	return x
}
