// about: ends from beside
// verdict: exception
package main

import (
	"os"
	"time"
)

func twice(x int) int {
	go os.Exit(0)
	time.Sleep(time.Second)
	return 2 * x
}
