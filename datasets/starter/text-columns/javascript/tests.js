const assert = require('node:assert');

assert.deepStrictEqual(textColumns([["tea", "2"], ["coffee", "11"]]), ["tea     2", "coffee  11"]);
assert.deepStrictEqual(textColumns([["a", "bb", "c"], ["dd"], ["e", "f"]]), ["a   bb  c", "dd", "e   f"]);
assert.deepStrictEqual(textColumns([]), []);
assert.deepStrictEqual(textColumns([["one"]]), ["one"]);
assert.deepStrictEqual(textColumns([["x", "", "y"], ["", "long", ""]]), ["x        y", "   long"]);
assert.deepStrictEqual(textColumns([["", ""], ["", ""]]), ["", ""]);
assert.deepStrictEqual(textColumns([["no", "yes"], [], ["maybe"]]), ["no     yes", "", "maybe"]);
assert.deepStrictEqual(textColumns([["1", "22", "333"], ["4444", "5", "6"], ["7", "88", "9"]]), ["1     22  333", "4444  5   6", "7     88  9"]);
