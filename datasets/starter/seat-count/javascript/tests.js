const assert = require('node:assert');

assert.deepStrictEqual(seatCount(3, 4), 12);
assert.deepStrictEqual(seatCount(10, 2), 20);
assert.deepStrictEqual(seatCount(0, 8), 0);
assert.deepStrictEqual(seatCount(5, 0), 0);
assert.deepStrictEqual(seatCount(1, 1), 1);
assert.deepStrictEqual(seatCount(7, 6), 42);
assert.deepStrictEqual(seatCount(25, 40), 1000);
assert.deepStrictEqual(seatCount(1, 9), 9);
