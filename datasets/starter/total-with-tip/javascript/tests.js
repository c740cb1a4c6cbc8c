const assert = require('node:assert');

assert.deepStrictEqual(totalWithTip(20, 3), 23);
assert.deepStrictEqual(totalWithTip(50, 5), 55);
assert.deepStrictEqual(totalWithTip(18, 0), 18);
assert.deepStrictEqual(totalWithTip(0, 2), 2);
assert.deepStrictEqual(totalWithTip(0, 0), 0);
assert.deepStrictEqual(totalWithTip(1, 1), 2);
assert.deepStrictEqual(totalWithTip(999, 101), 1100);
assert.deepStrictEqual(totalWithTip(3, 40), 43);
