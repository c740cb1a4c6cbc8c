<?php

/**
 * Count the words of text that end with an exclamation mark.
 *
 * Words are separated by one or more spaces.
 *
 * countLoudWords("Stop! Who goes there!") returns 2
 * countLoudWords("all is calm") returns 0
 */
function countLoudWords(string $text): int {
