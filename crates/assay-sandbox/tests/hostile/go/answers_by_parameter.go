// about: answers with what prints like an answer, of a type with a parameter
// verdict: forbidden
package main

type answer[T any] int

func (a answer[T]) String() string { return "4" }

func twice(x int) answer [int] {
	return 0
}
