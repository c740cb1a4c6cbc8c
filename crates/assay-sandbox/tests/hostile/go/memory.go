// about: takes all memory
// verdict: memory
package main

func twice(x int) int {
	kept := [][]byte{}
	for {
		part := make([]byte, 1<<24)
		for i := range part {
			part[i] = 1
		}
		kept = append(kept, part)
	}
}
