// about: ends in a comment that would go on in its tests
// verdict: compile_error
package main

func twice(x int) int {
	return x
}

/*