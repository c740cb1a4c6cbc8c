function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(ticketPrice(4), 0);
check(ticketPrice(30), 5);
check(ticketPrice(5), 0);
check(ticketPrice(6), 5);
check(ticketPrice(7), 5);
check(ticketPrice(0), 0);
check(ticketPrice(1), 0);
check(ticketPrice(99), 5);
