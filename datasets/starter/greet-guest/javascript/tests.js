const assert = require('node:assert');

assert.deepStrictEqual(greetGuest("Ada"), "Hello, Ada!");
assert.deepStrictEqual(greetGuest("Tom"), "Hello, Tom!");
assert.deepStrictEqual(greetGuest(""), "Hello, !");
assert.deepStrictEqual(greetGuest("x"), "Hello, x!");
assert.deepStrictEqual(greetGuest("Mary Ann"), "Hello, Mary Ann!");
assert.deepStrictEqual(greetGuest("zoe"), "Hello, zoe!");
assert.deepStrictEqual(greetGuest("R2-D2"), "Hello, R2-D2!");
assert.deepStrictEqual(greetGuest("KIM!"), "Hello, KIM!!");
