const assert = require('node:assert');

assert.deepStrictEqual(countLoudWords("Stop! Who goes there!"), 2);
assert.deepStrictEqual(countLoudWords("all is calm"), 0);
assert.deepStrictEqual(countLoudWords(""), 0);
assert.deepStrictEqual(countLoudWords("Hey!"), 1);
assert.deepStrictEqual(countLoudWords("a!b c! d!!"), 2);
assert.deepStrictEqual(countLoudWords("!x y!z"), 0);
assert.deepStrictEqual(countLoudWords("Go!  Go!   Go!"), 3);
assert.deepStrictEqual(countLoudWords("! wait ! no"), 2);
