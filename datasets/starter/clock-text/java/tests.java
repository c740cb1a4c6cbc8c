public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.clockText(125), "2:05");
        check(Solution.clockText(59), "0:59");
        check(Solution.clockText(0), "0:00");
        check(Solution.clockText(60), "1:00");
        check(Solution.clockText(7), "0:07");
        check(Solution.clockText(600), "10:00");
        check(Solution.clockText(1439), "23:59");
        check(Solution.clockText(6010), "100:10");
    }
}
