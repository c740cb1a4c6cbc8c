// about: reaches into another package
// verdict: forbidden
package main

func twice(x int) int {
	return x
}

//go:linkname other main.main
func other()
