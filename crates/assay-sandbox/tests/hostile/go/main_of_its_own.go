// about: brings a main
// verdict: compile_error
package main

func twice(x int) int {
	return x
}

func main() {}
