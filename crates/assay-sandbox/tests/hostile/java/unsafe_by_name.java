// about: names what it must not have in a text
// verdict: forbidden
class Solution {
    static int twice(int x) throws RuntimeException {
        try {
            Class.forName("sun.misc.Unsafe");
        } catch (Exception error) {
            throw new RuntimeException(error);
        }
        return 2 * x;
    }
}
