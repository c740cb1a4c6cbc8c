assert(postsNeeded(10, 5) === 3);
assert(postsNeeded(11, 5) === 4);
assert(postsNeeded(0, 3) === 1);
assert(postsNeeded(1, 1) === 2);
assert(postsNeeded(4, 9) === 2);
assert(postsNeeded(9, 9) === 2);
assert(postsNeeded(100, 7) === 16);
assert(postsNeeded(12, 1) === 13);
