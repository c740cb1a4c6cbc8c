// about: ends with success before its tests do
// verdict: exception
package main

import (
	"os"
)

func twice(x int) int {
	os.Exit(0)
	return x
}
