<?php

/**
 * Return items without its third, sixth, ninth, ... item.
 *
 * dropThirds([1, 2, 3, 4, 5, 6, 7]) returns [1, 2, 4, 5, 7]
 * dropThirds([8, 9]) returns [8, 9]
 */
function dropThirds(array $items): array {
