const assert = require('node:assert');

assert.deepStrictEqual(clockText(125), "2:05");
assert.deepStrictEqual(clockText(59), "0:59");
assert.deepStrictEqual(clockText(0), "0:00");
assert.deepStrictEqual(clockText(60), "1:00");
assert.deepStrictEqual(clockText(7), "0:07");
assert.deepStrictEqual(clockText(600), "10:00");
assert.deepStrictEqual(clockText(1439), "23:59");
assert.deepStrictEqual(clockText(6010), "100:10");
