function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(countLoudWords("Stop! Who goes there!"), 2);
check(countLoudWords("all is calm"), 0);
check(countLoudWords(""), 0);
check(countLoudWords("Hey!"), 1);
check(countLoudWords("a!b c! d!!"), 2);
check(countLoudWords("!x y!z"), 0);
check(countLoudWords("Go!  Go!   Go!"), 3);
check(countLoudWords("! wait ! no"), 2);
