package main

import "strings"

var _ = strings.Split // keeps the import used

// logIsValid tells whether the log of a door is possible for a room that starts
// empty.
//
// Each entry is "in NAME" or "out NAME", in order of time. Nobody can enter
// who is inside already, nobody can leave who is not inside, and there are
// never more than capacity people inside. People may still be inside at the
// end.
//
// logIsValid([]string{"in Ana", "in Bo", "out Ana", "in Cy"}, 2) returns true
// logIsValid([]string{"in Ana", "out Bo"}, 5) returns false
func logIsValid(entries []string, capacity int) bool {
