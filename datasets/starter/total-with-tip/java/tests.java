public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.totalWithTip(20, 3), 23);
        check(Solution.totalWithTip(50, 5), 55);
        check(Solution.totalWithTip(18, 0), 18);
        check(Solution.totalWithTip(0, 2), 2);
        check(Solution.totalWithTip(0, 0), 0);
        check(Solution.totalWithTip(1, 1), 2);
        check(Solution.totalWithTip(999, 101), 1100);
        check(Solution.totalWithTip(3, 40), 43);
    }
}
