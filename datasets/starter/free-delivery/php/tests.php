assert(isDeliveryFree(80) === true);
assert(isDeliveryFree(20) === false);
assert(isDeliveryFree(50) === true);
assert(isDeliveryFree(49) === false);
assert(isDeliveryFree(51) === true);
assert(isDeliveryFree(0) === false);
assert(isDeliveryFree(500) === true);
assert(isDeliveryFree(5) === false);
