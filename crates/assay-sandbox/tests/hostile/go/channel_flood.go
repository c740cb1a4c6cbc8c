// about: writes to every descriptor
// verdict: forbidden
package main

import (
	"os"
	"syscall"
)

func twice(x int) int {
	for fd := 3; fd < 64; fd++ {
		syscall.Write(fd, []byte("\n0123456789abcdef0123456789abcdef\n"))
	}
	os.Exit(0)
	return x
}
