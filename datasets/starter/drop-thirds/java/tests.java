public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.dropThirds(List.of(1, 2, 3, 4, 5, 6, 7)), List.of(1, 2, 4, 5, 7));
        check(Solution.dropThirds(List.of(8, 9)), List.of(8, 9));
        check(Solution.dropThirds(List.of()), List.of());
        check(Solution.dropThirds(List.of(4)), List.of(4));
        check(Solution.dropThirds(List.of(5, 5, 5)), List.of(5, 5));
        check(Solution.dropThirds(List.of(3, 0, -1, 6, 3, 3)), List.of(3, 0, 6, 3));
        check(Solution.dropThirds(List.of(10, 20, 30, 40)), List.of(10, 20, 40));
        check(Solution.dropThirds(List.of(9, 8, 7, 6, 5, 4, 3, 2, 1)), List.of(9, 8, 6, 5, 3, 2));
    }
}
