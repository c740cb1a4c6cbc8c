public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.unpackRuns("a3b"), "aaab");
        check(Solution.unpackRuns("~72x"), "77x");
        check(Solution.unpackRuns(""), "");
        check(Solution.unpackRuns("~~2"), "~~");
        check(Solution.unpackRuns("z12y"), "zzzzzzzzzzzzy");
        check(Solution.unpackRuns("a0b"), "b");
        check(Solution.unpackRuns("~13~3"), "1113");
        check(Solution.unpackRuns("x 3.2"), "x   ..");
        check(Solution.unpackRuns("~~~~~0"), "~~0");
        check(Solution.unpackRuns("~010q~9"), "0000000000q9");
    }
}
