<?php

/**
 * Find where a party of size people can sit together undisturbed.
 *
 * In row, "." is a free seat and "x" a taken one. The party needs size free
 * seats next to each other, and the seats just before and just after these
 * must be free as well, or lie outside the row. Return the index of the
 * party's first seat, the leftmost if there are several, or -1 if there is
 * none. size is at least 1.
 *
 * firstQuietSeats("x....x", 2) returns 2
 * firstQuietSeats("..x..", 2) returns -1
 */
function firstQuietSeats(string $row, int $size): int {
