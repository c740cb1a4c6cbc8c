public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.seatCount(3, 4), 12);
        check(Solution.seatCount(10, 2), 20);
        check(Solution.seatCount(0, 8), 0);
        check(Solution.seatCount(5, 0), 0);
        check(Solution.seatCount(1, 1), 1);
        check(Solution.seatCount(7, 6), 42);
        check(Solution.seatCount(25, 40), 1000);
        check(Solution.seatCount(1, 9), 9);
    }
}
