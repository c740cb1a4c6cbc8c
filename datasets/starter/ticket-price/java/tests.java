public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.ticketPrice(4), 0);
        check(Solution.ticketPrice(30), 5);
        check(Solution.ticketPrice(5), 0);
        check(Solution.ticketPrice(6), 5);
        check(Solution.ticketPrice(7), 5);
        check(Solution.ticketPrice(0), 0);
        check(Solution.ticketPrice(1), 0);
        check(Solution.ticketPrice(99), 5);
    }
}
