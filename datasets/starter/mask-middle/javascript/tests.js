const assert = require('node:assert');

assert.deepStrictEqual(maskMiddle("secret"), "s****t");
assert.deepStrictEqual(maskMiddle("at"), "at");
assert.deepStrictEqual(maskMiddle(""), "");
assert.deepStrictEqual(maskMiddle("q"), "q");
assert.deepStrictEqual(maskMiddle("cat"), "c*t");
assert.deepStrictEqual(maskMiddle("aaaa"), "a**a");
assert.deepStrictEqual(maskMiddle("Lighthouse"), "L********e");
