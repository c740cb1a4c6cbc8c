<?php

/**
 * Lay out rows of words as columns and return one line per row.
 *
 * Every column is as wide as its longest word, words are aligned to the left,
 * and two spaces stand between columns. Rows may have different lengths. No
 * line ends with a space.
 *
 * textColumns([["tea", "2"], ["coffee", "11"]]) returns ["tea     2", "coffee  11"]
 * textColumns([["a", "bb", "c"], ["dd"], ["e", "f"]]) returns ["a   bb  c", "dd", "e   f"]
 */
function textColumns(array $rows): array {
