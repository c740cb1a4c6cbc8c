assert posts_needed(10, 5) == 3
assert posts_needed(11, 5) == 4
assert posts_needed(0, 3) == 1
assert posts_needed(1, 1) == 2
assert posts_needed(4, 9) == 2
assert posts_needed(9, 9) == 2
assert posts_needed(100, 7) == 16
assert posts_needed(12, 1) == 13
