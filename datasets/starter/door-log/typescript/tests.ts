function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(logIsValid(["in Ana", "in Bo", "out Ana", "in Cy"], 2), true);
check(logIsValid(["in Ana", "out Bo"], 5), false);
check(logIsValid([], 0), true);
check(logIsValid(["in Ana", "in Bo", "in Cy", "out Cy"], 2), false);
check(logIsValid(["in Ana", "in Ana"], 9), false);
check(logIsValid(["in Ana", "out Ana", "in Ana", "out Ana", "out Ana"], 3), false);
check(logIsValid(["in Ana"], 0), false);
check(logIsValid(["in Ana", "out Ana", "in Bo", "out Bo", "in Ana"], 1), true);
check(logIsValid(["out Ana", "in Ana"], 4), false);
check(logIsValid(["in Ana", "in Bo", "out Ana", "out Bo", "in Bo"], 2), true);
