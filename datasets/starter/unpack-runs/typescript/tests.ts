function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(unpackRuns("a3b"), "aaab");
check(unpackRuns("~72x"), "77x");
check(unpackRuns(""), "");
check(unpackRuns("~~2"), "~~");
check(unpackRuns("z12y"), "zzzzzzzzzzzzy");
check(unpackRuns("a0b"), "b");
check(unpackRuns("~13~3"), "1113");
check(unpackRuns("x 3.2"), "x   ..");
check(unpackRuns("~~~~~0"), "~~0");
check(unpackRuns("~010q~9"), "0000000000q9");
