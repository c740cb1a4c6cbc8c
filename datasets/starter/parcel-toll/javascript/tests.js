const assert = require('node:assert');

assert.deepStrictEqual(parcelToll([2, 5, 3], 4), 15);
assert.deepStrictEqual(parcelToll([1, 1], 1), 2);
assert.deepStrictEqual(parcelToll([], 10), 0);
assert.deepStrictEqual(parcelToll([7], 6), 14);
assert.deepStrictEqual(parcelToll([6], 6), 6);
assert.deepStrictEqual(parcelToll([10, 20, 30], 0), 120);
assert.deepStrictEqual(parcelToll([4, 9, 4, 9], 8), 44);
assert.deepStrictEqual(parcelToll([0, 0, 3], 2), 6);
