// about: declares what its tests fail with
// verdict: forbidden
package main

func twice(x int) int {
	return x
}

func panic(any) {}
