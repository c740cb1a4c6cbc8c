function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(postsNeeded(10, 5), 3);
check(postsNeeded(11, 5), 4);
check(postsNeeded(0, 3), 1);
check(postsNeeded(1, 1), 2);
check(postsNeeded(4, 9), 2);
check(postsNeeded(9, 9), 2);
check(postsNeeded(100, 7), 16);
check(postsNeeded(12, 1), 13);
