function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(textColumns([["tea", "2"], ["coffee", "11"]]), ["tea     2", "coffee  11"]);
check(textColumns([["a", "bb", "c"], ["dd"], ["e", "f"]]), ["a   bb  c", "dd", "e   f"]);
check(textColumns([]), []);
check(textColumns([["one"]]), ["one"]);
check(textColumns([["x", "", "y"], ["", "long", ""]]), ["x        y", "   long"]);
check(textColumns([["", ""], ["", ""]]), ["", ""]);
check(textColumns([["no", "yes"], [], ["maybe"]]), ["no     yes", "", "maybe"]);
check(textColumns([["1", "22", "333"], ["4444", "5", "6"], ["7", "88", "9"]]), ["1     22  333", "4444  5   6", "7     88  9"]);
