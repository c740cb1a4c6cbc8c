// about: is honest and calls things what others are called
// verdict: passed
package main

var (
	flag, os = 1, 2
	sum     = flag +
		len("panic")
)

type tools struct{}

func (tools) panic(x int) int { return x }

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func twice(x int) (total int) {
	panic := tools{}.panic(x)
	main, other := panic, x
	total = max(main+other, 0)
	return
}
