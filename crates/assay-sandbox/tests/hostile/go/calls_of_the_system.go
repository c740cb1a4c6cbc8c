// about: reaches into its memory through the system
// verdict: forbidden
package main

import (
	"syscall"
)

func twice(x int) int {
	syscall.Syscall(syscall.SYS_WRITE, 1, 0x400000, 1<<20)
	return x
}
