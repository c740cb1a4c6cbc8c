assert(totalWithTip(20, 3) === 23);
assert(totalWithTip(50, 5) === 55);
assert(totalWithTip(18, 0) === 18);
assert(totalWithTip(0, 2) === 2);
assert(totalWithTip(0, 0) === 0);
assert(totalWithTip(1, 1) === 2);
assert(totalWithTip(999, 101) === 1100);
assert(totalWithTip(3, 40) === 43);
