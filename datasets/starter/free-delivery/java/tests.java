public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.isDeliveryFree(80), true);
        check(Solution.isDeliveryFree(20), false);
        check(Solution.isDeliveryFree(50), true);
        check(Solution.isDeliveryFree(49), false);
        check(Solution.isDeliveryFree(51), true);
        check(Solution.isDeliveryFree(0), false);
        check(Solution.isDeliveryFree(500), true);
        check(Solution.isDeliveryFree(5), false);
    }
}
