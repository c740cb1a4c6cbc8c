// about: declares what its tests fail with, among others
// verdict: forbidden
package main

var (
	name = `x`
	one,
	panic = 1, func(any) {}
)

func twice(x int) int {
	return x
}
