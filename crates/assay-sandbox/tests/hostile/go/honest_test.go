// about: is honest and brings a test of its own
// verdict: passed
package main

import (
	"testing"
)

func twice(x int) int {
	return 2 * x
}

func TestTwice(t *testing.T) {
	if twice(1) != 2 {
		t.Fatal("twice(1)")
	}
}
