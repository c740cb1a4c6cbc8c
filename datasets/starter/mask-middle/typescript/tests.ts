function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(maskMiddle("secret"), "s****t");
check(maskMiddle("at"), "at");
check(maskMiddle(""), "");
check(maskMiddle("q"), "q");
check(maskMiddle("cat"), "c*t");
check(maskMiddle("aaaa"), "a**a");
check(maskMiddle("Lighthouse"), "L********e");
