public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.greetGuest("Ada"), "Hello, Ada!");
        check(Solution.greetGuest("Tom"), "Hello, Tom!");
        check(Solution.greetGuest(""), "Hello, !");
        check(Solution.greetGuest("x"), "Hello, x!");
        check(Solution.greetGuest("Mary Ann"), "Hello, Mary Ann!");
        check(Solution.greetGuest("zoe"), "Hello, zoe!");
        check(Solution.greetGuest("R2-D2"), "Hello, R2-D2!");
        check(Solution.greetGuest("KIM!"), "Hello, KIM!!");
    }
}
