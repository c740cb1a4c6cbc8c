public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.logIsValid(List.of("in Ana", "in Bo", "out Ana", "in Cy"), 2), true);
        check(Solution.logIsValid(List.of("in Ana", "out Bo"), 5), false);
        check(Solution.logIsValid(List.of(), 0), true);
        check(Solution.logIsValid(List.of("in Ana", "in Bo", "in Cy", "out Cy"), 2), false);
        check(Solution.logIsValid(List.of("in Ana", "in Ana"), 9), false);
        check(Solution.logIsValid(List.of("in Ana", "out Ana", "in Ana", "out Ana", "out Ana"), 3), false);
        check(Solution.logIsValid(List.of("in Ana"), 0), false);
        check(Solution.logIsValid(List.of("in Ana", "out Ana", "in Bo", "out Bo", "in Ana"), 1), true);
        check(Solution.logIsValid(List.of("out Ana", "in Ana"), 4), false);
        check(Solution.logIsValid(List.of("in Ana", "in Bo", "out Ana", "out Bo", "in Bo"), 2), true);
    }
}
