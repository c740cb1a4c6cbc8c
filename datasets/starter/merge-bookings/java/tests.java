public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.mergeBookings(new int[][] {{9, 10}, {12, 15}, {11, 13}}, 0), new int[][] {{9, 10}, {11, 15}});
        check(Solution.mergeBookings(new int[][] {{9, 10}, {12, 15}, {11, 13}}, 1), new int[][] {{9, 15}});
        check(Solution.mergeBookings(new int[][] {}, 5), new int[][] {});
        check(Solution.mergeBookings(new int[][] {{3, 3}, {8, 6}}, 2), new int[][] {});
        check(Solution.mergeBookings(new int[][] {{1, 2}, {2, 3}, {4, 5}}, 0), new int[][] {{1, 3}, {4, 5}});
        check(Solution.mergeBookings(new int[][] {{0, 20}, {5, 6}, {22, 23}}, 1), new int[][] {{0, 20}, {22, 23}});
        check(Solution.mergeBookings(new int[][] {{0, 20}, {5, 6}, {22, 23}}, 2), new int[][] {{0, 23}});
        check(Solution.mergeBookings(new int[][] {{0, 2}, {4, 4}, {6, 8}}, 2), new int[][] {{0, 2}, {6, 8}});
        check(Solution.mergeBookings(new int[][] {{30, 40}, {-5, 1}, {3, 4}, {30, 31}, {7, 9}}, 2), new int[][] {{-5, 4}, {7, 9}, {30, 40}});
    }
}
