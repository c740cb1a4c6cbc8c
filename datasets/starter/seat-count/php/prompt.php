<?php

/**
 * Multiply rows by seatsPerRow to count the seats of a hall.
 *
 * seatCount(3, 4) returns 12
 * seatCount(10, 2) returns 20
 */
function seatCount(int $rows, int $seatsPerRow): int {
