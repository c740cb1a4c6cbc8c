assert(textColumns([["tea", "2"], ["coffee", "11"]]) === ["tea     2", "coffee  11"]);
assert(textColumns([["a", "bb", "c"], ["dd"], ["e", "f"]]) === ["a   bb  c", "dd", "e   f"]);
assert(textColumns([]) === []);
assert(textColumns([["one"]]) === ["one"]);
assert(textColumns([["x", "", "y"], ["", "long", ""]]) === ["x        y", "   long"]);
assert(textColumns([["", ""], ["", ""]]) === ["", ""]);
assert(textColumns([["no", "yes"], [], ["maybe"]]) === ["no     yes", "", "maybe"]);
assert(textColumns([["1", "22", "333"], ["4444", "5", "6"], ["7", "88", "9"]]) === ["1     22  333", "4444  5   6", "7     88  9"]);
