const assert = require('node:assert');

assert.deepStrictEqual(logIsValid(["in Ana", "in Bo", "out Ana", "in Cy"], 2), true);
assert.deepStrictEqual(logIsValid(["in Ana", "out Bo"], 5), false);
assert.deepStrictEqual(logIsValid([], 0), true);
assert.deepStrictEqual(logIsValid(["in Ana", "in Bo", "in Cy", "out Cy"], 2), false);
assert.deepStrictEqual(logIsValid(["in Ana", "in Ana"], 9), false);
assert.deepStrictEqual(logIsValid(["in Ana", "out Ana", "in Ana", "out Ana", "out Ana"], 3), false);
assert.deepStrictEqual(logIsValid(["in Ana"], 0), false);
assert.deepStrictEqual(logIsValid(["in Ana", "out Ana", "in Bo", "out Bo", "in Ana"], 1), true);
assert.deepStrictEqual(logIsValid(["out Ana", "in Ana"], 4), false);
assert.deepStrictEqual(logIsValid(["in Ana", "in Bo", "out Ana", "out Bo", "in Bo"], 2), true);
