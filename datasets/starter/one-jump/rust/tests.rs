fn main() {
    assert_eq!(fewest_moves(&["S.#G"]), 2);
    assert_eq!(fewest_moves(&["S##G"]), -1);
    assert_eq!(fewest_moves(&["SG"]), 1);
    assert_eq!(fewest_moves(&["S.G"]), 2);
    assert_eq!(fewest_moves(&["S#.#G", "...##"]), 5);
    assert_eq!(fewest_moves(&["S...", "###.", "###.", "G..."]), 9);
    assert_eq!(fewest_moves(&["G..", "##.", "S.."]), 1);
    assert_eq!(fewest_moves(&["S#", "#G"]), -1);
    assert_eq!(fewest_moves(&["..#.G", ".##.#", "S.#..", ".####"]), 5);
    assert_eq!(fewest_moves(&[".#...", ".#.#.", "S#.#G", ".##.."]), 7);
}
