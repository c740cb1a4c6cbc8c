function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(seatCount(3, 4), 12);
check(seatCount(10, 2), 20);
check(seatCount(0, 8), 0);
check(seatCount(5, 0), 0);
check(seatCount(1, 1), 1);
check(seatCount(7, 6), 42);
check(seatCount(25, 40), 1000);
check(seatCount(1, 9), 9);
