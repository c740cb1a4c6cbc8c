public class Main {
    static void check(Object actual, Object expected) {
        if (!Objects.deepEquals(actual, expected)) {
            throw new AssertionError("expected, got: " + Arrays.deepToString(new Object[] {expected, actual}));
        }
    }

    public static void main(String[] args) {
        check(Solution.countLoudWords("Stop! Who goes there!"), 2);
        check(Solution.countLoudWords("all is calm"), 0);
        check(Solution.countLoudWords(""), 0);
        check(Solution.countLoudWords("Hey!"), 1);
        check(Solution.countLoudWords("a!b c! d!!"), 2);
        check(Solution.countLoudWords("!x y!z"), 0);
        check(Solution.countLoudWords("Go!  Go!   Go!"), 3);
        check(Solution.countLoudWords("! wait ! no"), 2);
    }
}
