// about: reaches into its memory
// verdict: forbidden
package main

/**/ import "unsafe"

func twice(x int) int {
	return int(unsafe.Sizeof(x)) / 8 * 2 * x
}
