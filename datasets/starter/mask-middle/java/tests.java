public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.maskMiddle("secret"), "s****t");
        check(Solution.maskMiddle("at"), "at");
        check(Solution.maskMiddle(""), "");
        check(Solution.maskMiddle("q"), "q");
        check(Solution.maskMiddle("cat"), "c*t");
        check(Solution.maskMiddle("aaaa"), "a**a");
        check(Solution.maskMiddle("Lighthouse"), "L********e");
    }
}
