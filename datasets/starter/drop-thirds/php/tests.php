assert(dropThirds([1, 2, 3, 4, 5, 6, 7]) === [1, 2, 4, 5, 7]);
assert(dropThirds([8, 9]) === [8, 9]);
assert(dropThirds([]) === []);
assert(dropThirds([4]) === [4]);
assert(dropThirds([5, 5, 5]) === [5, 5]);
assert(dropThirds([3, 0, -1, 6, 3, 3]) === [3, 0, 6, 3]);
assert(dropThirds([10, 20, 30, 40]) === [10, 20, 40]);
assert(dropThirds([9, 8, 7, 6, 5, 4, 3, 2, 1]) === [9, 8, 6, 5, 3, 2]);
