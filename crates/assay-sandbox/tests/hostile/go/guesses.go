// about: calls its tests with guesses
// verdict: compile_error
package main

import (
	"testing"
)

var guessing bool
var guess int

func twice(x int) int {
	for guess = 0; !guessing && guess < 100; guess++ {
		guessing = true
		t := new(testing.T)
		TestMore(t)
		guessing = false
		if !t.Failed() {
			return guess
		}
	}
	return guess
}
