<?php

/**
 * Merge the bookings of a room into blocks in which the room is busy.
 *
 * A booking is [start, end]; one whose end is not after its start is ignored
 * altogether. Bookings that overlap or touch fall into one block, and so do
 * those with a pause of at most gap between them. Return the blocks as
 * [start, end], earliest first.
 *
 * mergeBookings([[9, 10], [12, 15], [11, 13]], 0) returns [[9, 10], [11, 15]]
 * mergeBookings([[9, 10], [12, 15], [11, 13]], 1) returns [[9, 15]]
 */
function mergeBookings(array $bookings, int $gap): array {
