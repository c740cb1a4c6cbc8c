const assert = require('node:assert');

assert.deepStrictEqual(ticketPrice(4), 0);
assert.deepStrictEqual(ticketPrice(30), 5);
assert.deepStrictEqual(ticketPrice(5), 0);
assert.deepStrictEqual(ticketPrice(6), 5);
assert.deepStrictEqual(ticketPrice(7), 5);
assert.deepStrictEqual(ticketPrice(0), 0);
assert.deepStrictEqual(ticketPrice(1), 0);
assert.deepStrictEqual(ticketPrice(99), 5);
