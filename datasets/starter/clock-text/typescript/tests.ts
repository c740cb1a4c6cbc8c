function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(clockText(125), "2:05");
check(clockText(59), "0:59");
check(clockText(0), "0:00");
check(clockText(60), "1:00");
check(clockText(7), "0:07");
check(clockText(600), "10:00");
check(clockText(1439), "23:59");
check(clockText(6010), "100:10");
