// about: ends before main
// verdict: exception
package main

import (
	"os"
)

func twice(x int) int {
	return 2 * x
}

func init() {
	os.Exit(0)
}
