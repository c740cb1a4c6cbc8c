package main

import "strings"

var _ = strings.Repeat // keeps the import used

// maskMiddle replaces every letter of word with a star, except the first and
// the last.
//
// maskMiddle("secret") returns "s****t"
// maskMiddle("at") returns "at"
func maskMiddle(word string) string {
