function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(totalWithTip(20, 3), 23);
check(totalWithTip(50, 5), 55);
check(totalWithTip(18, 0), 18);
check(totalWithTip(0, 2), 2);
check(totalWithTip(0, 0), 0);
check(totalWithTip(1, 1), 2);
check(totalWithTip(999, 101), 1100);
check(totalWithTip(3, 40), 43);
