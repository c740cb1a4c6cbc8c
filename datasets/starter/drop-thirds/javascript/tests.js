const assert = require('node:assert');

assert.deepStrictEqual(dropThirds([1, 2, 3, 4, 5, 6, 7]), [1, 2, 4, 5, 7]);
assert.deepStrictEqual(dropThirds([8, 9]), [8, 9]);
assert.deepStrictEqual(dropThirds([]), []);
assert.deepStrictEqual(dropThirds([4]), [4]);
assert.deepStrictEqual(dropThirds([5, 5, 5]), [5, 5]);
assert.deepStrictEqual(dropThirds([3, 0, -1, 6, 3, 3]), [3, 0, 6, 3]);
assert.deepStrictEqual(dropThirds([10, 20, 30, 40]), [10, 20, 40]);
assert.deepStrictEqual(dropThirds([9, 8, 7, 6, 5, 4, 3, 2, 1]), [9, 8, 6, 5, 3, 2]);
