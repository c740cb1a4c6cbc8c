function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(parcelToll([2, 5, 3], 4), 15);
check(parcelToll([1, 1], 1), 2);
check(parcelToll([], 10), 0);
check(parcelToll([7], 6), 14);
check(parcelToll([6], 6), 6);
check(parcelToll([10, 20, 30], 0), 120);
check(parcelToll([4, 9, 4, 9], 8), 44);
check(parcelToll([0, 0, 3], 2), 6);
