public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.parcelToll(new int[] {2, 5, 3}, 4), 15);
        check(Solution.parcelToll(new int[] {1, 1}, 1), 2);
        check(Solution.parcelToll(new int[] {}, 10), 0);
        check(Solution.parcelToll(new int[] {7}, 6), 14);
        check(Solution.parcelToll(new int[] {6}, 6), 6);
        check(Solution.parcelToll(new int[] {10, 20, 30}, 0), 120);
        check(Solution.parcelToll(new int[] {4, 9, 4, 9}, 8), 44);
        check(Solution.parcelToll(new int[] {0, 0, 3}, 2), 6);
    }
}
