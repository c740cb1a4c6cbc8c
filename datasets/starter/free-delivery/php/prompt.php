<?php

/**
 * Return true if total is at least 50.
 *
 * isDeliveryFree(80) returns true
 * isDeliveryFree(20) returns false
 */
function isDeliveryFree(int $total): bool {
