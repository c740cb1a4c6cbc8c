function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(firstQuietSeats("x....x", 2), 2);
check(firstQuietSeats("..x..", 2), -1);
check(firstQuietSeats("...", 3), 0);
check(firstQuietSeats("", 1), -1);
check(firstQuietSeats(".", 1), 0);
check(firstQuietSeats("x...", 2), 2);
check(firstQuietSeats("..x", 1), 0);
check(firstQuietSeats("x.x.x..x...x", 1), 9);
check(firstQuietSeats(".x.....x.", 4), -1);
check(firstQuietSeats("....x....", 3), 0);
