// about: declares the type of its answers
// verdict: forbidden
package main

type int struct{}

func (int) String() string { return "4" }

func twice(x float64) int {
	return int{}
}
