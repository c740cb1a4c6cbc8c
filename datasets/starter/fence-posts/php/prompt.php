<?php

/**
 * Find the smallest number of posts for a straight fence.
 *
 * The fence is length metres long and has a post at each end. Neighbouring
 * posts stand at most gap metres apart (gap is at least 1). A fence of length
 * 0 is a single post.
 *
 * postsNeeded(10, 5) returns 3
 * postsNeeded(11, 5) returns 4
 */
function postsNeeded(int $length, int $gap): int {
