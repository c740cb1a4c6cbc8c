<?php

/**
 * Replace every letter of word with a star, except the first and the last.
 *
 * maskMiddle("secret") returns "s****t"
 * maskMiddle("at") returns "at"
 */
function maskMiddle(string $word): string {
