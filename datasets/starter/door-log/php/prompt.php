<?php

/**
 * Tell whether the log of a door is possible for a room that starts empty.
 *
 * Each entry is "in NAME" or "out NAME", in order of time. Nobody can enter
 * who is inside already, nobody can leave who is not inside, and there are
 * never more than capacity people inside. People may still be inside at the
 * end.
 *
 * logIsValid(["in Ana", "in Bo", "out Ana", "in Cy"], 2) returns true
 * logIsValid(["in Ana", "out Bo"], 5) returns false
 */
function logIsValid(array $entries, int $capacity): bool {
