const assert = require('node:assert');

assert.deepStrictEqual(unpackRuns("a3b"), "aaab");
assert.deepStrictEqual(unpackRuns("~72x"), "77x");
assert.deepStrictEqual(unpackRuns(""), "");
assert.deepStrictEqual(unpackRuns("~~2"), "~~");
assert.deepStrictEqual(unpackRuns("z12y"), "zzzzzzzzzzzzy");
assert.deepStrictEqual(unpackRuns("a0b"), "b");
assert.deepStrictEqual(unpackRuns("~13~3"), "1113");
assert.deepStrictEqual(unpackRuns("x 3.2"), "x   ..");
assert.deepStrictEqual(unpackRuns("~~~~~0"), "~~0");
assert.deepStrictEqual(unpackRuns("~010q~9"), "0000000000q9");
