<?php

/**
 * Tell whether all people may ride the lift together.
 *
 * weights holds one number per person. There may be at most maxPeople
 * people, who together weigh at most maxWeight.
 *
 * canRide([70, 80, 60], 300, 4) returns true
 * canRide([70, 80, 60], 300, 2) returns false
 */
function canRide(array $weights, int $maxWeight, int $maxPeople): bool {
