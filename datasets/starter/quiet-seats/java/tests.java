public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.firstQuietSeats("x....x", 2), 2);
        check(Solution.firstQuietSeats("..x..", 2), -1);
        check(Solution.firstQuietSeats("...", 3), 0);
        check(Solution.firstQuietSeats("", 1), -1);
        check(Solution.firstQuietSeats(".", 1), 0);
        check(Solution.firstQuietSeats("x...", 2), 2);
        check(Solution.firstQuietSeats("..x", 1), 0);
        check(Solution.firstQuietSeats("x.x.x..x...x", 1), 9);
        check(Solution.firstQuietSeats(".x.....x.", 4), -1);
        check(Solution.firstQuietSeats("....x....", 3), 0);
    }
}
