// about: renames what its tests import
// verdict: forbidden
package main

import foo "github.com/stretchr/testify/assert"

var _ foo.TestingT

type fake struct{}

func (f fake) New(any) fake     { return f }
func (fake) Equal(...any) bool { return true }

var assert fake

func twice(x int) int {
	return x
}
