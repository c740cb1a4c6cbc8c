// about: calls itself without end
// verdict: exception memory
package main

func twice(x int) int {
	return twice(x) + 1
}
