function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(canRide([70, 80, 60], 300, 4), true);
check(canRide([70, 80, 60], 300, 2), false);
check(canRide([], 0, 0), true);
check(canRide([100, 100], 200, 2), true);
check(canRide([100, 101], 200, 2), false);
check(canRide([1, 1, 1, 1], 500, 3), false);
check(canRide([90], 80, 6), false);
check(canRide([40, 40, 40], 120, 3), true);
