const assert = require('node:assert');

assert.deepStrictEqual(canRide([70, 80, 60], 300, 4), true);
assert.deepStrictEqual(canRide([70, 80, 60], 300, 2), false);
assert.deepStrictEqual(canRide([], 0, 0), true);
assert.deepStrictEqual(canRide([100, 100], 200, 2), true);
assert.deepStrictEqual(canRide([100, 101], 200, 2), false);
assert.deepStrictEqual(canRide([1, 1, 1, 1], 500, 3), false);
assert.deepStrictEqual(canRide([90], 80, 6), false);
assert.deepStrictEqual(canRide([40, 40, 40], 120, 3), true);
