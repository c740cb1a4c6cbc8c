assert fewest_moves(["S.#G"]) == 2
assert fewest_moves(["S##G"]) == -1
assert fewest_moves(["SG"]) == 1
assert fewest_moves(["S.G"]) == 2
assert fewest_moves(["S#.#G", "...##"]) == 5
assert fewest_moves(["S...", "###.", "###.", "G..."]) == 9
assert fewest_moves(["G..", "##.", "S.."]) == 1
assert fewest_moves(["S#", "#G"]) == -1
assert fewest_moves(["..#.G", ".##.#", "S.#..", ".####"]) == 5
assert fewest_moves([".#...", ".#.#.", "S#.#G", ".##.."]) == 7
