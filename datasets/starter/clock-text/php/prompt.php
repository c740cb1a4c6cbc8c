<?php

/**
 * Write a number of minutes as h:mm.
 *
 * The minutes always have two digits; the hours have no leading zero and may
 * pass 23.
 *
 * clockText(125) returns "2:05"
 * clockText(59) returns "0:59"
 */
function clockText(int $minutes): string {
