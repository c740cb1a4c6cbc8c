const assert = require('node:assert');

assert.deepStrictEqual(lastStop(["Mill", "Park", "Station"]), "Station");
assert.deepStrictEqual(lastStop(["Harbour"]), "Harbour");
assert.deepStrictEqual(lastStop(["a", "b"]), "b");
assert.deepStrictEqual(lastStop(["b", "a"]), "a");
assert.deepStrictEqual(lastStop(["Elm", "Elm"]), "Elm");
assert.deepStrictEqual(lastStop(["North Gate", "South Gate"]), "South Gate");
assert.deepStrictEqual(lastStop(["1", "2", "3", "4", "5"]), "5");
assert.deepStrictEqual(lastStop(["Zoo", "Lake", "Zoo", "Mill"]), "Mill");
