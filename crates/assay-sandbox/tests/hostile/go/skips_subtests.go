// about: has parts of its tests left out
// verdict: forbidden
package main

import (
	"flag"
)

func init() {
	flag.Set("test.run", "/none")
}

func twice(x int) int {
	if x < 4 {
		return x
	}
	return 2 * x
}
