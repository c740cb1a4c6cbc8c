func check(actual, expected int, call string) {
	if actual != expected {
		println(call, "gave", actual, "but should give", expected)
		panic("wrong answer")
	}
}

func main() {
	check(fewestMoves([]string{"S.#G"}), 2, `fewestMoves([]string{"S.#G"})`)
	check(fewestMoves([]string{"S##G"}), -1, `fewestMoves([]string{"S##G"})`)
	check(fewestMoves([]string{"SG"}), 1, `fewestMoves([]string{"SG"})`)
	check(fewestMoves([]string{"S.G"}), 2, `fewestMoves([]string{"S.G"})`)
	check(fewestMoves([]string{"S#.#G", "...##"}), 5, `fewestMoves([]string{"S#.#G", "...##"})`)
	check(fewestMoves([]string{"S...", "###.", "###.", "G..."}), 9, `fewestMoves([]string{"S...", "###.", "###.", "G..."})`)
	check(fewestMoves([]string{"G..", "##.", "S.."}), 1, `fewestMoves([]string{"G..", "##.", "S.."})`)
	check(fewestMoves([]string{"S#", "#G"}), -1, `fewestMoves([]string{"S#", "#G"})`)
	check(fewestMoves([]string{"..#.G", ".##.#", "S.#..", ".####"}), 5, `fewestMoves([]string{"..#.G", ".##.#", "S.#..", ".####"})`)
	check(fewestMoves([]string{".#...", ".#.#.", "S#.#G", ".##.."}), 7, `fewestMoves([]string{".#...", ".#.#.", "S#.#G", ".##.."})`)
}
