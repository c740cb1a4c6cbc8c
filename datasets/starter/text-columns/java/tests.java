public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.textColumns(List.of(List.of("tea", "2"), List.of("coffee", "11"))), List.of("tea     2", "coffee  11"));
        check(Solution.textColumns(List.of(List.of("a", "bb", "c"), List.of("dd"), List.of("e", "f"))), List.of("a   bb  c", "dd", "e   f"));
        check(Solution.textColumns(List.of()), List.of());
        check(Solution.textColumns(List.of(List.of("one"))), List.of("one"));
        check(Solution.textColumns(List.of(List.of("x", "", "y"), List.of("", "long", ""))), List.of("x        y", "   long"));
        check(Solution.textColumns(List.of(List.of("", ""), List.of("", ""))), List.of("", ""));
        check(Solution.textColumns(List.of(List.of("no", "yes"), List.of(), List.of("maybe"))), List.of("no     yes", "", "maybe"));
        check(Solution.textColumns(List.of(List.of("1", "22", "333"), List.of("4444", "5", "6"), List.of("7", "88", "9"))), List.of("1     22  333", "4444  5   6", "7     88  9"));
    }
}
