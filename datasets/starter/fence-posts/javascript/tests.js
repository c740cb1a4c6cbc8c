const assert = require('node:assert');

assert.deepStrictEqual(postsNeeded(10, 5), 3);
assert.deepStrictEqual(postsNeeded(11, 5), 4);
assert.deepStrictEqual(postsNeeded(0, 3), 1);
assert.deepStrictEqual(postsNeeded(1, 1), 2);
assert.deepStrictEqual(postsNeeded(4, 9), 2);
assert.deepStrictEqual(postsNeeded(9, 9), 2);
assert.deepStrictEqual(postsNeeded(100, 7), 16);
assert.deepStrictEqual(postsNeeded(12, 1), 13);
