<?php

/**
 * Return 0 if age is less than 6, otherwise return 5.
 *
 * ticketPrice(4) returns 0
 * ticketPrice(30) returns 5
 */
function ticketPrice(int $age): int {
