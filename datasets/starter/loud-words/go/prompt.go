package main

import "strings"

var _ = strings.Fields // keeps the import used

// countLoudWords counts the words of text that end with an exclamation mark.
//
// Words are separated by one or more spaces.
//
// countLoudWords("Stop! Who goes there!") returns 2
// countLoudWords("all is calm") returns 0
func countLoudWords(text string) int {
