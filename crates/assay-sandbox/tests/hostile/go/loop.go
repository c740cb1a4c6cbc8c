// about: never ends
// verdict: timeout
package main

func twice(x int) int {
	for {
	}
}
