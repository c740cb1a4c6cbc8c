const assert = require('node:assert');

assert.deepStrictEqual(firstQuietSeats("x....x", 2), 2);
assert.deepStrictEqual(firstQuietSeats("..x..", 2), -1);
assert.deepStrictEqual(firstQuietSeats("...", 3), 0);
assert.deepStrictEqual(firstQuietSeats("", 1), -1);
assert.deepStrictEqual(firstQuietSeats(".", 1), 0);
assert.deepStrictEqual(firstQuietSeats("x...", 2), 2);
assert.deepStrictEqual(firstQuietSeats("..x", 1), 0);
assert.deepStrictEqual(firstQuietSeats("x.x.x..x...x", 1), 9);
assert.deepStrictEqual(firstQuietSeats(".x.....x.", 4), -1);
assert.deepStrictEqual(firstQuietSeats("....x....", 3), 0);
