public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.lastStop(List.of("Mill", "Park", "Station")), "Station");
        check(Solution.lastStop(List.of("Harbour")), "Harbour");
        check(Solution.lastStop(List.of("a", "b")), "b");
        check(Solution.lastStop(List.of("b", "a")), "a");
        check(Solution.lastStop(List.of("Elm", "Elm")), "Elm");
        check(Solution.lastStop(List.of("North Gate", "South Gate")), "South Gate");
        check(Solution.lastStop(List.of("1", "2", "3", "4", "5")), "5");
        check(Solution.lastStop(List.of("Zoo", "Lake", "Zoo", "Mill")), "Mill");
    }
}
