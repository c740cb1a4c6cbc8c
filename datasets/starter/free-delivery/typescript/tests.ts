function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(isDeliveryFree(80), true);
check(isDeliveryFree(20), false);
check(isDeliveryFree(50), true);
check(isDeliveryFree(49), false);
check(isDeliveryFree(51), true);
check(isDeliveryFree(0), false);
check(isDeliveryFree(500), true);
check(isDeliveryFree(5), false);
