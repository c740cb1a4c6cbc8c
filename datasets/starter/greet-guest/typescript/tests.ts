function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(greetGuest("Ada"), "Hello, Ada!");
check(greetGuest("Tom"), "Hello, Tom!");
check(greetGuest(""), "Hello, !");
check(greetGuest("x"), "Hello, x!");
check(greetGuest("Mary Ann"), "Hello, Mary Ann!");
check(greetGuest("zoe"), "Hello, zoe!");
check(greetGuest("R2-D2"), "Hello, R2-D2!");
check(greetGuest("KIM!"), "Hello, KIM!!");
