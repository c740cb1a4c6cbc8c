<?php

/**
 * Unpack a text in which runs are written as a character and a count.
 *
 * A character followed by a decimal number, of one or more digits, stands for
 * that many of it (0 for none at all); without a number it stands for itself,
 * once. A character that is a digit or a tilde is written with a tilde before
 * it, so "~72" is the digit 7 twice. packed is always well formed.
 *
 * unpackRuns("a3b") returns "aaab"
 * unpackRuns("~72x") returns "77x"
 */
function unpackRuns(string $packed): string {
