// about: declares what its tests compare with
// verdict: forbidden
package main

type format struct{}

func (format) Sprintf(string, ...any) string { return "" }

var fmt format

func twice(x int) int {
	return x
}
