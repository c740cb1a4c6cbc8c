<?php

/**
 * Return the bill plus the tip.
 *
 * totalWithTip(20, 3) returns 23
 * totalWithTip(50, 5) returns 55
 */
function totalWithTip(int $bill, int $tip): int {
