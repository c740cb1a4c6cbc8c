public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.postsNeeded(10, 5), 3);
        check(Solution.postsNeeded(11, 5), 4);
        check(Solution.postsNeeded(0, 3), 1);
        check(Solution.postsNeeded(1, 1), 2);
        check(Solution.postsNeeded(4, 9), 2);
        check(Solution.postsNeeded(9, 9), 2);
        check(Solution.postsNeeded(100, 7), 16);
        check(Solution.postsNeeded(12, 1), 13);
    }
}
