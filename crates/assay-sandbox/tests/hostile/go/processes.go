// about: starts itself again and again
// verdict: passed exception process_limit
package main

import (
	"os/exec"
)

func twice(x int) int {
	for i := 0; i < 100; i++ {
		if exec.Command("/bin/sleep", "1000").Start() != nil {
			break
		}
	}
	return 2 * x
}
