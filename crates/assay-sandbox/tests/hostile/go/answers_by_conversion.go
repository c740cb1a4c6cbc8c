// about: makes a type of its entry point
// verdict: forbidden
package main

type twice int

func (t twice) String() string { return "4" }
