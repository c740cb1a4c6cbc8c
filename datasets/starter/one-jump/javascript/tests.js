const assert = require('node:assert');

assert.deepStrictEqual(fewestMoves(["S.#G"]), 2);
assert.deepStrictEqual(fewestMoves(["S##G"]), -1);
assert.deepStrictEqual(fewestMoves(["SG"]), 1);
assert.deepStrictEqual(fewestMoves(["S.G"]), 2);
assert.deepStrictEqual(fewestMoves(["S#.#G", "...##"]), 5);
assert.deepStrictEqual(fewestMoves(["S...", "###.", "###.", "G..."]), 9);
assert.deepStrictEqual(fewestMoves(["G..", "##.", "S.."]), 1);
assert.deepStrictEqual(fewestMoves(["S#", "#G"]), -1);
assert.deepStrictEqual(fewestMoves(["..#.G", ".##.#", "S.#..", ".####"]), 5);
assert.deepStrictEqual(fewestMoves([".#...", ".#.#.", "S#.#G", ".##.."]), 7);
