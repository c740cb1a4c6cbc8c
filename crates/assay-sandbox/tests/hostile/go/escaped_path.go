// about: imports a path that is written otherwise
// verdict: compile_error
package main

import "\x75nsafe"

func twice(x int) int {
	return int(unsafe.Sizeof(x)) / 8 * 2 * x
}
