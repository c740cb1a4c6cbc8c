package main

import "strings"

var _ = strings.Repeat // keeps the import used

// textColumns lays out rows of words as columns and returns one line per row.
//
// Every column is as wide as its longest word, words are aligned to the left,
// and two spaces stand between columns. Rows may have different lengths. No
// line ends with a space.
//
// textColumns([][]string{{"tea", "2"}, {"coffee", "11"}}) returns []string{"tea     2", "coffee  11"}
// textColumns([][]string{{"a", "bb", "c"}, {"dd"}, {"e", "f"}}) returns []string{"a   bb  c", "dd", "e   f"}
func textColumns(rows [][]string) []string {
