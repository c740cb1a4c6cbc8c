<?php

/**
 * Add up the toll of all parcels.
 *
 * A parcel costs its weight in coins. A parcel heavier than limit costs
 * twice its weight.
 *
 * parcelToll([2, 5, 3], 4) returns 15
 * parcelToll([1, 1], 1) returns 2
 */
function parcelToll(array $weights, int $limit): int {
