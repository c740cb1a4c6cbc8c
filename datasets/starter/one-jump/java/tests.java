public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.fewestMoves(List.of("S.#G")), 2);
        check(Solution.fewestMoves(List.of("S##G")), -1);
        check(Solution.fewestMoves(List.of("SG")), 1);
        check(Solution.fewestMoves(List.of("S.G")), 2);
        check(Solution.fewestMoves(List.of("S#.#G", "...##")), 5);
        check(Solution.fewestMoves(List.of("S...", "###.", "###.", "G...")), 9);
        check(Solution.fewestMoves(List.of("G..", "##.", "S..")), 1);
        check(Solution.fewestMoves(List.of("S#", "#G")), -1);
        check(Solution.fewestMoves(List.of("..#.G", ".##.#", "S.#..", ".####")), 5);
        check(Solution.fewestMoves(List.of(".#...", ".#.#.", "S#.#G", ".##..")), 7);
    }
}
