function check(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

check(fewestMoves(["S.#G"]), 2);
check(fewestMoves(["S##G"]), -1);
check(fewestMoves(["SG"]), 1);
check(fewestMoves(["S.G"]), 2);
check(fewestMoves(["S#.#G", "...##"]), 5);
check(fewestMoves(["S...", "###.", "###.", "G..."]), 9);
check(fewestMoves(["G..", "##.", "S.."]), 1);
check(fewestMoves(["S#", "#G"]), -1);
check(fewestMoves(["..#.G", ".##.#", "S.#..", ".####"]), 5);
check(fewestMoves([".#...", ".#.#.", "S#.#G", ".##.."]), 7);
