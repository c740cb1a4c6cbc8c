<?php

/**
 * Find the fewest moves from "S" to "G" in a grid.
 *
 * "#" is a wall; "." is free, as are "S" and "G". One move goes to a free
 * square above, below, left or right. Once on the whole way, one move may
 * instead be a jump over a wall: two squares in one of these directions,
 * where the square in between is a wall and the square it lands on is free
 * and inside the grid. Return -1 if "G" cannot be reached.
 *
 * fewestMoves(["S.#G"]) returns 2
 * fewestMoves(["S##G"]) returns -1
 */
function fewestMoves(array $grid): int {
