const assert = require('node:assert');

assert.deepStrictEqual(isDeliveryFree(80), true);
assert.deepStrictEqual(isDeliveryFree(20), false);
assert.deepStrictEqual(isDeliveryFree(50), true);
assert.deepStrictEqual(isDeliveryFree(49), false);
assert.deepStrictEqual(isDeliveryFree(51), true);
assert.deepStrictEqual(isDeliveryFree(0), false);
assert.deepStrictEqual(isDeliveryFree(500), true);
assert.deepStrictEqual(isDeliveryFree(5), false);
