public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.applyOrders(Map.of("apple", 2), List.of("+3 pear", "-1 apple")), Map.of("apple", 1, "pear", 3));
        check(Solution.applyOrders(Map.of("fig", 1), List.of("-2 fig", "-1 fig")), Map.of());
        check(Solution.applyOrders(Map.of(), List.of()), Map.of());
        check(Solution.applyOrders(Map.of("apple", 4, "plum", 7), List.of()), Map.of("apple", 4, "plum", 7));
        check(Solution.applyOrders(Map.of(), List.of("-1 kiwi", "+12 kiwi", "-10 kiwi")), Map.of("kiwi", 2));
        check(Solution.applyOrders(Map.of("lime", 5), List.of("-5 lime", "-1 lime", "+2 lime", "+2 lime")), Map.of("lime", 4));
        check(Solution.applyOrders(Map.of("date", 10, "fig", 10), List.of("-11 date", "-3 fig", "-7 date", "-7 fig")), Map.of("date", 3));
    }
}
