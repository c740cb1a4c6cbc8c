// about: answers with anything that prints like an answer
// verdict: forbidden
package main

type answer int

func (a answer) String() string { return "4" }

func twice(x int) interface{ String() string } {
	return answer(0)
}
