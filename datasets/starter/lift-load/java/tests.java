public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.canRide(new int[] {70, 80, 60}, 300, 4), true);
        check(Solution.canRide(new int[] {70, 80, 60}, 300, 2), false);
        check(Solution.canRide(new int[] {}, 0, 0), true);
        check(Solution.canRide(new int[] {100, 100}, 200, 2), true);
        check(Solution.canRide(new int[] {100, 101}, 200, 2), false);
        check(Solution.canRide(new int[] {1, 1, 1, 1}, 500, 3), false);
        check(Solution.canRide(new int[] {90}, 80, 6), false);
        check(Solution.canRide(new int[] {40, 40, 40}, 120, 3), true);
    }
}
